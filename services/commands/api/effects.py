"""`vanity.shoutout` and `vanity.*color*`: things whose effect shows in the room, and what is paid once it did."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar
from uuid import uuid4

from libs.common.contracts.owners import Asked, Declined
from libs.common.contracts.shop.effects import (
    CheckColorRequest,
    ColorRequest,
    ColorVerdict,
    Ordered,
    Resynced,
    ResyncRequest,
    SaleRequest,
    SaleState,
    ShoutoutRequest,
)
from services.commands.api.calls import ApiCall, ApiCommand, Data, Room, Surroundings
from services.commands.api.codes import Code
from services.commands.api.declining import DECLINING, error
from services.commands.api.parameters import REQUEST_ID, VIEWER, ApiError, Parameter, needed_text

Q = TypeVar("Q", bound=Asked)

SHOWN_WITHIN_SECONDS: Final = 1.5
"""So long the room is given to show it before the answer says that it is under way."""
_LOOK_SECONDS: Final = 0.05
_CODES: Final[tuple[Code, ...]] = (*DECLINING, "not_delivered", "key_conflict", "unknown_outcome", "cancelled")
_NOBODY: Final = "api"
"""Who asks where it is nobody in the room."""

MESSAGE: Final = needed_text("value", "what is to be said; without control characters, `/` and `!` in front are left off", 1_000)
COLOR: Final = needed_text("value", "`#RRGGBB`, with `#` or without, or one of CSS's names", 100)


def _read_apply(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return value is not False
    raise ApiError("invalid_parameter", "apply must be true or false")


APPLY: Final = Parameter("apply", "true or false", "whether the style sheet is written; true unless given", _read_apply)


async def shoutout(call: ApiCall, house: Surroundings) -> Data:
    """Have the robot say something for a viewer."""
    order, state = await _order(call, house, "shoutout", ShoutoutRequest, text=call[MESSAGE])
    return {"username": order.user, "channel": call.room.name, "message": order.value, **_price(order), "state": state}


async def set_color(call: ApiCall, house: Surroundings) -> Data:
    """Sell a viewer a color."""
    order, state = await _order(call, house, "color", ColorRequest, value=call[COLOR])
    told = {"username": order.user, "channel": call.room.name, "item_type": order.item, "value": order.value}
    return {**told, **_price(order), "state": state, "level": order.level}


async def check_color(call: ApiCall, house: Surroundings) -> Data:
    """Tell how well a color can be read; nothing is bought."""
    value = call[COLOR]
    room = house.rooms[0]
    request = _asking(house, CheckColorRequest, _NOBODY, value=value)
    verdict = await house.owner(_in(call, room), "shop", "check_color", request, ColorVerdict)
    if isinstance(verdict, Declined):
        raise error(verdict, house.rules.currency)
    found = verdict.found
    if found is None:
        return {"value": value, "valid": False, "acceptable": False, "level": "invalid", "message": "not a color"}
    said = {"ok": "reads well", "warn": "can be read, but not well", "reject": "can hardly be read"}[found.level]
    return {
        "value": found.color,
        "valid": True,
        "acceptable": found.level != "reject" or not verdict.enforced,
        "level": found.level,
        "message": f"{found.color} {said}",
        "bg": verdict.background,
        "lc": found.lc,
        "score": found.score,
        "enforced": verdict.enforced,
        "nearest": verdict.nearest,
    }


async def resync(call: ApiCall, house: Surroundings) -> Data:
    """Take over colors from the style sheet, and have it say what was bought."""
    request = _asking(house, ResyncRequest, _NOBODY, apply=call[APPLY])
    done = await house.owner(call, "shop", "resync_colors", request, Resynced)
    if isinstance(done, Declined):
        raise error(done, house.rules.currency)
    return {"channel": call.room.name, "imported": done.imported, "total_managed": done.managed, "css_reapplied": done.applied}


async def _order(call: ApiCall, house: Surroundings, verb: str, request: type[Asked], **wanted: Any) -> tuple[Ordered, str]:
    """Order it, and give the room a moment to show it.

    Raises:
        ApiError: it is declined; or it came to nothing.
    """
    keys: list[str] = []

    def asking(key: str) -> Asked:
        keys.append(key)
        return _asking(house, request, call[VIEWER], **wanted)(key)

    order = await house.owner(call, "shop", verb, asking, Ordered)
    if isinstance(order, Declined):
        raise error(order, house.rules.currency)
    looking = _asking(house, SaleRequest, order.user, order=keys[0])
    until = time.monotonic() + SHOWN_WITHIN_SECONDS
    while True:
        # A key of its own each time: it is a question, and never the repetition of one.
        try:
            sale = await house.owner(call, "shop", "sale", lambda _: looking(f"look:{uuid4()}"), SaleState)
        except ApiError:
            return order, "delivering"  # the order stands, whether or not there is time to see how it goes
        state = "delivering" if isinstance(sale, Declined) else sale.state
        if state == "returned":
            raise ApiError("not_delivered", "it could not be done in the room; nothing was charged")
        if state == "paid" or time.monotonic() >= until:
            return order, state
        await asyncio.sleep(_LOOK_SECONDS)


def _asking(house: Surroundings, request: type[Q], user: str, **wanted: Any) -> Callable[[str], Q]:
    epoch, raw = house.place
    return lambda key: request(key=key, user=user, at=house.at, epoch=epoch, raw=raw, **wanted)


def _in(call: ApiCall, room: Room) -> ApiCall:
    """Give a call that needs no channel one to ask in."""
    return ApiCall(call.command, call.given, room)


def _price(order: Ordered) -> Data:
    return {"charged": order.price, "discount": order.discount, "new_balance": order.balance}


_PRICE: Final = {
    "charged": "coins; they are put aside until the room shows it, and go back if it does not",
    "discount": "the part of the usual price that the rank lets off, 0 to 1",
    "new_balance": "coins left at hand",
    "state": "`paid`: the room showed it; `delivering`: it has not yet. If it never does, the coins go back, and the viewer is told",
}

COMMANDS: Final = (
    ApiCommand(
        "vanity.set_color",
        "Buys a viewer a color for the name in chat. Paid once the channel's style sheet shows it.",
        set_color,
        {
            "username": "the name as the room spells it",
            "channel": "as configured",
            "item_type": "`chat_color`",
            "value": "`#RRGGBB`",
            **_PRICE,
            "level": "`ok`; `warn`: it can be read, but not well",
        },
        (VIEWER, COLOR, REQUEST_ID),
        _CODES,
    ),
    ApiCommand(
        "vanity.check_color",
        "How well a color could be read as that of a name. Nothing is bought, and no channel is needed. Of what is no color: `value` as "
        "given, `valid`, `acceptable`, `level` and `message`.",
        check_color,
        {
            "value": "`#RRGGBB`",
            "valid": "whether it is a color",
            "acceptable": "whether it could be bought",
            "level": "`ok`, `warn`, `reject`, or `invalid`",
            "message": "the same in words",
            "bg": "the background it is judged on",
            "lc": "its contrast by APCA, without a sign",
            "score": "that, less where a color has little green and blue",
            "enforced": "whether what can't be read is refused",
            "nearest": "where it does not read well, the nearest color that does; else null",
        },
        (COLOR,),
        ("declined", "unknown_outcome", "key_conflict"),
        needs_channel=False,
    ),
    ApiCommand(
        "vanity.resync_colors",
        "Takes over colors that stand only in the channel's style sheet, and writes the sheet anew where it says "
        "otherwise than what was bought.",
        resync,
        {
            "channel": "as configured",
            "imported": "how many were taken over just now; what the room shows is taken over by itself, too",
            "total_managed": "how many there are now",
            "css_reapplied": "whether the sheet is being written",
        },
        (APPLY, REQUEST_ID),
        ("declined", "unknown_outcome", "key_conflict"),
    ),
    ApiCommand(
        "vanity.shoutout",
        "Has the robot say a line for a viewer. Paid once the room has heard it.",
        shoutout,
        {"username": "the name as the room spells it", "channel": "as configured", "message": "as it is said", **_PRICE},
        (VIEWER, MESSAGE, REQUEST_ID),
        _CODES,
    ),
)
