"""`chat.long_message`: a line of some length."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.chat.line import Line
from services.earning.pay.awards import Award
from services.earning.pay.caps import HOUR_US, Cap

TRIGGER = "chat.long_message"


def long_message(line: Line, rules: Rules) -> Iterator[Award]:
    """Pay a long line, so many within an hour."""
    section = rules.chat_triggers.long_message
    if section.enabled and section.max_per_hour and line.length >= section.min_chars:
        cap = Cap(TRIGGER, section.max_per_hour, line.speaker.user, window_us=HOUR_US)
        yield line.award(TRIGGER, section.reward, "A long line", caps=(cap,))
