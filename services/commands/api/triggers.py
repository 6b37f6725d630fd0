"""`triggers.stats`: what viewers were paid for, day by day added up; from the history."""

from datetime import timedelta
from typing import Final

from libs.common.contracts.analytics import ReportRequest
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.api.parameters import clamped
from services.commands.boards import day_start
from services.commands.reports import Trigger, read

DAYS: Final = clamped("days", "how many days, this one among them", 7, 1, 30)


async def triggers(call: ApiCall, house: Surroundings) -> Data:
    """Give every trigger that paid, by what it paid."""
    zone = house.rules.economy.zone
    today = house.at.astimezone(zone)
    since = day_start(today - timedelta(days=call[DAYS] - 1), zone)
    rows = read(await house.report(call.room, "triggers", ReportRequest(since=since)), Trigger)
    return {
        "channel": call.room.name,
        "start_date": f"{since.astimezone(zone):%Y-%m-%d}",
        "end_date": f"{today:%Y-%m-%d}",
        "triggers": [_row(row) for row in sorted(rows, key=lambda row: (-row.coins, row.trigger))],
    }


def _row(row: Trigger) -> Data:
    return {"trigger_id": row.trigger, "hit_count": row.hits, "unique_users": row.viewers, "total_z_awarded": row.coins}


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
        },
        (DAYS,),
    ),
)
