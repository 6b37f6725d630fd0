"""`econ:triggers`: what viewers were paid for today, and what nobody was paid for."""

from libs.common.contracts.analytics import ReportRequest
from libs.common.contracts.earning.triggers import TALLIES, TalliesAnswer, TalliesRequest
from services.commands import reports
from services.commands.arguments import Nothing
from services.commands.boards import day_start
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import common
from services.commands.replies.reports import triggers as words


async def run(call: Call[Nothing], office: Office) -> Answer:
    """Tell both."""
    zone = call.rules.economy.zone
    since = day_start(call.at, zone)
    found = await reports.rows(office, call.channel, "triggers", ReportRequest(since=since), reports.Trigger)
    if found is None:
        return Answer(common.unreachable(), outcome="unreachable")
    epoch, raw = call.place
    asked = TalliesRequest(key=call.id, user=call.user, at=call.at, epoch=epoch, raw=raw, since=since.astimezone(zone).date())
    counted = await reports.told(office, "earning", call.channel, TALLIES, asked, TalliesAnswer)
    rows = reports.with_tallies(found, counted.triggers if counted is not None else ())
    return Answer(words.triggers(rows, reports.dead(rows, call.rules), call.rules.currency))


COMMAND = Command(
    name="econ:triggers",
    help="What viewers were paid for today, and what nobody was.",
    arguments=Nothing,
    run=run,
    section="Administrators",
    rank="admin",
)
