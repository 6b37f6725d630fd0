"""What came of each trigger: counted where it is looked at, told by day."""

from datetime import timedelta
from typing import Any

from libs.common.config import rules
from libs.common.contracts.earning import WhyRequest
from services.earning.store import Store
from services.earning.store.tallies import Tallies, Tally
from services.earning.verbs.why import why
from tests.support.earning_stage import NOON, ROOM, Stage, clock, settings
from tests.support.script import DRY, PLAIN

LINE = "a line that is long enough to be paid for"
CAPPED: dict[str, Any] = {
    "onboarding": {"welcome_wallet": 0},
    **DRY,
    "multipliers": PLAIN,
    "chat_triggers": {"long_message": {"max_per_hour": 2}, "conversation_starter": {"enabled": False}},
}


def talked() -> Stage:
    stage = Stage(CAPPED)
    stage.listed("12:00", "alice", "bob")
    for second in range(4):
        stage.chat(f"12:01:0{second}", "alice", text=LINE)
    stage.chat("12:02", "bob", text=LINE)
    return stage


def told(stage: Stage, since: str = "2026-11-22", at: str = "12:05") -> dict[str, Any]:
    rows = stage.ask("tallies", at, "bob", since=since)["triggers"]
    return {row.pop("trigger"): row for row in rows}


def test_what_paid_and_what_was_capped_is_told_with_how_many_viewers() -> None:
    assert told(talked())["chat.long_message"] == {"paid": 3, "carried": 0, "capped": 2, "coins": 3, "viewers": 2}


def test_only_the_days_asked_for_are_told_of() -> None:
    assert told(talked(), since="2026-11-23", at="2026-11-23 12:00") == {}


def test_an_account_that_is_opened_without_coins_is_nothing_that_paid() -> None:
    assert "onboarding.wallet" not in told(talked())


def test_what_was_not_looked_at_is_not_there() -> None:
    assert "chat.kudos_received" not in told(talked())


def test_why_names_what_was_capped_today() -> None:
    stage, known = talked(), rules(settings(CAPPED))
    found = [why(Store(stage.db), ROOM, WhyRequest(user=user, at=clock("12:05")), known).capped for user in ("Alice", "bob")]

    assert found == [{"chat.long_message": 2}, {}]


def test_what_came_of_triggers_long_ago_is_forgotten() -> None:
    stage = Stage(CAPPED)
    stage.listed("12:00", "alice")
    dates = [f"{NOON - timedelta(days=days):%Y-%m-%d}" for days in (88, 92)]
    stage.db.execute("BEGIN")
    Tallies(stage.db).add(ROOM, {(date, "chat.long_message", "alice"): Tally(paid=1) for date in dates})
    stage.db.execute("COMMIT")
    stage.tick("2026-11-23 12:00:01")

    assert Tallies(stage.db).of_room(ROOM, "2026-01-01", "2026-11-01") == {"chat.long_message": (Tally(paid=1), 1)}
