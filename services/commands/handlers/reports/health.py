"""`econ:health`: whether the economy is well. Money is the ledger's own; who did something, analytics tells."""

import asyncio
from datetime import timedelta
from typing import Final

from libs.common.contracts.analytics import ReportRequest
from libs.common.contracts.earning import AttendanceAnswer, AttendanceRequest
from libs.common.contracts.ledger_requests import StatsAnswer, StatsRequest
from services.commands import reports
from services.commands.arguments import Nothing
from services.commands.boards import day_start
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies.reports import health as words

ACTIVE_DAYS: Final = 30
"""Whose coins moved within so many days is active."""


async def run(call: Call[Nothing], office: Office) -> Answer:
    """Tell it."""
    zone = call.rules.economy.zone
    midnight = day_start(call.at, zone)
    today = call.at.astimezone(zone).date()
    asked = StatsRequest(since=midnight, active_since=day_start(midnight - timedelta(days=ACTIVE_DAYS - 1), zone))
    found, there, part = await asyncio.gather(
        office.ledger(call.channel, "stats", asked, StatsAnswer),
        reports.told(office, "earning", call.channel, "attendance", AttendanceRequest(day=today), AttendanceAnswer),
        reports.rows(office, call.channel, "participation", ReportRequest(since=midnight), reports.Participation),
    )
    chose = None if not part else part[0].chose
    return Answer(words.health(found, None if there is None else there.day, chose, ACTIVE_DAYS, call.rules.currency))


COMMAND = Command(
    name="econ:health",
    help="How the coins are spread, and who takes part.",
    arguments=Nothing,
    run=run,
    section="Administrators",
    rank="admin",
)
