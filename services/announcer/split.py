"""Text into pieces that CyTube will not cut. Lengths are UTF-16 code units, which is what CyTube counts, before it escapes anything."""

from collections.abc import Iterator
from typing import Final, Literal

_PLANE: Final = 0xFFFF
"""The last character that is one UTF-16 unit."""


def units(text: str) -> int:
    """Give the length as CyTube counts it: characters beyond the basic plane count twice."""
    return len(text) + sum(1 for character in text if ord(character) > _PLANE)


def pieces(text: str, lane: Literal["chat", "pm"], limit: int) -> list[str]:
    """Split at newlines, then at blanks, then inside a word; each piece has 1 to `limit` units, and no word is lost.

    A PM keeps newlines, so as many lines as fit go into one; chat has none, so each line stands alone, and one that begins with `/` gets a
    blank before it, or CyTube would take it for a command.
    """
    if lane == "chat":
        return [f" {line}" if line.startswith("/") else line for line in _lines(text, limit - 1)]
    packed: list[str] = []
    for line in _lines(text, limit):
        if packed and units(packed[-1]) + 1 + units(line) <= limit:
            packed[-1] = f"{packed[-1]}\n{line}"
        else:
            packed.append(line)
    return packed


def _lines(text: str, limit: int) -> Iterator[str]:
    for line in text.splitlines():
        rest = line.strip()
        while units(rest) > limit:
            end = _fitting(rest, limit)
            blank = rest.rfind(" ", 1, end + 1)
            cut = blank if blank > 0 else end
            yield rest[:cut].rstrip()
            rest = rest[cut:].lstrip()
        if rest:
            yield rest


def _fitting(text: str, limit: int) -> int:
    """Give how many characters from the start have at most `limit` units."""
    used = 0
    for index, character in enumerate(text):
        used += 2 if ord(character) > _PLANE else 1
        if used > limit:
            return index
    return len(text)
