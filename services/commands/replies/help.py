"""What `help` answers."""

from collections.abc import Mapping, Sequence


def overview(sections: Mapping[str, Sequence[str]]) -> str:
    """List the commands under their heads; a head with nothing under it is left out."""
    lines = [f"{head}: {', '.join(names)}" for head, names in sections.items() if names]
    return "\n".join(["Send me one of these:", *lines, "'help balance' tells more of one."])


def explained(usage: str, aliases: Sequence[str], text: str) -> str:
    """Tell how a command is written, what else it is called, and what it does."""
    also = f" (also: {', '.join(aliases)})" if aliases else ""
    return f"{usage}{also}: {text}"
