"""`social.greeted_newcomer`: the first to name somebody who has just arrived."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.chat.line import Line
from services.earning.pay.awards import Award
from services.earning.pay.caps import HOUR_US, Cap

TRIGGER = "social.greeted_newcomer"


def greeting(arrival: str) -> Cap:
    """Give the cap of an arrival: it is greeted once."""
    return Cap(TRIGGER, 1, scope=arrival, keep_us=HOUR_US)


def greeted_newcomer(line: Line, rules: Rules) -> Iterator[Award]:
    """Pay one greeting, however many newcomers it is for; all of them are greeted then."""
    section = rules.social_triggers.greeted_newcomer
    if section.enabled and line.newcomers:
        yield line.award(TRIGGER, section.reward, "Greeted a newcomer", caps=tuple(greeting(each.arrival) for each in line.newcomers))
