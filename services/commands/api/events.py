"""`events.list`, `event.start`, `event.stop`: events, scheduled and begun by hand."""

from decimal import Decimal, InvalidOperation
from typing import Any, Final

from libs.common.contracts.earning.events import EventsAnswer, EventStarted, EventStartRequest, EventStopped
from libs.common.contracts.owners import Asked, Declined
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.api.declining import error
from services.commands.api.parameters import ADMIN, REQUEST_ID, ApiError, Parameter, text, whole

_NOBODY: Final = "api"
_NAME: Final = "Ad-hoc Event"
_NAME_CHARACTERS_MAX: Final = 64
_MULTIPLIER_MAX: Final = 10


def _factor(value: Any) -> Decimal:
    if value is None:
        raise ApiError("missing_parameter", "multiplier is required")
    try:
        number = None if isinstance(value, bool) else Decimal(str(value).strip())
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        raise ApiError("invalid_parameter", "multiplier must be a number")
    if not 1 < number <= _MULTIPLIER_MAX:
        raise ApiError("invalid_parameter", f"multiplier must be above 1, and {_MULTIPLIER_MAX} at most")
    return number


def _yes_or_no(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return value is True
    raise ApiError("invalid_parameter", "replace must be true or false")


MULTIPLIER: Final = Parameter(
    "multiplier",
    "number",
    "what everything counts for: above 1, and 10 at most",
    _factor,
    needed=True,
    canonical=lambda value: f"{value.normalize():f}",
)
MINUTES: Final = whole("minutes", "how long it lasts", least=1, most=1_440)
NAME: Final = text("name", f"what the room calls it; `{_NAME}` unless given", 60)
REPLACE: Final = Parameter("replace", "true or false", "whether it takes the place of one that runs; false unless given", _yes_or_no)


async def listed(call: ApiCall, house: Surroundings) -> Data:
    """List the events that run."""
    found = await house.look(call.room, "earning", "events", _NOBODY, EventsAnswer)
    if isinstance(found, Declined):
        raise error(found, house.rules.currency)
    running = [
        {
            "type": each.kind,
            "name": each.name,
            "multiplier": float(each.factor),
            "ends_at": None if each.ends is None else each.ends.isoformat(),
        }
        for each in found.holding
        if each.kind in {"scheduled", "adhoc"}
    ]
    return {"channel": call.room.name, "events": running}


async def start(call: ApiCall, house: Surroundings) -> Data:
    """Begin one by hand."""
    epoch, raw = house.place

    def asking(key: str) -> EventStartRequest:
        return EventStartRequest(
            key=key,
            user=call[ADMIN][:_NAME_CHARACTERS_MAX],
            at=house.at,
            epoch=epoch,
            raw=raw,
            multiplier=call[MULTIPLIER],
            minutes=call[MINUTES],
            name=call[NAME] or _NAME,
            replace=call[REPLACE],
        )

    begun = await house.owner(call, "earning", "event_start", asking, EventStarted)
    if isinstance(begun, Declined):
        raise error(begun, house.rules.currency)
    await house.note(call[ADMIN], f"event start {call[MULTIPLIER]} {begun.minutes} {begun.name}", call.room)
    return {
        "channel": call.room.name,
        "name": begun.name,
        "multiplier": float(begun.multiplier),
        "minutes": begun.minutes,
        "active": True,
        "ends_at": begun.ends.isoformat(),
        "replaced": begun.replaced,
    }


async def stop(call: ApiCall, house: Surroundings) -> Data:
    """End the one that was begun by hand."""
    epoch, raw = house.place

    def asking(key: str) -> Asked:
        return Asked(key=key, user=call[ADMIN][:_NAME_CHARACTERS_MAX], at=house.at, epoch=epoch, raw=raw)

    ended = await house.owner(call, "earning", "event_stop", asking, EventStopped)
    if isinstance(ended, Declined):
        raise error(ended, house.rules.currency)
    if ended.name is not None:
        await house.note(call[ADMIN], "event stop", call.room)
    return {"channel": call.room.name, "stopped": ended.name is not None, "name": ended.name}


_CODES: Final = ("declined", "key_conflict", "unknown_outcome")
_ROOM: Final = "as configured"
_ENDS: Final = "when it ends: ISO 8601, UTC"

COMMANDS: Final = (
    ApiCommand(
        "events.list",
        "The events that run in a channel. What else makes everything count for more (quiet hours, holidays, a full room) is not among "
        "them.",
        listed,
        {
            "channel": _ROOM,
            "events[].type": "`scheduled`, or `adhoc` for one begun by hand",
            "events[].name": "what the room calls it",
            "events[].multiplier": "what everything counts for by it alone",
            "events[].ends_at": _ENDS,
        },
        codes=("declined",),
    ),
    ApiCommand(
        "event.start",
        "Begins an event by hand, in this channel alone, and tells the room. Where one runs already it is declined, unless `replace` is "
        "true; scheduled events go on beside it.",
        start,
        {
            "channel": _ROOM,
            "name": "what the room calls it",
            "multiplier": "what everything counts for by it",
            "minutes": "how long it lasts",
            "active": "true",
            "ends_at": _ENDS,
            "replaced": "the name of the one it took the place of, or null",
        },
        (MULTIPLIER, MINUTES, NAME, REPLACE, ADMIN, REQUEST_ID),
        _CODES,
    ),
    ApiCommand(
        "event.stop",
        "Ends the event that was begun by hand, and tells the room. Where none runs, nothing happens.",
        stop,
        {"channel": _ROOM, "stopped": "whether one ran", "name": "its name, or null"},
        (ADMIN, REQUEST_ID),
        _CODES,
    ),
)
