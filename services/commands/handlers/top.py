"""`top`: who has most, who earned most, and how many hold each rank."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from libs.common.contracts.ledger_requests import AccountsAnswer, AccountsRequest, LeaderboardAnswer, LeaderboardRequest, LeaderboardRow
from libs.common.names import fold
from services.commands.arguments import Word
from services.commands.boards import BOARDS, Board, day_start, holders
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import top as words
from services.commands.replies.top import Line

SHOWN: Final = 10
LOOKED_AT: Final = 200
"""So far down somebody's own place is looked for."""


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
        accounts = partial(_accounts, call, office)
        return Answer(words.ranks(await holders(accounts, partial(office.rung, call.channel), call.rules.ranks, call.rules.outsiders)))
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


def _amount(row: LeaderboardRow, board: Board) -> int:
    match board:
        case "rich":
            return row.balance
        case "lifetime":
            return row.lifetime_earned
        case "earners":
            return row.earned or 0


async def _accounts(call: Call[Top], office: Office, request: AccountsRequest) -> AccountsAnswer:
    return await office.ledger(call.channel, "accounts", request, AccountsAnswer)


COMMAND = Command(
    name="top",
    aliases=("leaderboard", "lb"),
    help="Who earned most today. Also: top rich, top lifetime, top ranks.",
    arguments=Top,
    run=run,
    section="Standings",
)
