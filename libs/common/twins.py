"""Characters that look like those the room's filters take for markup: the robot says them, and who copies them means the plain ones.

A new room of CyTube's turns `_x_` and `*x*` into italics and bold, inside of names too: `some_user_name` would lose its underscores.
"""

from typing import Final

TWINS: Final = {"_": "\u02cd", "*": "\u2217"}
"""Each has its twin's length, in UTF-16 units too."""

_PLAIN: Final = {ord(twin): character for character, twin in TWINS.items()}


def plain(text: str) -> str:
    """Give a text with the plain characters."""
    return text if text.isascii() else text.translate(_PLAIN)
