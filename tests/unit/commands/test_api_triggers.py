import json
from datetime import UTC, datetime
from typing import Any

from libs.common.contracts.analytics import ReportAnswer
from libs.common.contracts.owners import Declined
from tests.support.api import Bench
from tests.support.commands import rules

ROWS: list[dict[str, Any]] = [
    {"trigger": "presence.base", "hits": 300, "viewers": 12, "coins": 310},
    {"trigger": "dwell.1h", "hits": 9, "viewers": 9, "coins": 450},
]


async def test_triggers_come_by_what_they_paid() -> None:
    assert await Bench(triggers=ReportAnswer(number=7, rows=ROWS)).ask("triggers.stats") == {
        "channel": "Room",
        "start_date": "2026-11-16",
        "end_date": "2026-11-22",
        "triggers": [
            {"trigger_id": "dwell.1h", "hit_count": 9, "unique_users": 9, "total_z_awarded": 450},
            {"trigger_id": "presence.base", "hit_count": 300, "unique_users": 12, "total_z_awarded": 310},
        ],
    }


async def test_days_are_forced_into_their_bounds_and_begin_at_midnight_of_the_economy() -> None:
    bench = Bench(triggers=ReportAnswer(number=7, rows=[]))
    bench.clerk.rules = rules(economy={"timezone": "Europe/Berlin"})
    assert (await bench.ask("triggers.stats", days=90))["start_date"] == "2026-10-24"
    since = datetime.fromisoformat(json.loads(bench.ledger.of("triggers")[0])["since"])
    assert since == datetime(2026, 10, 23, 22, tzinfo=UTC)  # summer time still
    assert (await bench.ask("triggers.stats", days=0))["start_date"] == "2026-11-22"


async def test_analytics_that_does_not_serve_it_is_told_as_such() -> None:
    assert await Bench(triggers=Declined(code="unknown_report")).refused("triggers.stats") == "unavailable"
