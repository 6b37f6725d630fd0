"""`balance.*`: what viewers have, and how an operator changes it."""

from typing import Final

from libs.common import ranks
from libs.common.contracts.ledger import BURN, MINT, Entry, Line, Open, Outcome, Posting, Set, Transfer
from libs.common.contracts.ledger_requests import AccountsAnswer, AccountsRequest
from libs.common.names import fold, is_valid
from services.commands.api.answering import refusal
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.api.codes import MOVING
from services.commands.api.parameters import ADMIN, NAMED, REASON, REQUEST_ID, VIEWER, ApiError, clamped, text, whole

CHANGE: Final = whole("amount", "coins to add, or below 0 to take away; not 0")
TARGET: Final = whole("amount", "the balance to have: 0 or more", least=0)
PATTERN: Final = text("pattern", "a part of the name, in any case of letters; all names unless given. `%` and `_` mean themselves", 100)
FOUND_MAX: Final = clamped("limit", "how many at most", 50, 1, 200)


async def get(call: ApiCall, house: Surroundings) -> Data:
    """Tell a viewer's balance."""
    name = call[NAMED]
    account = await house.account(call.room, name) if is_valid(name) else None
    if account is None:
        return {"found": False}
    return {
        "found": True,
        "username": account.account,
        "channel": call.room.name,
        "balance": account.balance,
        "lifetime_earned": account.lifetime_earned,
        "rank_name": ranks.tiers(house.rules.ranks)[house.rung(call.room, account.account, account.lifetime_earned)].name,
    }


async def search(call: ApiCall, house: Surroundings) -> Data:
    """Find viewers by a part of their names."""
    pattern = call[PATTERN]
    request = AccountsRequest(containing=pattern, limit=call[FOUND_MAX])
    found = (await house.ledger.ask(call.room.token, "accounts", request, AccountsAnswer)).accounts
    ladder = ranks.tiers(house.rules.ranks)
    return {
        "channel": call.room.name,
        "pattern": pattern or "",
        "count": len(found),
        "results": [
            {
                "username": account.account,
                "balance": account.balance,
                "lifetime_earned": account.lifetime_earned,
                "rank_name": ladder[house.rung(call.room, account.account, account.lifetime_earned)].name,
            }
            for account in found
        ],
    }


async def adjust(call: ApiCall, house: Surroundings) -> Data:
    """Mint or burn coins of a viewer's account."""
    name, amount, admin = call[VIEWER], call[CHANGE], call[ADMIN]
    if amount == 0:
        raise ApiError("invalid_parameter", "amount must not be 0")
    source, target = (MINT, name) if amount > 0 else (name, BURN)
    move = Transfer(
        source=source, target=target, amount=abs(amount), type="admin_adjust", trigger="admin.adjust", reason=call[REASON], related=admin
    )
    lines: list[Line] = [Open(account=name), move] if amount > 0 else [move]
    outcome = await house.post(call, lambda key: Posting(key=key, at=house.at, lines=lines, actor=admin))
    entry = _own(outcome, name)[-1]
    return {"username": entry.account, "channel": call.room.name, "amount": amount, "balance": entry.balance}


async def set_to(call: ApiCall, house: Surroundings) -> Data:
    """Make a viewer's balance a given one."""
    name, balance, admin = call[VIEWER], call[TARGET], call[ADMIN]
    line = Set(account=name, balance=balance, type="admin_set_balance", trigger="admin.set_balance", reason=call[REASON], related=admin)
    outcome = await house.post(call, lambda key: Posting(key=key, at=house.at, lines=[Open(account=name), line], actor=admin))
    entries = _own(outcome, name)
    delta = sum(entry.amount for entry in entries)
    return {
        "username": entries[-1].account if entries else name,
        "channel": call.room.name,
        "old_balance": balance - delta,
        "new_balance": balance,
        "delta": delta,
    }


def _own(outcome: Outcome, name: str) -> list[Entry]:
    """Give the viewer's own entries.

    Raises:
        ApiError: the ledger refused.
    """
    if not outcome.ok:
        raise refusal(outcome.refusal or "invalid", outcome.detail)
    return [entry for entry in outcome.entries if fold(entry.account) == fold(name)]


_ACCOUNT: Final = {
    "username": "the name as the room spells it",
    "balance": "coins at hand",
    "lifetime_earned": "coins earned so far; a rank is made of it",
    "rank_name": "the rank these have reached",
}

COMMANDS: Final = (
    ApiCommand(
        "balance.get",
        'What a viewer has. Somebody without an account is `{"found": false}` and nothing else.',
        get,
        {"found": "whether there is such an account; without one, nothing follows", "channel": "as configured", **_ACCOUNT},
        (NAMED,),
    ),
    ApiCommand(
        "balance.search",
        "Viewers by a part of their names, the richest first.",
        search,
        {
            "channel": "as configured",
            "pattern": "what was looked for",
            "count": "how many are listed",
            **{f"results[].{field}": meaning for field, meaning in _ACCOUNT.items()},
        },
        (PATTERN, FOUND_MAX),
    ),
    ApiCommand(
        "balance.adjust",
        "Adds new coins, or takes coins away for good; the balance never goes below 0. For a positive amount an account is opened if need "
        "be. What is added counts towards ranks (lifetime earned), not as earned today.",
        adjust,
        {
            "username": "the name as the room spells it",
            "channel": "as configured",
            "amount": "what was added; below 0: taken away",
            "balance": "coins at hand right after it",
        },
        (VIEWER, CHANGE, REASON, ADMIN, REQUEST_ID),
        (*MOVING, "insufficient_funds", "unknown_account"),
    ),
    ApiCommand(
        "balance.set",
        "Makes the balance a given one, at one blow. An account is opened if need be. It does not count as earned or spent.",
        set_to,
        {
            "username": "the name as the room spells it; as given where nothing changed",
            "channel": "as configured",
            "old_balance": "coins before",
            "new_balance": "coins after",
            "delta": "the difference",
        },
        (VIEWER, TARGET, REASON, ADMIN, REQUEST_ID),
        MOVING,
    ),
)
