"""`content.first_after_media_change`: the first line after something has begun to play."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.chat.line import Line
from services.earning.pay.awards import Award
from services.earning.pay.caps import Cap
from services.earning.times import SECOND_US, micros

TRIGGER = "content.first_after_media_change"


def first_after_media_change(line: Line, rules: Rules) -> Iterator[Award]:
    """Pay the first line, if it is not too late; one for each play."""
    section, play = rules.content_triggers.first_after_media_change, line.playing
    if section.enabled and play is not None and micros(line.at) - play.changed <= section.window_seconds * SECOND_US:
        yield line.award(TRIGGER, section.reward, f"The first line about {play.name}", caps=(Cap(TRIGGER, 1, scope=play.id),))
