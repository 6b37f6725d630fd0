"""What `reload` answers."""

from collections.abc import Sequence
from typing import Final

from libs.common.contracts.reload import Reloaded

_NAMED_MAX: Final = 8
_PROBLEMS_MAX: Final = 3


def reloaded(found: Reloaded) -> str:
    """Tell what changed, who is behind, and what needs a restart."""
    if found.changed_keys:
        parts = [f"Reloaded. Changed: {_named(found.changed_keys)}."]
    else:
        parts = ["Reloaded." if found.changed else "Reloaded: nothing has changed."]
    if found.behind:
        parts.append(f"Still catching up: {_named(found.behind)}.")
    if found.restart:
        parts.append(f"After a restart only: {_named(found.restart)}.")
    if found.warnings:
        parts.append(f"{len(found.warnings)} {'warning' if len(found.warnings) == 1 else 'warnings'}: 'kryten-economy check' shows more.")
    return " ".join(parts)


def refused(found: Reloaded) -> str:
    """Tell what is wrong with the file, and that everything stays as it was."""
    problems = found.problems or [found.error or "it says no more."]
    lines = ["Not reloaded, everything stays as it was:", *problems[:_PROBLEMS_MAX]]
    if len(problems) > _PROBLEMS_MAX:
        lines.append(f"and {len(problems) - _PROBLEMS_MAX} more; 'kryten-economy check' shows them all.")
    return "\n".join(lines)


def no_answer() -> str:
    """Tell that nobody answered, so that nothing is known."""
    return "Nobody answers who could reload the configuration. Please try again in a moment."


def _named(names: Sequence[str]) -> str:
    more = len(names) - _NAMED_MAX
    return ", ".join(names[:_NAMED_MAX]) + (f" and {more} more" if more > 0 else "")
