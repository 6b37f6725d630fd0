"""Ranks: climbed by what was earned, never lost, and told of without flooding anybody."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.contracts.facts import RankHeld
from libs.common.contracts.ledger import Entry
from services.earning.ranks.slots import BETWEEN_US, Risen, Said, after, slot
from tests.support.earning_stage import QUIET, ROOM, Stage, transaction

LADDER = [
    {"name": "New", "min_lifetime_earned": 0},
    {"name": "Known", "min_lifetime_earned": 100},
    {"name": "Old", "min_lifetime_earned": 300},
]
STILL = {
    "presence": {"base_rate_per_minute": 0, "hourly_milestones": {}},
    "streaks": {"daily": {"enabled": False}, "weekend_weekday_bridge": {"enabled": False}},
}
"""Being there brings nothing."""
_numbers = iter(range(1, 1_000_000))


def configured(*tiers: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return {**QUIET, **STILL, "ranks": {"tiers": list(tiers or LADDER)}, **sections}


def granted(stage: Stage, user: str, coins: int) -> None:
    """Have the ledger tell of coins that count."""
    entry = Entry(account=user, amount=coins, balance=coins, type="admin_grant", counts="earned")
    stage.transact(transaction(next(_numbers), "posting", caller="commands", entries=[entry]))


def facts(stage: Stage) -> list[RankHeld]:
    rows = stage.db.execute("SELECT body FROM outbox WHERE subject = ? ORDER BY id", (f"economy.facts.{ROOM}.rank",))
    return [RankHeld.model_validate_json(body) for (body,) in rows]


def lines(stage: Stage) -> list[tuple[str, str]]:
    told = (announcement.values for announcement in stage.announcements() if announcement.line == "rank_up")
    return [(str(values["user"]), str(values["rank"])) for values in told]


def pms(stage: Stage) -> list[str]:
    return [announcement.text or "" for announcement in stage.announcements() if announcement.lane == "pm"]


@pytest.fixture
def stage() -> Stage:
    stage = Stage(configured())
    stage.listed("12:00", "Alice", "Bob", "Carol")
    return stage


def rise(stage: Stage, at: str, user: str, coins: int) -> None:
    """Have somebody earn, and time pass by a moment."""
    granted(stage, user, coins)
    stage.tick(at)
    stage.tick(at)


def test_who_earns_enough_rises(stage: Stage) -> None:
    rise(stage, "12:01", "Alice", 100)

    assert (stage.career("alice").tier, stage.career("alice").tier_name) == (1, "Known")
    assert [(fact.user, fact.rank, fact.tier, fact.cause) for fact in facts(stage)] == [("Alice", "Known", 1, "earned")]


def test_minutes_raise_too() -> None:
    stage = Stage(configured(LADDER[0], {"name": "Known", "min_lifetime_earned": 2}, presence={}))
    stage.join("12:00", "Alice")
    stage.tick("12:02")

    assert stage.career("alice").tier_name == "Known"


def test_a_rank_is_told_to_who_reached_it_with_what_it_brings(stage: Stage) -> None:
    rise(stage, "12:01", "Alice", 100)

    assert pms(stage) == ["You are Known now, congratulations! That brings you: 2% off in the shop. ('quiet' stops these messages.)"]


def test_who_is_quiet_is_not_told_and_rises_all_the_same(stage: Stage) -> None:
    stage.wish("12:00", "Alice", quiet=True)
    rise(stage, "12:01", "Alice", 100)

    assert (pms(stage), stage.career("alice").tier) == ([], 1)


def test_a_tier_put_in_below_is_no_promotion(stage: Stage) -> None:
    rise(stage, "12:01", "Alice", 100)
    stage.configure("12:02", configured(LADDER[0], {"name": "Seen", "min_lifetime_earned": 50}, *LADDER[1:]))
    rise(stage, "12:03", "Alice", 1)

    assert (stage.career("alice").tier, stage.career("alice").tier_name) == (2, "Known")
    assert len(lines(stage)) == 1


def test_a_renamed_tier_goes_by_its_threshold_and_is_no_promotion(stage: Stage) -> None:
    rise(stage, "12:01", "Alice", 100)
    stage.configure("12:02", configured(LADDER[0], {**LADDER[1], "name": "Regular"}))
    rise(stage, "12:03", "Alice", 1)

    assert (stage.career("alice").tier_name, len(lines(stage)), facts(stage)[-1].cause) == ("Regular", 1, "kept")


def test_lowered_thresholds_raise_who_has_enough(stage: Stage) -> None:
    rise(stage, "12:01", "Alice", 60)
    stage.configure("12:02", configured(LADDER[0], {**LADDER[1], "min_lifetime_earned": 50}))
    stage.tick("12:03")

    assert facts(stage)[-1].cause == "earned"


def test_what_was_reached_before_anybody_looked_is_no_news(stage: Stage) -> None:
    stage.db.execute("UPDATE careers SET earned = 150, tier = 0, tier_name = NULL, checked = NULL WHERE user = 'alice'")
    stage.tick("12:01")
    stage.tick("12:02")

    assert (stage.career("alice").tier_name, lines(stage), pms(stage)) == ("Known", [], [])
    assert [fact.cause for fact in facts(stage)] == ["kept"]


def test_what_is_taken_back_takes_no_rank(stage: Stage) -> None:
    rise(stage, "12:01", "Alice", 100)
    rise(stage, "12:02", "Alice", -90)

    assert stage.career("alice").tier_name == "Known"


def test_the_first_of_a_day_is_told_at_once(stage: Stage) -> None:
    rise(stage, "12:01", "Alice", 100)

    assert lines(stage) == [("Alice", "Known")]


def test_the_next_ones_wait_an_hour_and_are_told_of_together(stage: Stage) -> None:
    rise(stage, "12:01", "Alice", 100)
    rise(stage, "12:10", "Bob", 100)
    rise(stage, "12:20", "Carol", 100)
    stage.tick("13:00:59")
    assert lines(stage) == [("Alice", "Known")]
    stage.tick("13:01")

    assert lines(stage)[1:] == [("Bob", "Known"), ("Carol", "Known")]


def test_a_higher_rank_than_any_of_the_day_is_told_at_once_with_those_who_wait(stage: Stage) -> None:
    rise(stage, "12:01", "Alice", 100)
    rise(stage, "12:10", "Bob", 100)
    rise(stage, "12:20", "Carol", 300)

    assert lines(stage)[1:] == [("Carol", "Old"), ("Bob", "Known")]


def test_who_still_waits_at_the_end_of_the_day_is_no_news(stage: Stage) -> None:
    rise(stage, "23:30", "Alice", 100)
    rise(stage, "23:40", "Bob", 100)
    stage.tick("2026-11-23 00:40")

    assert lines(stage) == [("Alice", "Known")]


def test_of_a_banned_viewer_nobody_hears(stage: Stage) -> None:
    stage.transact(transaction(next(_numbers), "banned", account="Alice"))
    rise(stage, "12:01", "Alice", 100)

    assert (lines(stage), pms(stage)) == ([], [])


def test_nobody_rises_by_coins_the_ledger_is_about_to_refuse() -> None:
    stage = Stage(configured(LADDER[0], {"name": "Known", "min_lifetime_earned": 2}, presence={}))
    stage.join("12:00", "Alice")
    stage.transact(transaction(next(_numbers), "banned", account="Alice"))
    stage.tick("12:02")
    assert stage.career("alice").tier == 0

    stage.transact(transaction(next(_numbers), "unbanned", account="Alice"))
    rise(stage, "12:03", "Alice", 2)
    assert (stage.career("alice").tier, lines(stage)) == (1, [("Alice", "Known")])


TIMES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2 * BETWEEN_US)), min_size=1, max_size=20)


@given(TIMES)
def test_lines_are_an_hour_apart_unless_the_rank_is_higher(rises: list[tuple[int, int]]) -> None:
    said, at = None, 0
    for tier, later in rises:
        due = slot(said, tier, at + later, "today")
        assert said is None or due >= said.at + BETWEEN_US or tier > said.best
        assert due >= at + later
        said, at = after(said, [Risen("a", "A", tier, "R", "today")], due, "today"), due
    assert isinstance(said, Said)
