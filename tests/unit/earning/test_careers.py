"""What earning tells of a lifetime, and ranks that administrators give."""

from typing import Any

import pytest

from services.earning.store.careers import CareerTable
from tests.support.earning_stage import QUIET, ROOM, Stage
from tests.unit.earning.test_achievements import achievement, configured
from tests.unit.earning.test_ranks import LADDER, facts, granted, lines


@pytest.fixture
def stage() -> Stage:
    stage = Stage(configured(ranks={"tiers": LADDER}))
    stage.listed("12:00", "Alice", "Boss")
    return stage


def give(stage: Stage, rank: str | None, target: str = "alice", key: str | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = stage.ask("set_rank", "12:05", "Boss", key=key or f"give-{rank}", target=target, rank=rank)
    return answer


def test_a_rank_that_is_given_is_held_and_told_of_without_a_line(stage: Stage) -> None:
    assert give(stage, "old") == {"ok": True, "user": "Alice", "rank": "Old", "before": "New", "given": True}
    assert [(fact.user, fact.rank, fact.cause) for fact in facts(stage)] == [("Alice", "Old", "given")]
    stage.tick("12:06")

    assert lines(stage) == []


def test_it_outlives_time_and_configurations(stage: Stage) -> None:
    """T32: it was undone with the next minute, and that was announced."""
    give(stage, "Old")
    stage.tick("12:10")
    stage.configure("12:11", configured(ranks={"tiers": LADDER}, rain={"enabled": False}))
    granted(stage, "Alice", 1)
    stage.tick("12:12")

    assert stage.ask("career", "12:13", "Alice")["rank"] == "Old"
    assert (len(facts(stage)), lines(stage)) == (1, [])


def test_who_earns_more_rises_from_there(stage: Stage) -> None:
    give(stage, "Known")
    granted(stage, "Alice", 300)
    stage.tick("12:06")

    career = stage.ask("career", "12:07", "Alice")
    assert (career["rank"], career["given"]) == ("Old", False)


def test_what_was_given_can_be_taken_back(stage: Stage) -> None:
    give(stage, "Old")

    assert give(stage, None)["rank"] == "New"
    assert facts(stage)[-1].rank == "New"


def test_nobody_is_set_below_what_they_earned(stage: Stage) -> None:
    granted(stage, "Alice", 300)
    stage.tick("12:01")

    assert give(stage, "Known")["code"] == "rank_earned"


def test_a_rank_kept_from_coins_that_were_taken_back_can_be_lowered(stage: Stage) -> None:
    granted(stage, "Alice", 300)
    stage.tick("12:01")
    granted(stage, "Alice", -300)
    stage.tick("12:02")
    assert stage.ask("career", "12:03", "Alice")["rank"] == "Old"

    assert give(stage, "New")["rank"] == "New"
    stage.tick("12:06")
    assert stage.ask("career", "12:07", "Alice")["rank"] == "New"


def test_it_is_given_though_nobody_has_looked_since_something_changed(stage: Stage) -> None:
    give(stage, "Old")
    stage.db.execute("UPDATE careers SET checked = NULL")
    give(stage, "New", key="again")

    assert CareerTable(stage.db).one(ROOM, "alice").tier_name == "New"


@pytest.mark.parametrize(("rank", "target", "code"), [("Emperor", "Alice", "rank_unknown"), ("Old", "Nobody", "unknown_user")])
def test_what_can_not_be_given_changes_nothing(stage: Stage, rank: str, target: str, code: str) -> None:
    assert give(stage, rank, target)["code"] == code
    assert facts(stage) == []


def test_guests_without_an_account_are_given_none(stage: Stage) -> None:
    stage.join("12:02", "visitor", rank=0)

    assert give(stage, "Old", "visitor")["code"] == "unknown_user"


def test_a_guest_who_was_given_coins_can_be_given_a_rank(stage: Stage) -> None:
    stage.join("12:02", "visitor", rank=0)
    granted(stage, "visitor", 5)

    assert give(stage, "Old", "visitor")["rank"] == "Old"


def test_asked_again_with_the_same_key_it_is_given_once(stage: Stage) -> None:
    first = give(stage, "Old", key="k")

    assert (give(stage, "Old", key="k"), len(facts(stage))) == (first, 1)


def test_a_rank_that_was_given_is_none_that_was_reached() -> None:
    stage = Stage(configured(achievement("rank_reached", 2), ranks={"tiers": LADDER}))
    stage.listed("12:00", "Alice")
    give(stage, "Old")
    stage.tick("12:06")

    assert stage.ask("badges", "12:07", "Alice")["earned"] == []


def test_badges_ahead_are_told_with_the_way_to_them_and_hidden_ones_counted() -> None:
    seen, secret = achievement("lifetime_messages", 10), achievement("lifetime_messages", 20, id="secret", hidden=True)
    stage = Stage(configured(seen, secret, achievement("lifetime_messages", 1, id="first")))
    stage.join("12:00", "Alice")
    stage.chat("12:00:01", "Alice")

    told = stage.ask("badges", "12:01", "alice")
    assert [(badge["id"], badge["coins"]) for badge in told["earned"]] == [("first", 50)]
    assert told["ahead"] == [{"words": "a test", "now": 1, "needed": 10.0, "coins": 50}]
    assert told["hidden"] == 1


def test_a_streak_that_was_broken_is_none() -> None:
    stage = Stage({**QUIET, "streaks": {"daily": {"min_presence_minutes": 1}}})
    stage.join("12:00", "Alice")
    stage.tick("12:02")
    assert stage.ask("career", "2026-11-23 12:00", "Alice")["streak"] == 1

    assert stage.ask("career", "2026-11-24 12:00", "Alice")["streak"] == 0


def test_a_broken_streak_is_no_way_to_a_badge() -> None:
    achievements = [achievement("daily_streak", 3)]
    stage = Stage({**QUIET, "streaks": {"daily": {"min_presence_minutes": 1}}, "achievements": achievements})
    stage.join("12:00", "Alice")
    stage.tick("12:02")

    assert [stage.ask("badges", f"{day} 12:00", "Alice")["ahead"][0]["now"] for day in ("2026-11-23", "2026-11-24")] == [1, 0]


def test_a_streak_goes_on_though_its_last_day_is_yet_to_come_in_another_time_zone() -> None:
    streaks = {"daily": {"min_presence_minutes": 1}}
    stage = Stage({**QUIET, "streaks": streaks})
    stage.join("00:01", "Alice")
    stage.tick("00:03")
    stage.configure("00:04", {**QUIET, "streaks": streaks, "economy": {"timezone": "America/New_York"}})

    assert stage.ask("career", "00:05", "Alice")["streak"] == 1


def test_of_nobody_the_way_is_empty(stage: Stage) -> None:
    told = stage.ask("career", "12:01", "Nobody")

    assert (told["rank"], told["minutes"], told["badges"]) == ("New", 0, 0)
