"""What somebody typed, out of what CyTube made of it."""

import html
import re
from typing import Final

from libs.common import twins

_TAG: Final = re.compile(
    r"""<(?:/?([a-zA-Z][^\s<>/"']{0,40}+)(?:[^<>"']|"[^"]{0,2000}+"|'[^']{0,2000}+'){0,1000}+|!--.{0,1000}?--)>""", re.DOTALL
)
"""One tag or comment. Lengths are bounded so that no text can make the search long; a lone `<` is text."""

_MARKS: Final = {"em": "_", "strong": "*", "code": "`", "s": "~~"}
"""The room's standard filters, turned back into what was typed: `some<em>user</em>name` was `some_user_name`."""

HTML_CHARACTERS_MAX: Final = 65_536
"""No line CyTube lets through comes near it (320 units, each escaped to 6 characters at most, and markup)."""


def plain(line: str) -> str:
    """Give the line as its author typed it: markup turned back or stripped, links once, entities decoded. Never raises.

    What the robot wrote so that no filter takes it for markup is turned back too, for those who copy a name.
    """
    line = twins.plain(line)
    if "<" in line:
        line = _TAG.sub(_typed, line)
    if "&" in line:
        try:
            return html.unescape(line)
        except ValueError:
            # A numeric reference with thousands of digits, which Python refuses to convert: no entity anybody meant.
            return line
    return line


def _typed(tag: re.Match[str]) -> str:
    return _MARKS.get((tag[1] or "").lower(), "")
