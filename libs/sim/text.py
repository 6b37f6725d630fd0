"""What CyTube makes of what people type, and back again."""

import html
import re
from dataclasses import dataclass, field
from typing import Any, Final

UNITS_MAX: Final = 320
"""UTF-16 units of one message; the rest is cut off without a word."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]+")
_LINK: Final = re.compile(r"\bhttps?://[^\s<>]+")
_FILTERS: Final = (
    (re.compile(r"`(.+?)`"), r"<code>\1</code>"),
    (re.compile(r"\*(.+?)\*"), r"<strong>\1</strong>"),
    (re.compile(r"_(.+?)_"), r"<em>\1</em>"),
    (re.compile(r"~~(.+?)~~"), r"<s>\1</s>"),
    (re.compile(r"\[sp\](.*?)\[/sp\]"), r'<span class="spoiler">\1</span>'),
)
"""The filters of a new room. They also run over names: `some_user_name` loses its underscores."""
_BACK: Final = (
    (re.compile(r"</?em>"), "_"),
    (re.compile(r"</?strong>"), "*"),
    (re.compile(r"</?code>"), "`"),
    (re.compile(r"</?s>"), "~~"),
    (re.compile(r'<span class="spoiler">(.*?)</span>'), r"[sp]\1[/sp]"),
    (re.compile(r"<[^>]*>"), ""),
)


@dataclass(frozen=True, slots=True)
class Said:
    """A message as CyTube passes it on."""

    msg: str
    """HTML."""
    meta: dict[str, Any] = field(default_factory=dict)


def cut(text: str, most: int = UNITS_MAX) -> str:
    """Give as much of a text as one message holds, or so many UTF-16 units."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[: most * 2].decode("utf-16-le", "replace") if len(units) > most * 2 else text


def one_line(text: str) -> str:
    """Give a chat line without newlines and other control characters; PMs keep theirs."""
    return _CONTROL.sub(" ", text)


def markup(text: str) -> str:
    """Give the HTML of a text: escaped, links as links, the room's filters run over all but them."""
    links: list[str] = []

    def put_by(match: re.Match[str]) -> str:
        links.append(f'<a href="{match[0]}" target="_blank" rel="noopener noreferrer">{match[0]}</a>')
        return f"\x01{len(links) - 1}\x02"

    made = _LINK.sub(put_by, html.escape(text, quote=False))
    for pattern, replacement in _FILTERS:
        made = pattern.sub(replacement, made)
    return re.sub("\x01(\\d+)\x02", lambda match: links[int(match[1])], made)


def private(text: str) -> Said:
    """Give a PM as it arrives."""
    return _greentext(cut(text))


def public(text: str, rank: float) -> Said:
    """Give a chat line as it arrives; commands that do more than colour it have been taken out before."""
    text = one_line(cut(text))
    word, _, rest = text.partition(" ")
    if word == "/me":
        return Said(markup(rest), {"addClass": "action", "action": True})
    if word == "/sp":
        return Said(markup(rest), {"addClass": "spoiler"})
    if word == "/say" and rank >= 1.5:  # noqa: PLR2004 - a leader's rank
        return Said(markup(rest), {"addClass": "shout", "addClassToNameAndTimestamp": True, "forceShowName": True})
    return _greentext(text)


def _greentext(text: str) -> Said:
    return Said(markup(text), {"addClass": "greentext"} if text.startswith(">") else {})


def plain(msg: str) -> str:
    """Give a message as its sender typed it, nearly."""
    for pattern, replacement in _BACK:
        msg = pattern.sub(replacement, msg)
    return html.unescape(msg)
