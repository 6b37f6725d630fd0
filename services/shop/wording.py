"""What viewers have the robot say: made harmless before it is kept."""

import unicodedata
from typing import Final

SAID_UNITS_MAX: Final = 320
"""A line in CyTube's chat; it cuts what is longer without a word."""
_TURNING: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Marks that turn the writing of all that follows."""


def clean(text: str) -> str:
    """Take out what is no text (control characters, line ends), and what would make a command of it (`/` and `!` in front)."""
    spaced = "".join(" " if character.isspace() else character for character in text if _is_text(character))
    return " ".join(spaced.split()).lstrip("/! ")


def units(text: str) -> int:
    """Give the length as CyTube counts it: in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _is_text(character: str) -> bool:
    return character.isspace() or (unicodedata.category(character) not in {"Cc", "Cs", "Cn"} and character not in _TURNING)
