"""`econ:stats`: the channel's money, and what this day did to it; all from the owners' own books at this moment."""

import asyncio

from libs.common.contracts.earning import AttendanceAnswer, AttendanceRequest
from libs.common.contracts.ledger_requests import StatsAnswer, StatsRequest
from services.commands import reports
from services.commands.arguments import Nothing
from services.commands.boards import day_start
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies.reports import stats as words


async def run(call: Call[Nothing], office: Office) -> Answer:
    """Tell it."""
    zone = call.rules.economy.zone
    today = call.at.astimezone(zone).date()
    found, there = await asyncio.gather(
        office.ledger(call.channel, "stats", StatsRequest(since=day_start(call.at, zone)), StatsAnswer),
        reports.told(office, "earning", call.channel, "attendance", AttendanceRequest(day=today), AttendanceAnswer),
    )
    return Answer(words.stats(found, there, today, call.rules.currency))


COMMAND = Command(
    name="econ:stats",
    help="The channel's coins, and what today did to them.",
    arguments=Nothing,
    run=run,
    section="Administrators",
    rank="admin",
)
