"""Payments for the queue, from request to answer."""

from typing import Any, NamedTuple

from libs.common.config import Rules
from libs.common.contracts.base import Contract
from libs.common.contracts.facts import Purchase
from libs.common.contracts.health import Failure
from libs.common.contracts.ledger import BURN, AccountState, Limit, Line, Outcome, Posting, Reverse, Transfer
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
from libs.common.durable import KeyConflict, Unit
from libs.common.names import fold
from libs.common.owner import Case, Errand, Verb, Wanted
from services.shop.part import Part, Tools
from services.shop.prices import price as prices
from services.shop.prices.price import Price
from services.shop.prices.quote import factor
from services.shop.queue import rules, store
from services.shop.queue.store import Payment
from services.shop.ranks.part import perks
from services.shop.times import date

ITEM = "queue"
"""What it is called in facts, and in the ledger's limits."""
_WORKING = Failure(error="what it speaks of is under way; ask again", code="working")
_GIVEN_BACK = frozenset({"already_reversed", "key_conflict"})
"""The ledger's word for what was given back before: by whomever; or by a refund of ours, for another reason."""
_MAY_NOT = frozenset({"insufficient_funds", "unknown_account", "banned", "frozen"})


def queue(tools: Tools) -> Part:
    """Give the part that takes payments for places in the queue."""
    desk = _Desk(tools)
    verbs: tuple[Verb[Any], ...] = (
        Verb("queue_preview", QueuePreviewRequest, desk.preview, look=desk.look),
        Verb("queue", QueueRequest, desk.judge, _settle, desk.look, _again),
        Verb("queue_refund", QueueRefundRequest, _judge_refund, _settle_refund),
    )
    return Part(verbs, sweep=lambda unit, before: store.sweep(unit.db, before))


class _Offer(NamedTuple):
    """What somebody can have now, and for how much."""

    label: str
    """What something of that length is called."""
    price: Price
    day: str
    """The economy's, on which it counts."""
    room: rules.Room


class _Desk:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def look(self, channel: str, request: QueuePreviewRequest | QueueRequest) -> AccountState | None:
        return await self._tools.accounts.find(channel, request.user)

    def preview(self, unit: Unit, case: Case[QueuePreviewRequest]) -> QueuePreview:
        """Say what it would cost, and whether it can be had."""
        account: AccountState | None = case.seen
        label, price, _, room = _offer(unit, case, account)
        return QueuePreview(
            refusal=room.refusal or _short(case.request.user, account, price, case.rules),
            cost=price.due,
            base=price.base,
            tier_label=label,
            discount_percent=round(float(price.discount * 100), 1),
            remaining=room.remaining,
            cooldown_seconds=room.cooldown_seconds,
        )

    def judge(self, unit: Unit, case: Case[QueueRequest]) -> Contract | Wanted:
        """Decide by what is known here; of coins and the day's limit the ledger has the last word."""
        request, account = case.request, case.seen
        kept = store.find(unit.db, request.request_id)
        if kept is not None:
            return _known(kept, case)
        label, price, day, room = _offer(unit, case, account)
        refusal = room.refusal or _short(request.user, account, price, case.rules)
        if refusal is not None or account is None:
            return Declined(code=refusal or rules.INSUFFICIENT, values={"cost": price.due})
        store.add(unit.db, case.channel, account.account, request.request_id, price.due, request.tier, day, case.at)
        lines: list[Line] = [Limit(account=account.account, name=ITEM, window=day, add=1, maximum=room.limit)]
        if price.due:
            lines.append(self._transfer(unit, request, account.account, label, price))
        posting = Posting(key=payment_key(request.request_id), at=case.at, lines=lines, cause=request.key)
        return Wanted(posting, {"cost": price.due, "label": label, "user": account.account, "had": account.balance})

    def _transfer(self, unit: Unit, request: QueueRequest, name: str, label: str, price: Price) -> Transfer:
        metadata = {
            "seconds": request.seconds,
            "label": label,
            "base": price.base,
            "multiplier": str(price.multiplier),
            "discount": str(price.discount),
            "configuration": self._tools.version(unit),
            **({"media": request.media_id} if request.media_id else {}),
        }
        return Transfer(
            source=name,
            target=BURN,
            amount=price.due,
            type="spend",
            trigger=f"spend.queue.{request.request_id}",
            reason=f"Queue: {label}" if label else "Queue",
            metadata=metadata,
        )


def _settle(unit: Unit, errand: Errand[QueueRequest], outcome: Outcome) -> Contract:
    request, note = errand.request, errand.note
    if not outcome.ok:
        store.drop(unit.db, request.request_id)
        if outcome.refusal == "limit_reached":
            code: str = rules.DAILY_LIMIT
        else:
            code = rules.INSUFFICIENT if outcome.refusal in _MAY_NOT else outcome.refusal or "invalid"
        return Declined(code=code, values={"cost": note["cost"]})
    store.move(unit.db, request.request_id, "paid")
    _tell(unit, errand, "paid", str(note["user"]), int(note["cost"]))
    return QueuePaid(
        request_id=request.request_id,
        cost=note["cost"],
        tier=request.tier,
        tier_label=note["label"],
        balance=_balance(outcome, note["user"], note["had"]),
        call=request.call,
    )


def _again(unit: Unit, request: QueueRequest, answer: bytes) -> Contract | bytes:
    """Answer what was paid before by how it stands now."""
    kept = store.find(unit.db, request.request_id)
    return answer if kept is None or kept.state == "paid" else _standing(kept)


