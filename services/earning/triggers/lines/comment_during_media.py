"""`content.comment_during_media`: lines while something plays."""

from collections.abc import Iterator
from typing import Final

from libs.common.config import Rules
from libs.common.config.triggers import CommentDuringMedia
from services.earning.chat.line import Line
from services.earning.media.playing import Play
from services.earning.pay.awards import Award
from services.earning.pay.caps import DAY_US, Cap
from services.earning.times import MINUTE_US

TRIGGER = "content.comment_during_media"
_BASE_US: Final = 30 * MINUTE_US
"""So much of what plays has the base of paid lines."""
_KEEP_US: Final = 2 * DAY_US


def comment_during_media(line: Line, rules: Rules) -> Iterator[Award]:
    """Pay a line, so many for each viewer and play. Of what is live, which may play for weeks, so many are paid every two days."""
    section, play = rules.content_triggers.comment_during_media, line.playing
    if not section.enabled or play is None:
        return
    most = paid_lines(section, play)
    if most:
        cap = Cap(TRIGGER, most, line.speaker.user, scope=play.id, keep_us=play.length + _KEEP_US)
        yield line.award(TRIGGER, section.reward_per_message, f"A line about {play.name}", caps=(cap,))


def paid_lines(section: CommentDuringMedia, play: Play) -> int:
    """Give how many lines are paid while it plays: more of them for what is longer than half an hour, if so configured."""
    base = section.max_per_item_base
    return max(base, base * play.length // _BASE_US) if section.scale_with_duration else base
