"""`chat.conversation_starter`: the first line after a silence."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.chat.line import Line
from services.earning.pay.awards import Award
from services.earning.times import MINUTE_US

TRIGGER = "chat.conversation_starter"


def conversation_starter(line: Line, rules: Rules) -> Iterator[Award]:
    """Pay whoever ends a silence; one of unknown length is none."""
    section = rules.chat_triggers.conversation_starter
    if section.enabled and line.silence_us is not None and line.silence_us >= section.min_silence_minutes * MINUTE_US:
        yield line.award(TRIGGER, section.reward, "Ended a silence")
