"""What a child says on standard error, kept in a file, so that it does not disturb; what matters is said all the same."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

_CHUNK_BYTES: Final = 64 * 1024
_QUIET: Final = frozenset({"debug", "info"})


async def keep(stream: asyncio.StreamReader, path: Path, say: Callable[[str], None]) -> None:
    """Write all that comes to the end of a file, until the stream ends; `say` gets what an operator should see at once."""
    rest = b""
    while chunk := await stream.read(_CHUNK_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        _append(path, lines)
        for line in lines:
            words = worth_saying(line)
            if words:
                say(words)
    if rest:
        _append(path, [rest])
        say(rest.decode(errors="replace"))


def worth_saying(line: bytes) -> str | None:
    """Give a short form of a log line; None for one that can wait. What is no log line of ours is always said."""
    text = line.decode(errors="replace").rstrip()
    try:
        entry = json.loads(text)
        level = entry.get("level", "error")
    except (ValueError, AttributeError):
        return text or None
    if level in _QUIET:
        return None
    more = " ".join(f"{key}={value}" for key, value in entry.items() if key not in {"event", "level", "timestamp", "service", "exception"})
    return f"{level}: {entry.get('event', '')} {more}".rstrip()


def _append(path: Path, lines: list[bytes]) -> None:
    with path.open("ab") as file:
        file.writelines(line + b"\n" for line in lines)
