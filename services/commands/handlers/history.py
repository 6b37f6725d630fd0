"""`history`: what came and went lately, or in a stretch of time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from libs.common.contracts.ledger_requests import HistoryAnswer, HistoryRequest
from services.commands import registry
from services.commands.arguments import BadArgumentsError, Rest
from services.commands.moments import end, is_day, moment
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import common
from services.commands.replies import history as words

COUNT: Final = 10
COUNT_MAX: Final = 25


@dataclass(frozen=True, slots=True)
class History:
    """How many entries, and of which time."""

    count_or_time: Rest = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The same, as it is meant."""

    count: int = COUNT
    since: datetime | None = None
    until: datetime | None = None


async def run(call: Call[History], office: Office) -> Answer:
    """Tell the last entries, newest first; an administrator sees the numbers by which they can be undone."""
    try:
        asked = wanted(call.arguments.count_or_time, call.rules.economy.zone)
    except BadArgumentsError as error:
        return Answer(common.usage(str(error), "history [count] [since 2026-11-01] [until 2026-11-08]"), outcome="usage")
    request = HistoryRequest(account=call.user, limit=asked.count, since=asked.since, until=asked.until)
    rows = (await office.ledger(call.channel, "history", request, HistoryAnswer)).rows
    if not rows:
        return Answer(words.nothing_yet() if asked.since is asked.until is None else words.none_then(), outcome="no_history")
    numbers = registry.is_admin(call.rank, call.rules)
    return Answer(words.entries(rows, call.rules.economy.zone, call.rules.currency, numbers=numbers))


def wanted(said: str, zone: ZoneInfo) -> Wanted:
    """Read `10`, `since 2026-11-01 20:00`, `--until 2026-11-08 5`, in any order.

    Raises:
        BadArgumentsError: a time is missing, or none.
    """
    words_left = said.split()
    found: dict[str, datetime | None] = {"since": None, "until": None}
    count = COUNT
    while words_left:
        said_next = words_left.pop(0)
        word = said_next.lower().lstrip("-")
        if word in found:
            read = moment if word == "since" else end
            text = words_left.pop(0) if words_left else ""
            if is_day(text) and words_left and ":" in words_left[0]:
                text = f"{text}T{words_left.pop(0)}"
            found[word] = read(text, zone)
        else:
            count = how_many(said_next)
    return Wanted(count, found["since"], found["until"])


def how_many(word: str) -> int:
    """Read a count, forced between 1 and 25; 10 for what is none."""
    try:
        return min(max(int(word), 1), COUNT_MAX)
    except ValueError:
        return COUNT


COMMAND = Command(
    name="history",
    help=f"Your last entries, newest first: {COUNT}, or as many as you say, up to {COUNT_MAX}; also since 2026-11-01, until 2026-11-08.",
    arguments=History,
    run=run,
)
