"""`spending.*`: what another program's queue sells for coins, and gives back."""

from typing import Any, Final, cast
from uuid import uuid4

from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.queue import (
    QueuePaid,
    QueuePreview,
    QueuePreviewRequest,
    QueueRefunded,
    QueueRefundRequest,
    QueueRequest,
    payment_key,
    refund_key,
)
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.api.codes import ALL, Code
from services.commands.api.parameters import REASON, REQUEST_ID_CHARACTERS_MAX, VIEWER, ApiError, needed_text, text, whole

DURATION: Final = whole("duration_sec", "how long it runs, in seconds; 1 at least", least=1)
PAYMENT: Final = needed_text(
    "request_id", "an id of your own for this one payment; no other has it, in any channel", REQUEST_ID_CHARACTERS_MAX
)
TIER: Final = text("tier", "a word of your own, kept with the payment; `queue` unless given", 100)
MEDIA: Final = text("media_id", "what it is, kept with the payment", 500)

_DECLINED: Final[tuple[Code, ...]] = ("blackout_active", "daily_limit_reached", "cooldown_active", "insufficient_balance", "refunded")
_UNSURE: Final[tuple[Code, ...]] = ("key_conflict", "unknown_outcome")


async def preview(call: ApiCall, house: Surroundings) -> Data:
    """Tell what it would cost, and whether it can be bought now."""
    user, seconds = call[VIEWER], call[DURATION]
    found = await house.owner(
        call, "shop", "queue_preview", lambda key: QueuePreviewRequest(key=key, user=user, seconds=seconds, **_when(house)), QueuePreview
    )
    if isinstance(found, Declined):
        raise _error(found.code)
    cooling = {} if found.cooldown_seconds is None else {"cooldown_remaining_sec": found.cooldown_seconds}
    return {
        "available": found.refusal is None,
        "cost_z": found.cost,
        "base_cost": found.base,
        "tier_label": found.tier_label,
        "discount_pct": found.discount_percent,
        "daily_remaining": found.remaining,
        "error_code": found.refusal,
        **cooling,
    }


async def queue(call: ApiCall, house: Surroundings) -> Data:
    """Have it paid, once under its id."""
    id_, own = call[PAYMENT], uuid4().hex
    request = QueueRequest(
        key=payment_key(id_),
        user=call[VIEWER],
        request_id=id_,
        seconds=call[DURATION],
        tier=call[TIER] or "queue",
        media_id=call[MEDIA],
        call=own,
        **_when(house),
    )
    paid = await house.owner(call, "shop", "queue", lambda _key: request, QueuePaid)
    if isinstance(paid, Declined):
        return _refused(paid.code, {"success": False, "cost_z": paid.values.get("cost", 0), "error_code": paid.code}, house)
    told = {"success": True, "cost_z": paid.cost, "tier": paid.tier, "request_id": id_}
    if paid.call != own:
        return {**told, "idempotent_replay": True}
    return {**told, "tier_label": paid.tier_label, "new_balance": paid.balance}


async def refund(call: ApiCall, house: Surroundings) -> Data:
    """Have a payment given back, once, to whom paid it."""
    id_, own = call[PAYMENT], uuid4().hex
    request = QueueRefundRequest(
        key=refund_key(id_), user=call[VIEWER], request_id=id_, reason=call[REASON] or "refund", call=own, **_when(house)
    )
    given = await house.owner(call, "shop", "queue_refund", lambda _key: request, QueueRefunded)
    if isinstance(given, Declined):
        return _refused(given.code, {"success": False, "error": given.code, "request_id": id_}, house)
    told = {"success": True, "refunded": given.refunded, "request_id": id_}
    return {**told, "idempotent_replay": True} if given.call != own else {**told, "new_balance": given.balance}


def _when(house: Surroundings) -> dict[str, Any]:
    """Give behind which event it is to be decided."""
    epoch, raw = house.place
    return {"at": house.at, "epoch": epoch, "raw": raw}


def _refused(code: str, data: Data, house: Surroundings) -> Data:
    """Refuse, so that who reads no further than `success` does not take it for done; or as the older program did, where that is wanted."""
    if house.rules.spending.refusals_as_success:
        return data
    raise _error(code, data)


def _error(code: str, data: Data | None = None) -> ApiError:
    return ApiError(cast("Code", code) if code in ALL else "internal_error", code, data)


COMMANDS: Final = (
    ApiCommand(
        "spending.queue_preview",
        "Tells what a place in the queue would cost a viewer, and whether it can be bought now. Nothing changes.",
        preview,
        {
            "available": "whether it can be bought now",
            "cost_z": "what it costs this viewer",
            "base_cost": "its price as configured, before inflation and discount",
            "tier_label": "what its length is called",
            "discount_pct": "the discount of the viewer's rank, in per cent",
            "daily_remaining": "how many more today",
            "error_code": "the first reason why not: `blackout_active`, `daily_limit_reached`, `cooldown_active`, `insufficient_balance`; "
            "or null",
            "cooldown_remaining_sec": "seconds until the next, where that is to be waited for",
        },
        (VIEWER, DURATION),
        ("unknown_outcome",),
    ),
    ApiCommand(
        "spending.queue",
        "Has a viewer pay for a place in the queue. The same request again is told what came of the first; after a refund it is refused. "
        "A refusal carries `data` too: `success` (false), `cost_z`, `error_code`. With `spending.refusals_as_success` that is all it is: "
        "the answer itself is then a success.",
        queue,
        {
            "success": "true",
            "cost_z": "what was paid",
            "tier": "as given",
            "request_id": "as given",
            "tier_label": "what its length is called; not in a repetition",
            "new_balance": "what the viewer has left; not in a repetition",
            "idempotent_replay": "true in a repetition, else left out",
        },
        (VIEWER, DURATION, PAYMENT, TIER, MEDIA),
        (*_DECLINED, *_UNSURE, "amount_out_of_range"),
    ),
    ApiCommand(
        "spending.queue_refund",
        "Gives back what was paid under an id, to whom paid it, whatever name comes with the request. An id that nothing was paid under is "
        "void from then on: a payment that comes later is refused. A refusal carries `data` too: `success` (false), `error`, `request_id`.",
        refund,
        {
            "success": "true",
            "refunded": "what was given back",
            "request_id": "as given",
            "new_balance": "what the viewer has now; null where somebody else had paid; not in a repetition",
            "idempotent_replay": "true in a repetition, else left out",
        },
        (VIEWER, PAYMENT, REASON),
        ("unknown_request_id", "refunded", *_UNSURE, "frozen", "amount_out_of_range"),
    ),
)
