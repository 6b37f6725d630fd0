"""`user.*`: one viewer for an operator: everything about the account, suspended or not."""

import asyncio
from datetime import datetime
from typing import Final

from libs.common import ranks
from libs.common.contracts.earning import WhyAnswer
from libs.common.contracts.earning.careers import BadgesAnswer
from libs.common.contracts.games import TOTALS, TotalsAnswer
from libs.common.contracts.ledger import AccountState
from libs.common.contracts.ledger_requests import BanRequest
from libs.common.contracts.owners import Declined
from libs.common.names import is_valid
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.api.declining import error
from services.commands.api.parameters import ADMIN, NAMED, REASON, REQUEST_ID, VIEWER, ApiError
from services.commands.api.transactions import stamp

PRESENCE_SECONDS: Final = 0.5
"""How long earning is waited for."""


async def detail(call: ApiCall, house: Surroundings) -> Data:
    """Give all that is known of a viewer's account."""
    name = call[NAMED]
    found = await house.account(call.room, name) if is_valid(name) else None
    if found is None:
        return {"found": False}
    rank = ranks.tiers(house.rules.ranks)[house.rung(call.room, found.account, found.lifetime_earned)].name
    gambling, seen, badges = await asyncio.gather(
        _gambling(found, call, house), _last_seen(found, call, house), _badges(found, call, house)
    )
    return {
        "found": True,
        "username": found.account,
        "channel": call.room.name,
        "account": _account(found, call.room.name, rank, seen),
        "achievements": badges,
        "banned": found.banned,
        "gambling": gambling,
    }


async def _last_seen(found: AccountState, call: ApiCall, house: Surroundings) -> datetime | None:
    """Give when somebody was last in the room, as earning knows it: of those who are there, the robot's last sign, to the minute.

    All else is told without it, too.
    """
    try:
        answer = await house.look(call.room, "earning", "why", found.account, WhyAnswer, PRESENCE_SECONDS)
    except ApiError:
        return None
    return None if isinstance(answer, Declined) else answer.paid_until or answer.since


async def _badges(found: AccountState, call: ApiCall, house: Surroundings) -> list[Data]:
    """Give the badges somebody has; none where earning does not answer."""
    try:
        answer = await house.look(call.room, "earning", "badges", found.account, BadgesAnswer, PRESENCE_SECONDS)
    except ApiError:
        return []
    earned = [] if isinstance(answer, Declined) else answer.earned
    return [{"achievement_id": badge.id, "awarded_at": stamp(badge.at)} for badge in earned]


async def _gambling(found: AccountState, call: ApiCall, house: Surroundings) -> Data:
    """Give what somebody played; nothing of who neither staked nor won a coin."""
    if not (found.lifetime_wagered or found.lifetime_won):
        return {}
    answer = await house.look(call.room, "games", TOTALS, found.account, TotalsAnswer)
    if isinstance(answer, Declined):
        raise error(answer, house.rules.currency)
    return {"total_games": sum(game.rounds for game in answer.games), "net_profit": found.lifetime_won - found.lifetime_wagered}


async def ban(call: ApiCall, house: Surroundings) -> Data:
    """Suspend a viewer from the economy."""
    reason = call[REASON]
    done = await house.sanction(call, "ban", lambda key: _request(call, house, key))
    return {"username": done.account, "channel": call.room.name, "banned": True, "new_ban": done.changed, "reason": reason}


async def unban(call: ApiCall, house: Surroundings) -> Data:
    """Let a viewer take part again."""
    done = await house.sanction(call, "unban", lambda key: _request(call, house, key))
    return {"username": done.account, "channel": call.room.name, "banned": False, "was_banned": done.changed}


def _request(call: ApiCall, house: Surroundings, key: str) -> BanRequest:
    return BanRequest(key=key, account=call[VIEWER], at=house.at, reason=call[REASON], actor=call[ADMIN])


def _account(found: AccountState, channel: str, rank: str, seen: datetime | None) -> Data:
    return {
        "username": found.account,
        "channel": channel,
        "balance": found.balance,
        "held": found.held,
        "lifetime_earned": found.lifetime_earned,
        "lifetime_spent": found.lifetime_spent,
        "lifetime_gambled_in": found.lifetime_wagered,
        "lifetime_gambled_out": found.lifetime_won,
        "rank_name": rank,
        "first_seen": stamp(found.opened_at),
        "last_seen": None if seen is None else stamp(seen),
        "economy_banned": found.banned,
        "ban_reason": found.ban_reason,
        "frozen": found.frozen,
    }


_NAME: Final = "the name as the room spells it"
_ROOM: Final = "as configured"

COMMANDS: Final = (
    ApiCommand(
        "user.detail",
        'All that is known of a viewer\'s account. Somebody without one is `{"found": false}` and nothing else.',
        detail,
        {
            "found": "whether there is such an account; without one, nothing follows",
            "username": _NAME,
            "channel": _ROOM,
            "account.username": _NAME,
            "account.channel": _ROOM,
            "account.balance": "coins at hand",
            "account.held": "coins held for stakes and bounties",
            "account.lifetime_earned": "coins earned so far",
            "account.lifetime_spent": "coins spent so far, stakes of games aside",
            "account.lifetime_gambled_in": "coins wagered so far",
            "account.lifetime_gambled_out": "coins won so far, stakes that came back included",
            "account.rank_name": "the rank that is held",
            "account.first_seen": "when the account was opened: `YYYY-MM-DD HH:MM:SS`, UTC",
            "account.last_seen": "when the viewer was last in the room, likewise; null where that is not known",
            "account.economy_banned": "the same as `banned`",
            "account.ban_reason": "why it is suspended, or null",
            "account.frozen": "whether an operator has frozen it",
            "achievements[].achievement_id": "a badge, as the configuration calls it; the list is in the order in which they were earned",
            "achievements[].awarded_at": "when it was earned: `YYYY-MM-DD HH:MM:SS`, UTC",
            "banned": "whether the viewer is suspended from the economy",
            "gambling.total_games": "rounds played, free spins too; `gambling` is empty of who neither staked nor won a coin",
            "gambling.net_profit": "coins won less coins wagered",
        },
        (NAMED,),
    ),
    ApiCommand(
        "user.ban",
        "Suspends a viewer from the economy: nothing is earned, spent or played. The account stays, and is opened if need be. No message "
        "is sent.",
        ban,
        {
            "username": _NAME,
            "channel": _ROOM,
            "banned": "true",
            "new_ban": "whether this request suspended the viewer; false where that was so before",
            "reason": "as given, or null",
        },
        (VIEWER, REASON, ADMIN, REQUEST_ID),
        ("key_conflict", "unknown_outcome"),
    ),
    ApiCommand(
        "user.unban",
        "Lets a viewer take part again. No message is sent.",
        unban,
        {"username": _NAME, "channel": _ROOM, "banned": "false", "was_banned": "whether the viewer was suspended until this request"},
        (VIEWER, REASON, ADMIN, REQUEST_ID),
        ("key_conflict", "unknown_outcome"),
    ),
)