def _known(kept: Payment, case: Case[QueueRequest]) -> Contract:
    """Answer a payment whose id is known, though no answer is kept under it any more, or none ever was."""
    if kept.state != "void" and (kept.user != fold(case.request.user) or kept.channel != case.channel):
        raise KeyConflict(f"request {kept.request_id!r} was somebody else's")
    return _standing(kept)


def _standing(kept: Payment) -> Contract:
    match kept.state:
        case "paid":
            return QueuePaid(request_id=kept.request_id, cost=kept.cost, tier=kept.tier)
        case "refunded" | "void":
            return Declined(code=rules.REFUNDED, values={"cost": kept.cost})
        case _:
            return _WORKING


# -- given back -----------------------------------------------------------------------------------------------------------------------


def _judge_refund(unit: Unit, case: Case[QueueRefundRequest]) -> Contract | Wanted:
    request = case.request
    kept = store.find(unit.db, request.request_id)
    undo = Reverse(
        key=payment_key(request.request_id),
        type="refund",
        trigger=f"refund.queue.{request.request_id}",
        reason=request.reason,
        related=request.user,
    )
    posting = Posting(key=refund_key(request.request_id), at=case.at, lines=[undo], cause=request.key)
    if kept is None or kept.state == "void":
        if kept is None:
            # It may still come: then it is too late.
            store.void(unit.db, case.channel, request.user, request.request_id, case.at)
        # Or it came, and this database is of an older day: the ledger knows.
        return Wanted(posting)
    if kept.channel != case.channel:
        return Declined(code=rules.UNKNOWN)
    if kept.state == "refunded":
        return QueueRefunded(request_id=kept.request_id, refunded=kept.cost)
    if kept.state != "paid":
        return _WORKING
    store.move(unit.db, kept.request_id, "refunding")
    return Wanted(posting, {"cost": kept.cost, "user": kept.username})


def _settle_refund(unit: Unit, errand: Errand[QueueRefundRequest], outcome: Outcome) -> Contract:
    if not errand.note:
        return _settle_forgotten(unit, errand, outcome)
    request_id, cost, name = errand.request.request_id, int(errand.note["cost"]), str(errand.note["user"])
    if not outcome.ok and outcome.refusal not in _GIVEN_BACK:
        store.move(unit.db, request_id, "paid")
        return Declined(code=outcome.refusal or "invalid")
    store.move(unit.db, request_id, "refunded", errand.posting.at)
    _tell(unit, errand, "refunded", name, cost)
    if not outcome.ok:  # somebody undid it by hand, or this database has forgotten the refund
        return QueueRefunded(request_id=request_id, refunded=cost)
    return _refunded(errand, outcome, name, cost)


def _settle_forgotten(unit: Unit, errand: Errand[QueueRefundRequest], outcome: Outcome) -> Contract:
    """Answer the refund of what is not known here, by what the ledger knew of it."""
    request_id = errand.request.request_id
    if not outcome.ok:
        code = rules.REFUNDED if outcome.refusal in _GIVEN_BACK else outcome.refusal or "invalid"
        return Declined(code=rules.UNKNOWN if code == "unknown_posting" else code)
    back = next((entry for entry in outcome.entries if not entry.account.startswith("@")), None)
    name, cost = (errand.request.user, 0) if back is None else (back.account, back.amount)
    store.remember_refunded(unit.db, errand.channel, name, request_id, cost, errand.posting.at)
    _tell(unit, errand, "refunded", name, cost)
    return _refunded(errand, outcome, name, cost)


def _refunded(errand: Errand[QueueRefundRequest], outcome: Outcome, name: str, cost: int) -> QueueRefunded:
    request = errand.request
    # What somebody has now is nobody else's business.
    balance = _balance(outcome, name, None) if fold(name) == fold(request.user) else None
    return QueueRefunded(request_id=request.request_id, refunded=cost, balance=balance, call=request.call)


# -- all of them ----------------------------------------------------------------------------------------------------------------------


def _offer(unit: Unit, case: Case[Any], account: AccountState | None) -> _Offer:
    in_force = case.rules
    tier = rules.tier_of(case.request.seconds, in_force.spending.queue_tiers)
    brings = perks(unit, case.channel, account, in_force)
    price = prices.price(tier.cost, factor(unit, case.channel, in_force), brings.discount)
    day = date(case.at, in_force.economy.zone)
    past = store.past(unit.db, case.channel, case.request.user, day, case.at)
    return _Offer(tier.label, price, day, rules.room(case.at, past, brings.extra_queues_per_day, in_force))


def _short(user: str, account: AccountState | None, price: Price, in_force: Rules) -> str | None:
    may = account is not None and not account.banned and not account.frozen and fold(user) not in in_force.outsiders
    return None if may and account is not None and account.balance >= price.due else rules.INSUFFICIENT


def _balance(outcome: Outcome, name: str, otherwise: int | None) -> int | None:
    """Give what somebody has now; what was free has changed nothing."""
    return next((entry.balance for entry in outcome.entries if fold(entry.account) == fold(name)), otherwise)


def _tell(unit: Unit, errand: Errand[Any], state: Any, name: str, cost: int) -> None:
    key = payment_key(errand.request.request_id)
    fact = Purchase(id=key, channel=errand.channel, user=name, item=ITEM, state=state, price=cost, at=errand.posting.at)
    unit.fact(errand.channel, fact.kind, f"{fact.kind}:{key}:{state}", fact)
