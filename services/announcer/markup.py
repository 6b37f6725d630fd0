"""Names like `some_user_name` in rooms whose filters make italics of what stands between two underscores, and bold of asterisks.

A new room of CyTube's does so. Whether this one does, its echoes tell; only then is anything written otherwise than it is.
"""

import re
from typing import Final

from libs.common.twins import TWINS

_MARKS: Final = re.compile(r"\w+://\S+|[_*]")
"""What the filters make markup of where it stands twice in a line, and the links they leave alone."""


def is_filtered(echo: str) -> bool:
    """Tell whether the room's filters made markup of a line, by its echo: what the robot says itself comes back escaped."""
    return "<em>" in echo or "<strong>" in echo


def unpaired(piece: str) -> str:
    """Have no mark stand twice in a line, with something in between; the first stays, for those who copy a name."""
    if piece.count("_") < 2 and piece.count("*") < 2:  # noqa: PLR2004 - a pair
        return piece
    return "\n".join(_unpaired_line(line) for line in piece.split("\n"))


def _unpaired_line(line: str) -> str:
    first: dict[str, int] = {}

    def shown(found: re.Match[str]) -> str:
        mark = found[0]
        if mark not in TWINS or found.start() - first.setdefault(mark, found.start()) <= 1:
            return mark
        return TWINS[mark]

    return _MARKS.sub(shown, line)
