import json
from datetime import UTC, datetime
from typing import Any

from libs.common.contracts.analytics import ReportAnswer
from libs.common.contracts.earning.triggers import TalliesAnswer, TriggerTally
from libs.common.contracts.owners import Declined
from tests.support.api import Bench
from tests.support.commands import rules

ROWS: list[dict[str, Any]] = [
    {"trigger": "presence.base", "hits": 300, "viewers": 12, "coins": 310},
    {"trigger": "dwell.1h", "hits": 9, "viewers": 9, "coins": 450},
]
LAUGHS = TriggerTally(trigger="chat.laugh_received", paid=0, carried=0, capped=4, coins=0, viewers=2)
DWELL = TriggerTally(trigger="dwell.1h", paid=9, carried=0, capped=0, coins=450, viewers=9)
COUNTED = TalliesAnswer(triggers=[LAUGHS, DWELL])
NOTHING = TalliesAnswer(triggers=[])


async def test_triggers_come_by_what_they_paid() -> None:
    found = await Bench(triggers=ReportAnswer(number=7, rows=ROWS), tallies=COUNTED).ask("triggers.stats")
    dead = found.pop("dead_triggers")
    none = {"carried_count": 0, "capped_count": 0}

    assert ("chat.long_message" in dead, "chat.laugh_received" in dead, "dwell.1h" in dead) == (True, False, False)
    assert found == {
        "channel": "Room",
        "start_date": "2026-11-16",
        "end_date": "2026-11-22",
        "triggers": [
            {"trigger_id": "dwell.1h", "hit_count": 9, "unique_users": 9, "total_z_awarded": 450, **none},
            {"trigger_id": "presence.base", "hit_count": 300, "unique_users": 12, "total_z_awarded": 310, **none},
            {
                "trigger_id": "chat.laugh_received",
                "hit_count": 0,
                "unique_users": 2,
                "total_z_awarded": 0,
                "carried_count": 0,
                "capped_count": 4,
            },
        ],
    }


async def test_days_are_forced_into_their_bounds_and_begin_at_midnight_of_the_economy() -> None:
    bench = Bench(triggers=ReportAnswer(number=7, rows=[]), tallies=NOTHING)
    bench.clerk.rules = rules(economy={"timezone": "Europe/Berlin"})
    assert (await bench.ask("triggers.stats", days=90))["start_date"] == "2026-10-24"
    since = datetime.fromisoformat(json.loads(bench.ledger.of("triggers")[0])["since"])
    assert since == datetime(2026, 10, 23, 22, tzinfo=UTC)  # summer time still
    assert json.loads(bench.ledger.of("tallies")[0])["since"] == "2026-10-24"
    assert (await bench.ask("triggers.stats", days=0))["start_date"] == "2026-11-22"


async def test_analytics_that_does_not_serve_it_is_told_as_such() -> None:
    assert await Bench(triggers=Declined(code="unknown_report"), tallies=NOTHING).refused("triggers.stats") == "unavailable"
