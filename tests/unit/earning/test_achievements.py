"""Achievements: each badge once, with its coins, at what reached it."""

from typing import Any, Final, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.config.goals import Achievement, Lifetime
from libs.common.contracts.facts import Player, Round
from libs.common.contracts.ledger import Entry
from libs.common.unit import Unit
from services.earning.achievements.measures import MEASURES, has, progress, reached
from services.earning.people.career import Career
from services.earning.people.rounds import played
from services.earning.store.badges import Badges
from tests.support.earning_stage import NOON, QUIET, ROOM, Stage, transaction

FIELDS: Final[dict[Lifetime, str]] = {
    "lifetime_messages": "messages",
    "lifetime_presence_hours": "minutes",
    "daily_streak": "streak",
    "unique_tip_recipients": "tipped",
    "unique_tip_senders": "tippers",
    "lifetime_earned": "earned",
    "lifetime_spent": "spent",
    "lifetime_gambled": "wagered",
    "gambling_biggest_win": "biggest_win",
    "rank_reached": "tier",
    "unique_emotes_used_lifetime": "emotes",
}
_numbers = iter(range(1, 1_000_000))


def achievement(type_: str, threshold: float = 2, reward: int = 50, **more: Any) -> dict[str, Any]:
    return {"id": "badge", "description": "a test", "condition": {"type": type_, "threshold": threshold}, "reward": reward, **more}


def configured(*achievements: dict[str, Any], **sections: Any) -> dict[str, Any]:
    still = {"presence": {"base_rate_per_minute": 0, "hourly_milestones": {}}, "streaks": {"daily": {"enabled": False}}}
    return {**QUIET, **still, "achievements": list(achievements), **sections}


def paid(stage: Stage) -> list[tuple[str, int]]:
    """Give the coins of badges, with their keys."""
    postings = (posting for posting in stage.postings() if posting.key.startswith("ach:"))
    return [(posting.key, line.amount) for posting in postings for line in posting.lines if line.line == "transfer"]


def badges(stage: Stage, user: str = "alice") -> list[tuple[str, int]]:
    return [(badge.id, badge.coins) for badge in Badges(stage.db).of(ROOM, user)]


def told(stage: Stage, *entries: Entry) -> None:
    stage.transact(transaction(next(_numbers), "posting", caller="shop", entries=list(entries)))


def tip(stage: Stage, giver: str, taker: str) -> None:
    told(
        stage,
        Entry(account=giver, amount=-5, balance=5, type="tip_send", counts="spent"),
        Entry(account=taker, amount=5, balance=5, type="tip_receive"),
    )


def win(stage: Stage, user: str, wager: int, payout: int) -> None:
    round_ = Round(id="r", channel=ROOM, game="flip", players=[Player(user=user, wager=wager, payout=payout)], at=NOON)
    stage.db.execute("BEGIN")
    played(Unit(stage.db, "earning"), round_)
    stage.db.execute("COMMIT")


def career(type_: Lifetime, count: int) -> Career:
    found = Career("alice")
    setattr(found, FIELDS[type_], count)
    return found


@pytest.mark.parametrize("type_", get_args(Lifetime))
def test_each_type_measures_its_own_count(type_: Lifetime) -> None:
    units = MEASURES[type_].units
    wanted = Achievement.model_validate(achievement(type_))
    below, above = career(type_, 2 * units - 1), career(type_, 2 * units)

    assert (has(below, wanted), has(above, wanted)) == (False, True)
    assert list(reached(below, above, [wanted], anew=False)) == [wanted]
    assert progress(below, wanted) == 1


@given(st.integers(0, 10), st.integers(0, 10), st.integers(0, 10))
def test_what_is_due_is_always_reached(then: int, now: int, threshold: int) -> None:
    wanted = Achievement.model_validate(achievement("lifetime_messages", threshold))
    found = list(reached(Career("a", messages=then), Career("a", messages=now), [wanted], anew=False))

    assert bool(found) == (now >= threshold and (then < threshold or now > then))


def test_half_an_hour_is_half_an_hour() -> None:
    wanted = Achievement.model_validate(achievement("lifetime_presence_hours", 0.5))

    assert list(reached(Career("a", minutes=29), Career("a", minutes=30), [wanted], anew=False)) == [wanted]


def test_lines_bring_a_badge_and_its_coins_once() -> None:
    """T7: an event goes in, a posting comes out."""
    stage = Stage(configured(achievement("lifetime_messages")))
    stage.join("12:00", "Alice")
    for second in range(1, 6):
        stage.chat(f"12:00:{second:02}", "Alice", text=f"line {second}")

    assert paid(stage) == [(f"ach:{ROOM}:alice:badge", 50)]
    assert badges(stage) == [("badge", 50)]


def test_who_earned_one_is_told_and_so_is_the_room() -> None:
    stage = Stage(configured(achievement("lifetime_messages", 1)))
    stage.join("12:00", "Alice")
    stage.chat("12:00:01", "Alice")

    words = {announcement.lane: announcement.text or announcement.line for announcement in stage.announcements()}
    assert words["pm"] == "You earned a badge: a test. 50 Z-Coins come with it. ('quiet' stops these messages.)"
    assert words["chat"] == "achievement"


