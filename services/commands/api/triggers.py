"""`triggers.stats`: what viewers were paid for by the history, and what came to nothing by earning's own count."""

import asyncio
from datetime import timedelta
from typing import Final

from libs.common.contracts.analytics import ReportRequest
from libs.common.contracts.earning.triggers import TALLIES, TalliesAnswer, TalliesRequest
from libs.common.contracts.owners import Declined
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.api.declining import error
from services.commands.api.parameters import clamped
from services.commands.boards import day_start
from services.commands.reports import Trigger, dead, read, with_tallies

_NOBODY: Final = "api"
"""Who asks where it is nobody in the room."""
DAYS: Final = clamped("days", "how many days, this one among them", 7, 1, 30)


async def triggers(call: ApiCall, house: Surroundings) -> Data:
    """Give every trigger that paid, by what it paid."""
    zone = house.rules.economy.zone
    today = house.at.astimezone(zone)
    since = day_start(today - timedelta(days=call[DAYS] - 1), zone)
    first = since.astimezone(zone).date()
    report, told = await asyncio.gather(
        house.report(call.room, "triggers", ReportRequest(since=since)),
        house.look(
            call.room,
            "earning",
            TALLIES,
            _NOBODY,
            TalliesAnswer,
            wanted=lambda asked: TalliesRequest(**asked.model_dump(), since=first),
        ),
    )
    if isinstance(told, Declined):
        raise error(told, house.rules.currency)
    rows = with_tallies(read(report, Trigger), told.triggers)
    return {
        "channel": call.room.name,
        "start_date": f"{since.astimezone(zone):%Y-%m-%d}",
        "end_date": f"{today:%Y-%m-%d}",
        "triggers": [_row(row) for row in sorted(rows, key=lambda row: (-row.coins, row.trigger))],
        "dead_triggers": dead(rows, house.rules),
    }


def _row(row: Trigger) -> Data:
    return {
        "trigger_id": row.trigger,
        "hit_count": row.hits,
        "unique_users": row.viewers,
        "total_z_awarded": row.coins,
        "carried_count": row.carried,
        "capped_count": row.capped,
    }


COMMANDS: Final = (
    ApiCommand(
        "triggers.stats",
        "What viewers were paid for. A day begins at midnight of `economy.timezone`; at most a minute old.",
        triggers,
        {
            "channel": "as configured",
            "start_date": "the first day, `YYYY-MM-DD`",
            "end_date": "this day, `YYYY-MM-DD`",
            "triggers[].trigger_id": "which rule, such as `presence.base`",
            "triggers[].hit_count": "how often it paid",
            "triggers[].unique_users": "how many different viewers, over all these days",
            "triggers[].total_z_awarded": "how many coins, less what was taken back",
            "triggers[].carried_count": "how often it came to a fraction of a coin, kept for the next time",
            "triggers[].capped_count": "how often nothing was paid, since a limit was reached",
            "dead_triggers": "those that would pay, and of which nothing came in these days",
        },
        (DAYS,),
    ),
)
