"""`econ:triggers`: what viewers were paid for today, and what nobody was paid for."""

from collections.abc import Iterator
from typing import Final

from pydantic import BaseModel

from libs.common.config import Rules
from libs.common.config.effect import is_built
from libs.common.contracts.analytics import ReportRequest
from services.commands import reports
from services.commands.arguments import Nothing
from services.commands.boards import day_start
from services.commands.registry import Answer, Call, Command, Office
from services.commands.replies import common
from services.commands.replies.reports import triggers as words

_FAMILIES: Final = ("chat", "content", "social")


async def run(call: Call[Nothing], office: Office) -> Answer:
    """Tell both."""
    since = day_start(call.at, call.rules.economy.zone)
    found = await reports.rows(office, call.channel, "triggers", ReportRequest(since=since), reports.Trigger)
    if found is None:
        return Answer(common.unreachable(), outcome="unreachable")
    hit = {row.trigger for row in found if row.hits}
    return Answer(words.triggers(found, [trigger for trigger in enabled(call.rules) if trigger not in hit], call.rules.currency))


def enabled(rules: Rules) -> Iterator[str]:
    """Give the triggers that would pay now, under the configuration in force."""
    if rules.presence.base_rate_per_minute:
        yield "presence.base"
    yield from (f"dwell.{hours}h" for hours, coins in sorted(rules.presence.hourly_milestones.items()) if coins)
    for family in _FAMILIES:
        section: BaseModel = getattr(rules, f"{family}_triggers")
        if is_built(f"{family}_triggers"):
            names = type(section).model_fields
            yield from (f"{family}.{name}" for name in names if getattr(getattr(section, name), "enabled", False))


COMMAND = Command(
    name="econ:triggers",
    help="What viewers were paid for today, and what nobody was.",
    arguments=Nothing,
    run=run,
    section="Administrators",
    rank="admin",
)
