"""Text into pieces that CyTube will not cut. Lengths are UTF-16 code units, which is what CyTube counts, before it escapes anything."""

from collections.abc import Iterator
from typing import Final, Literal

Lane = Literal["chat", "pm"]

_PLANE: Final = 0xFFFF
"""The last character that is one UTF-16 unit."""
_JOINT: Final[dict[Lane, str]] = {"pm": "\n", "chat": " | "}
"""What stands between two lines in one piece: chat has no newlines."""
_GUARD: Final = "\u200b"
"""Nothing to see, and no blank either, which somebody on the way might take off: what follows it is text."""
_TAKEN: Final[dict[Lane, str]] = {"pm": "system:", "chat": "/"}
"""Beginnings that are not shown: CyTube takes `/` in chat for a command, the robot keeps a PM with `system:` to itself."""
_CONTROLS: Final = dict.fromkeys((*range(0x20), 0x7F), " ")


def units(text: str) -> int:
    """Give the length as CyTube counts it: characters beyond the basic plane count twice."""
    return len(text) if text.isascii() else len(text) + sum(ord(character) > _PLANE for character in text)


def pieces(text: str, lane: Lane, limit: int) -> list[str]:
    """Split at newlines, then at blanks, then inside a word; each piece has 1 to `limit` units, and no word is lost.

    As many lines as fit go into one piece: in a PM under one another, in chat behind one another.
    """
    joint, most = _JOINT[lane], limit - len(_GUARD)
    packed: list[str] = []
    for line in _lines(text, most):
        if packed and units(packed[-1]) + len(joint) + units(line) <= most:
            packed[-1] = f"{packed[-1]}{joint}{line}"
        else:
            packed.append(line)
    return [_GUARD + piece if piece.lower().startswith(_TAKEN[lane]) else piece for piece in packed]


def _lines(text: str, limit: int) -> Iterator[str]:
    for line in text.splitlines():
        rest = line.translate(_CONTROLS).strip()
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