def test_who_is_quiet_gets_the_coins_without_words() -> None:
    stage = Stage(configured(achievement("lifetime_messages", 1)))
    stage.join("12:00", "Alice")
    stage.wish("12:00", "Alice", quiet=True)
    stage.chat("12:00:01", "Alice")

    assert len(paid(stage)) == 1
    assert [announcement.lane for announcement in stage.announcements()] == ["chat"]


def test_a_badge_may_come_without_coins() -> None:
    stage = Stage(configured(achievement("lifetime_messages", 1, reward=0)))
    stage.join("12:00", "Alice")
    stage.chat("12:00:01", "Alice")

    assert (paid(stage), badges(stage)) == ([], [("badge", 0)])


def test_minutes_bring_badges() -> None:
    stage = Stage(configured(achievement("lifetime_presence_hours", 1)))
    stage.join("12:00", "Alice")
    stage.tick("12:59")
    assert paid(stage) == []
    stage.tick("13:00")

    assert len(paid(stage)) == 1


def test_only_different_people_count_for_tips() -> None:
    giving, taking = achievement("unique_tip_recipients", id="giving"), achievement("unique_tip_senders", id="taking")
    stage = Stage(configured(giving, taking))
    stage.listed("12:00", "Alice", "Bob", "Carol")
    for giver, taker in (("Alice", "Bob"), ("alice", "BOB"), ("Bob", "Carol")):
        tip(stage, giver, taker)
    stage.tick("12:01")
    assert paid(stage) == []
    tip(stage, "Alice", "Carol")
    stage.tick("12:02")

    assert paid(stage) == [(f"ach:{ROOM}:alice:giving", 50), (f"ach:{ROOM}:carol:taking", 50)]


def test_the_largest_win_of_one_round_counts() -> None:
    stage = Stage(configured(achievement("gambling_biggest_win", 100)))
    stage.join("12:00", "Alice")
    for _ in range(3):
        win(stage, "Alice", 99, 198)
    stage.tick("12:01")
    assert paid(stage) == []
    win(stage, "Alice", 100, 200)
    win(stage, "Alice", 100, 0)
    stage.tick("12:02")

    assert (len(paid(stage)), stage.career("alice").biggest_win) == (1, 100)


def test_the_coins_of_one_may_reach_the_next() -> None:
    first, second = achievement("lifetime_messages", 1, id="first"), achievement("lifetime_earned", 50, id="second")
    stage = Stage(configured(second, first))
    stage.join("12:00", "Alice")
    stage.chat("12:00:01", "Alice", text="!command")

    assert [key.rpartition(":")[2] for key, _ in paid(stage)] == ["first", "second"]


def test_who_is_too_new_has_none_and_gets_it_as_soon_as_that_is_over() -> None:
    stage = Stage(configured(achievement("lifetime_messages", 1), onboarding={"welcome_wallet": 0, "min_messages_to_earn": 3}))
    stage.join("12:00", "Alice")
    stage.chat("12:00:01", "Alice", text="one")
    stage.chat("12:00:02", "Alice", text="two")
    assert badges(stage) == []
    stage.chat("12:00:03", "Alice", text="three")

    assert len(paid(stage)) == 1


def test_who_is_banned_gets_it_when_the_ban_is_over() -> None:
    stage = Stage(configured(achievement("lifetime_spent", 10)))
    stage.join("12:00", "Alice")
    stage.transact(transaction(next(_numbers), "banned", account="Alice"))
    told(stage, Entry(account="Alice", amount=-10, balance=0, type="spend", counts="spent"))
    stage.tick("12:01")
    assert badges(stage) == []
    stage.transact(transaction(next(_numbers), "unbanned", account="Alice"))
    stage.tick("12:02")

    assert len(paid(stage)) == 1


def test_a_new_one_is_also_for_those_who_have_reached_it_already() -> None:
    stage = Stage(configured())
    stage.join("12:00", "Alice")
    stage.chat("12:00:01", "Alice")
    stage.configure("12:01", configured(achievement("lifetime_messages", 1)))
    stage.chat("12:02", "Alice", text="again")

    assert len(paid(stage)) == 1


def test_what_was_reached_before_anybody_looked_is_a_badge_without_coins_or_words() -> None:
    stage = Stage(configured(achievement("lifetime_messages")))
    stage.join("12:00", "Alice")
    stage.db.execute("UPDATE careers SET messages = 2, tier_name = NULL, checked = NULL WHERE user = 'alice'")
    stage.tick("12:01")

    assert (badges(stage), paid(stage), stage.announcements()) == ([("badge", 0)], [], [])


def test_one_that_is_not_configured_any_more_keeps_its_badge() -> None:
    stage = Stage(configured(achievement("lifetime_messages", 1)))
    stage.join("12:00", "Alice")
    stage.chat("12:00:01", "Alice")
    stage.configure("12:01", configured())

    assert badges(stage) == [("badge", 50)]


def test_a_threshold_may_be_as_high_as_any_rank() -> None:
    wanted = Achievement.model_validate(achievement("lifetime_earned", 5_000_000))

    assert (has(Career("a", earned=4_999_999), wanted), has(Career("a", earned=5_000_000), wanted)) == (False, True)
