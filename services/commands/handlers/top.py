"""`top`: who has most, who earned most, and how many hold each rank."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from libs.common import ranks
from libs.common.contracts.ledger import AccountState
from libs.common.contracts.ledger_requests import AccountsAnswer, AccountsRequest, LeaderboardAnswer, LeaderboardRequest, LeaderboardRow
from libs.common.names import fold
from services.commands.arguments import Word
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import top as words
from services.commands.replies.top import Board, Line

SHOWN: Final = 10
LOOKED_AT: Final = 200
"""So far down somebody's own place is looked for."""
PAGE: Final = 500

BOARDS: Final[dict[str, Board | Literal["ranks"]]] = {
    "earners": "earners",
    "today": "earners",
    "rich": "rich",
    "balance": "rich",
    "balances": "rich",
    "lifetime": "lifetime",
    "all": "lifetime",
    "ranks": "ranks",
}


@dataclass(frozen=True, slots=True)
class Top:
    """Of what."""

    board: Word = "earners"


async def run(call: Call[Top], office: Office) -> Answer:
    """Tell the first ten and the asker's own place; the robot and whoever is ignored have none."""
    board = BOARDS.get(call.arguments.board.lower())
    if board is None:
        return Answer(words.unknown_board(), outcome="usage")
    if board == "ranks":
        return Answer(words.ranks(await _holders(call, office)))
    since = day_start(call.at, call.rules.economy.zone) if board == "earners" else None
    request = LeaderboardRequest(by=board, since=since, limit=LOOKED_AT)
    rows = (await office.ledger(call.channel, "leaderboard", request, LeaderboardAnswer)).rows
    lines = placed(rows, board, call.rules.outsiders)
    own = next((line for line in lines if fold(line.name) == fold(call.user)), None)
    return Answer(words.top(board, lines[:SHOWN], own if own not in lines[:SHOWN] else None, call.rules.currency))


def placed(rows: Sequence[LeaderboardRow], board: Board, outsiders: frozenset[str]) -> list[Line]:
    """Number those who have a part in the economy."""
    taking_part = (row for row in rows if fold(row.account) not in outsiders)
    return [Line(place, row.account, _amount(row, board)) for place, row in enumerate(taking_part, start=1)]


def day_start(at: datetime, zone: ZoneInfo) -> datetime:
    """Give when the day of this moment began, in UTC."""
    return at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def _amount(row: LeaderboardRow, board: Board) -> int:
    match board:
        case "rich":
            return row.balance
        case "lifetime":
            return row.lifetime_earned
        case "earners":
            return row.earned or 0


async def _holders(call: Call[Top], office: Office) -> dict[str, int]:
    """Count who holds each rank, highest first; ranks that nobody holds are left out."""
    ladder = ranks.tiers(call.rules.ranks)
    held: Counter[str] = Counter()
    offset, total = 0, 1
    while offset < total:
        page = await office.ledger(call.channel, "accounts", AccountsRequest(limit=PAGE, offset=offset), AccountsAnswer)
        held.update(ranks.tier_of(account.lifetime_earned, ladder).name for account in _taking_part(page.accounts, call))
        offset, total = offset + PAGE, page.total
    return {tier.name: held[tier.name] for tier in reversed(ladder) if held[tier.name]}


def _taking_part(accounts: Sequence[AccountState], call: Call[Top]) -> list[AccountState]:
    return [account for account in accounts if fold(account.account) not in call.rules.outsiders]


COMMAND = Command(
    name="top",
    aliases=("leaderboard", "lb"),
    help="Who earned most today. Also: top rich, top lifetime, top ranks.",
    arguments=Top,
    run=run,
    section="Standings",
)
