"""`balance.*`: what a viewer has, and how an operator changes it."""

import json
from typing import Final

from libs.common import ranks
from libs.common.contracts.ledger import BURN, MINT, Entry, Line, Open, Outcome, Posting, Set, Transfer
from libs.common.names import fold, is_valid
from services.commands.api.calls import ApiCall, ApiCommand, ApiError, Data, Surroundings
from services.commands.replies.common import REFUSALS


async def get(call: ApiCall, house: Surroundings) -> Data:
    """Tell a viewer's balance."""
    name = call.username()
    account = await house.ledger.account(call.room.token, name) if is_valid(name) else None
    if account is None:
        return {"found": False}
    tier = ranks.tier_of(account.lifetime_earned, ranks.tiers(house.rules.ranks))
    return {
        "found": True,
        "username": account.account,
        "channel": call.room.name,
        "balance": account.balance,
        "lifetime_earned": account.lifetime_earned,
        "rank_name": tier.name,
    }


async def adjust(call: ApiCall, house: Surroundings) -> Data:
    """Mint or burn coins of a viewer's account, which is opened if need be."""
    name, amount = call.viewer(), call.integer("amount")
    if amount == 0:
        raise ApiError("invalid_parameter", "amount must not be 0")
    reason, admin = call.text("reason"), call.text("admin") or "system"
    source, target = (MINT, name) if amount > 0 else (name, BURN)
    move = Transfer(
        source=source, target=target, amount=abs(amount), type="admin_adjust", trigger="admin.adjust", reason=reason, related=admin
    )
    lines: list[Line] = [Open(account=name), move] if amount > 0 else [move]

    def posting(key: str) -> Posting:
        return Posting(key=key, at=house.at, lines=lines, actor=admin)

    outcome = await house.post(call.room, call.request_id(), _contents(call, fold(name), amount, reason, admin), posting)
    entries = _own(outcome, name)
    balance = entries[-1].balance
    return {"username": entries[-1].account, "channel": call.room.name, "amount": amount, "balance": balance}


async def set_to(call: ApiCall, house: Surroundings) -> Data:
    """Make a viewer's balance a given one; the account is opened if need be."""
    name, amount = call.viewer(), call.integer("amount")
    if amount < 0:
        raise ApiError("invalid_parameter", "amount must not be below 0")
    reason, admin = call.text("reason"), call.text("admin") or "system"
    line = Set(account=name, balance=amount, type="admin_set_balance", trigger="admin.set_balance", reason=reason, related=admin)

    def posting(key: str) -> Posting:
        return Posting(key=key, at=house.at, lines=[Open(account=name), line], actor=admin)

    outcome = await house.post(call.room, call.request_id(), _contents(call, fold(name), amount, reason, admin), posting)
    entries = _own(outcome, name)
    delta = sum(entry.amount for entry in entries)
    return {
        "username": entries[-1].account if entries else name,
        "channel": call.room.name,
        "old_balance": amount - delta,
        "new_balance": amount,
        "delta": delta,
    }


def _own(outcome: Outcome, name: str) -> list[Entry]:
    """Give the viewer's own entries.

    Raises:
        ApiError: the ledger refused.
    """
    if not outcome.ok:
        code = outcome.refusal or "refused"
        raise ApiError(code, REFUSALS.get(code, "it is not possible.") + (f" ({outcome.detail})" if outcome.detail else ""))
    return [entry for entry in outcome.entries if fold(entry.account) == fold(name)]


def _contents(call: ApiCall, *parts: object) -> bytes:
    """Give what a repetition of the same request must repeat."""
    return json.dumps([call.command, call.room.token, *parts]).encode()


COMMANDS: Final = (
    ApiCommand("balance.get", get),
    ApiCommand("balance.adjust", adjust),
    ApiCommand("balance.set", set_to),
)
