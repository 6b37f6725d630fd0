"""`econ:gambling`: what each game kept, against what its rules say it should keep."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from libs.common.contracts.analytics import ReportRequest
from services.commands import reports
from services.commands.arguments import Word
from services.commands.boards import day_start
from services.commands.handlers.games.odds import returns
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import common
from services.commands.replies.reports import gambling as words

DAYS: Final = 30
DAYS_MAX: Final = 3_650


@dataclass(frozen=True, slots=True)
class Gambling:
    """Of how many days, today among them."""

    days: Word = ""


async def run(call: Call[Gambling], office: Office) -> Answer:
    """Tell it."""
    days = how_many(call.arguments.days)
    zone = call.rules.economy.zone
    since = day_start(day_start(call.at, zone) - timedelta(days=days - 1), zone)
    found = await reports.rows(office, call.channel, "gambling", ReportRequest(since=since), reports.Game)
    if found is None:
        return Answer(common.unreachable(), outcome="unreachable")
    expected = {game: 100 * (1 - float(returned)) for game, (returned, _) in returns(call.rules).items()}
    return Answer(words.gambling(found, expected, days, call.rules.currency))


def how_many(word: str) -> int:
    """Read a number of days, forced into its bounds; the usual one for what is none."""
    try:
        return min(max(int(word), 1), DAYS_MAX)
    except ValueError:
        return DAYS


COMMAND = Command(
    name="econ:gambling",
    help=f"What each game kept in {DAYS} days, or as many as you say, and what its rules promise.",
    arguments=Gambling,
    run=run,
    section="Administrators",
    rank="admin",
)
