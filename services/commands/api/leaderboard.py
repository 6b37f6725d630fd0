"""`leaderboard`: who has most."""

from functools import partial
from typing import Final

from libs.common import ranks
from libs.common.contracts.ledger_requests import (
    AccountsAnswer,
    AccountsRequest,
    LeaderboardAnswer,
    LeaderboardRequest,
    LeaderboardRow,
)
from libs.common.names import fold
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.api.parameters import ApiError, clamped, text
from services.commands.boards import BOARDS, Board, day_start, holders

CATEGORY: Final = text(
    "category", "`earners` (also `today`) unless given, `rich` (`balance`, `balances`), `lifetime` (`all`), `ranks`", 100
)
LIMIT: Final = clamped("limit", "how many at most", 10, 1, 100)
_LOOKED_AT_MAX: Final = 500


async def leaderboard(call: ApiCall, house: Surroundings) -> Data:
    """Give the first of a category, or how many hold each rank."""
    asked = (call[CATEGORY] or "earners").casefold()
    category = BOARDS.get(asked)
    if category is None:
        raise ApiError("invalid_parameter", f"unknown category: {asked}")
    answer: Data = {"channel": call.room.name, "category": asked}
    outsiders, rung = house.rules.outsiders, partial(house.rung, call.room)
    if category == "ranks":

        async def accounts(request: AccountsRequest) -> AccountsAnswer:
            return await house.ledger.ask(call.room.token, "accounts", request, AccountsAnswer)

        return {**answer, "distribution": await holders(accounts, rung, house.rules.ranks, outsiders)}
    since = day_start(house.at, house.rules.economy.zone) if category == "earners" else None
    request = LeaderboardRequest(by=category, since=since, limit=min(call[LIMIT] + len(outsiders), _LOOKED_AT_MAX))
    found = await house.ledger.ask(call.room.token, "leaderboard", request, LeaderboardAnswer)
    ladder = ranks.tiers(house.rules.ranks)
    rows = [
        _row(row, category, ladder[rung(row.account, row.lifetime_earned)].name) for row in found.rows if fold(row.account) not in outsiders
    ]
    return {**answer, "rows": rows[: call[LIMIT]]}


def _row(row: LeaderboardRow, category: Board, rank: str) -> Data:
    match category:
        case "rich":
            return {"username": row.account, "balance": row.balance, "rank_name": rank}
        case "lifetime":
            return {"username": row.account, "lifetime_earned": row.lifetime_earned, "rank_name": rank}
        case _:
            return {"username": row.account, "earned_today": row.earned or 0}


COMMANDS: Final = (
    ApiCommand(
        "leaderboard",
        "Who has earned most since midnight of `economy.timezone`, who has most, who has earned most ever; or how many hold each rank. "
        "Without the robot and `ignored_users`.",
        leaderboard,
        {
            "channel": "as configured",
            "category": "as asked, in lower case",
            "rows[].username": "the name as the room spells it",
            "rows[].earned_today": "for `earners`: coins earned today; gifts, the welcome and interest are none",
            "rows[].balance": "for `rich`: coins at hand",
            "rows[].lifetime_earned": "for `lifetime`: coins earned so far",
            "rows[].rank_name": "for `rich` and `lifetime`: the rank",
            "distribution": "for `ranks`, in place of `rows`: how many hold each rank, by name, lowest first; none that nobody holds",
        },
        (CATEGORY, LIMIT),
    ),
)
