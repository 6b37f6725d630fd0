"""Whether a line heard from the robot is somebody's shoutout. The room's filters may have changed words of it."""

from difflib import SequenceMatcher
from typing import Final

from libs.common.twins import plain

ALIKE: Final = 0.6
"""How much of the words must be the same, from 0 to 1."""


def is_told(heard: str, name: str, text: str) -> bool:
    """Tell whether a line says, behind somebody's name, that text or much the same."""
    line, who, words = _bare(heard), _bare(name), _bare(text)
    place = line.find(who)
    if place < 0:
        return False
    if not words:  # a text of signs alone
        return "".join(text.split()) in "".join(plain(heard).split())
    rest = line[place + len(who) :]
    # A short text may stand by chance in anything the robot says of somebody: it has to be the end of the line.
    return rest.endswith(words) or SequenceMatcher(None, rest, words, autojunk=False).ratio() >= ALIKE


def _bare(text: str) -> str:
    """Give what no filter's markup touches: letters and digits."""
    return "".join(character for character in plain(text).casefold() if character.isalnum())
