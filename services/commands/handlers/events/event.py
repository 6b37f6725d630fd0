"""`event`: administrators begin an event by hand, and end it."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from libs.common.config.economy import Currency
from libs.common.contracts.base import Contract
from libs.common.contracts.earning.events import EventStarted, EventStartRequest, EventStopped
from libs.common.contracts.owners import Asked
from services.commands.arguments import Rest, Word
from services.commands.orders import Errand, Order, errand
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import common
from services.commands.replies.events import event as words

REPLACE: Final = "--replace"
_USAGE: Final = "event start multiplier minutes name, or: event stop"
_QUOTES: Final = "\"'“”„"
_WORDS_MIN: Final = 3
_DIGITS_MAX: Final = 9


@dataclass(frozen=True, slots=True)
class Event:
    """Whether one starts or stops, and of one that starts: its multiplier, minutes and name."""

    start_or_stop: Word
    more: Rest = ""


async def run(call: Call[Event], _office: Office) -> Answer | Order:
    """Pass it on."""
    match call.arguments.start_or_stop.lower():
        case "start":
            return _start(call)
        case "stop":
            return errand("earning", "event_stop", call.asks(Asked))
        case _:
            return _usage(words.what())


def _start(call: Call[Event]) -> Answer | Order:
    said = call.arguments.more.split()
    replace = REPLACE in said
    said = [word for word in said if word != REPLACE]
    if len(said) < _WORDS_MIN:
        return _usage(words.missing())
    multiplier = _number(said[0])
    if multiplier is None:
        return _usage(words.no_multiplier())
    if not (said[1].isascii() and said[1].isdecimal() and len(said[1]) <= _DIGITS_MAX):
        return _usage(words.no_minutes())
    name = " ".join(said[2:]).strip(_QUOTES)
    request = call.asks(EventStartRequest, multiplier=multiplier, minutes=int(said[1]), name=name, replace=replace)
    return errand("earning", "event_start", request)


def tell(_by: str, _order: Errand, reply: Contract, _currency: Currency) -> Answer:
    """Tell what came of it."""
    if isinstance(reply, EventStarted):
        return Answer(words.started(reply))
    return Answer(words.stopped(reply) if isinstance(reply, EventStopped) else common.done())


def _number(word: str) -> Decimal | None:
    """Read a factor, with an `x` before it or without."""
    try:
        number = Decimal(word.lower().removeprefix("x"))
    except InvalidOperation:
        return None
    return number if number.is_finite() and len(word) <= _DIGITS_MAX else None


def _usage(problem: str) -> Answer:
    return Answer(common.usage(problem, _USAGE), outcome="usage")


COMMAND = Command(
    name="event",
    help="Have everything count for more for a while, such as: event start 2 60 Film night (or event stop). "
    "--replace takes the place of the one that runs.",
    arguments=Event,
    run=run,
    tell=tell,
    answers={"earning.event_start": EventStarted, "earning.event_stop": EventStopped},
    written=_USAGE,
    section="Administrators",
    rank="admin",
    timely=True,
    noted=True,
)
