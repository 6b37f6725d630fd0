"""`chat.first_message_of_day`: somebody's first line of a day."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.chat.line import Line
from services.earning.pay.awards import Award

TRIGGER = "chat.first_message_of_day"


def first_message_of_day(line: Line, rules: Rules) -> Iterator[Award]:
    """Pay the first line, once a day."""
    section = rules.chat_triggers.first_message_of_day
    if section.enabled and TRIGGER not in line.claimed:
        yield line.award(TRIGGER, section.reward, "The first line of the day", claim=TRIGGER)
