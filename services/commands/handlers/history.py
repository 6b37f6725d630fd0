"""`history`: what came and went lately."""

from dataclasses import dataclass
from typing import Final

from libs.common.contracts.ledger_requests import HistoryAnswer, HistoryRequest
from services.commands.arguments import Word
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import history as words

COUNT: Final = 10
COUNT_MAX: Final = 25


@dataclass(frozen=True, slots=True)
class History:
    """How many entries."""

    count: Word = ""


async def run(call: Call[History], office: Office) -> Answer:
    """Tell the last entries, newest first."""
    request = HistoryRequest(account=call.user, limit=how_many(call.arguments.count))
    rows = (await office.ledger(call.channel, "history", request, HistoryAnswer)).rows
    if not rows:
        return Answer(words.nothing_yet(), outcome="no_history")
    return Answer(words.entries(rows, call.rules.economy.zone, call.rules.currency))


def how_many(word: str) -> int:
    """Read a count, forced between 1 and 25; 10 for what is none."""
    try:
        return min(max(int(word), 1), COUNT_MAX)
    except ValueError:
        return COUNT


COMMAND = Command(
    name="history",
    help=f"Your last entries, newest first: {COUNT}, or as many as you say, up to {COUNT_MAX}.",
    arguments=History,
    run=run,
)
