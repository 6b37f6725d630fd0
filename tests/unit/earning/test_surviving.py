"""Who was there for most of what played."""

import pytest

from libs.common.contracts.ledger import Transfer
from tests.support.earning_stage import QUIET, ROOM, Stage, clock

SURVIVED = "content.survived_full_media"


@pytest.fixture
def stage() -> Stage:
    """Give a room with alice in it."""
    stage = Stage({**QUIET, "presence": {"base_rate_per_minute": 0, "hourly_milestones": {}}, "streaks": {"daily": {"enabled": False}}})
    stage.listed("11:50", "Alice")
    return stage


def test_who_was_there_from_beginning_to_end_is_paid_when_the_next_thing_begins(stage: Stage) -> None:
    stage.media("12:00", "Casablanca")
    stage.media("12:30:05", "Next")

    posting = next(posting for posting in stage.postings() if posting.key.startswith("survived:"))
    [line] = posting.lines
    assert isinstance(line, Transfer)
    assert (line.target, line.amount, line.type, line.trigger, line.reason) == ("Alice", 5, "earn", SURVIVED, "Stayed for Casablanca")
    assert posting.key == f"survived:{ROOM}:{stage.events[2].id}:alice"
    assert (posting.at, posting.cause) == (clock("12:30:05"), stage.events[3].id)


def test_four_fifths_are_enough_and_less_is_not(stage: Stage) -> None:
    stage.join("12:00", "bob")
    stage.join("12:00", "carol")
    stage.media("12:00", "Casablanca", position=0)
    stage.leave("12:24", "bob")
    stage.leave("12:23:59", "carol")
    stage.media("12:30", "Next")

    assert stage.paid(SURVIVED, "bob") == [5]
    assert stage.paid(SURVIVED, "carol") == []


def test_who_comes_late_but_for_most_of_it_survives_it_too(stage: Stage) -> None:
    stage.media("12:00", "Casablanca")
    stage.join("12:05", "bob")
    stage.media("12:30:05", "Next")

    assert stage.paid(SURVIVED, "bob") == [5]


def test_what_is_skipped_early_was_survived_by_nobody(stage: Stage) -> None:
    stage.media("12:00", "Casablanca", position=0)
    stage.media("12:23:59", "Next")

    assert stage.paid(SURVIVED) == []


def test_what_is_skipped_late_was_survived(stage: Stage) -> None:
    stage.media("12:00", "Casablanca", position=0)
    stage.media("12:24", "Next")

    assert stage.paid(SURVIVED) == [5]


def test_an_absence_counts_as_one_be_it_a_bounce(stage: Stage) -> None:
    stage.join("11:55", "bob")
    stage.media("12:00", "Casablanca", position=0)
    for at in ("12:05", "12:15"):
        stage.leave(at, "alice")
        stage.join(f"{at[:3]}{int(at[3:]) + 4:02}", "alice")
    stage.leave("12:10", "bob")
    stage.join("12:14", "bob")
    stage.media("12:30", "Next")

    assert stage.paid(SURVIVED, "Alice") + stage.paid(SURVIVED, "alice") == []
    assert stage.paid(SURVIVED, "bob") == [5]


def test_what_is_told_again_at_a_reconnect_goes_on(stage: Stage) -> None:
    stage.media("12:00", "Casablanca", position=0)
    for at, position in (("12:10", 604), ("12:20", 1_196), ("12:29:59", 1_799)):
        stage.tick(at)
        stage.robot(at, "connected")
        stage.media(at, "Casablanca", position=position)
        stage.listed(at, "Alice")
    stage.media("12:30", "Next")
    stage.media("12:30:01", "Next", position=-2)

    assert stage.paid(SURVIVED) == [5]


def test_the_same_thing_from_its_beginning_is_another_play(stage: Stage) -> None:
    stage.media("12:00", "Casablanca")
    stage.media("12:30:05", "Casablanca")
    stage.media("13:00:10", "Next")

    assert stage.paid(SURVIVED) == [5, 5]


def test_live_media_have_no_end_to_survive_to(stage: Stage) -> None:
    stage.media("12:00", "Live", 0)
    stage.media("15:00", "Next")

    assert stage.paid(SURVIVED) == []


def test_the_last_thing_of_an_evening_is_over_at_its_end(stage: Stage) -> None:
    stage.media("12:00", "Casablanca", position=0)
    stage.join("12:10", "bob")
    stage.media("20:00", "Next")

    assert stage.paid(SURVIVED, "Alice") == [5]
    assert stage.paid(SURVIVED, "bob") == []


class TestWithTheRobotAway:
    def test_a_short_outage_counts_for_who_is_there_after_it(self, stage: Stage) -> None:
        stage.join("11:55", "bob")
        stage.media("12:00", "Casablanca", position=0)
        stage.tick("12:20")
        stage.robot("12:20", "disconnected")
        stage.media("12:25", "Casablanca", position=1_500)
        stage.listed("12:25", "Alice")
        stage.media("12:30", "Next")

        assert stage.paid(SURVIVED, "Alice") == [5]
        assert stage.paid(SURVIVED, "bob") == []

    def test_a_long_one_does_not(self, stage: Stage) -> None:
        stage.media("12:00", "Casablanca", position=0)
        stage.tick("12:10")
        stage.robot("12:10", "disconnected")
        stage.media("12:20", "Casablanca", position=1_200)
        stage.listed("12:20", "Alice")
        stage.media("12:30", "Next")

        assert stage.paid(SURVIVED) == []

    def test_what_ended_meanwhile_is_settled_when_it_is_known_who_stayed(self, stage: Stage) -> None:
        stage.join("11:55", "bob")
        stage.media("12:00", "Casablanca", position=0)
        stage.tick("12:22")
        stage.robot("12:22", "disconnected")
        stage.robot("12:26", "connected")
        stage.media("12:26", "Next", position=60)
        assert stage.paid(SURVIVED) == []

        stage.listed("12:26", "Alice")

        assert stage.paid(SURVIVED) == [5]
        assert stage.paid(SURVIVED, "bob") == []

    def test_nobody_waits_for_who_is_never_told_of_again(self, stage: Stage) -> None:
        stage.join("11:55", "bob")
        stage.media("12:00", "Casablanca", position=0)
        stage.tick("12:28")
        stage.robot("12:28", "connected")
        stage.chat("12:28:10", "Alice")
        stage.media("12:30", "Next")
        assert stage.paid(SURVIVED) == []

        stage.media("12:34", "After")

        assert stage.paid(SURVIVED, "Alice") == stage.paid(SURVIVED, "bob") == [5]

    def test_what_nobody_saw_end_ended_when_the_next_began(self, stage: Stage) -> None:
        stage.media("12:00", "Casablanca", position=0)
        stage.tick("12:20")
        stage.robot("12:20", "disconnected")
        stage.media("12:24:30", "Next", position=60)
        stage.listed("12:24:30", "Alice")

        assert stage.paid(SURVIVED) == []

    def test_a_room_that_comes_back_as_it_was_pays_nothing_twice(self, stage: Stage) -> None:
        stage.media("12:00", "Casablanca", position=0)
        stage.media("12:30:02", "Live", 0)
        assert stage.paid(SURVIVED) == [5]

        stage.robot("12:30:10", "connected")
        stage.media("12:30:10", "Casablanca", position=1_799)
        stage.listed("12:30:10", "Alice")
        stage.media("12:30:12", "Live", 0)

        assert stage.paid(SURVIVED) == [5]


class TestPauses:
    def test_a_pause_that_comes_to_light_makes_it_another_play_and_pays_once(self, stage: Stage) -> None:
        stage.media("12:00", "Casablanca", position=0)
        stage.robot("12:28", "connected")
        stage.media("12:28", "Casablanca", position=300)
        stage.listed("12:28", "Alice")
        assert stage.paid(SURVIVED) == []

        stage.media("12:53", "Next")

        assert stage.paid(SURVIVED) == [5]

    def test_what_was_paused_and_then_skipped_pays_nobody(self, stage: Stage) -> None:
        stage.media("12:00", "Casablanca", position=0)
        stage.robot("12:28", "connected")
        stage.media("12:28", "Casablanca", position=300)
        stage.listed("12:28", "Alice")
        stage.media("12:35", "Next")

        assert stage.paid(SURVIVED) == []

    def test_a_second_play_that_nobody_saw_begin_is_no_pause(self, stage: Stage) -> None:
        stage.media("12:00", "Casablanca", position=0)
        stage.tick("12:29")
        stage.robot("12:29", "connected")
        stage.media("12:31", "Casablanca", position=30)
        stage.listed("12:31", "Alice")

        assert stage.paid(SURVIVED) == [5]


@pytest.mark.parametrize("who", ["ZCoinBot", "guest", "helper"])
def test_who_has_no_part_survives_nothing(who: str) -> None:
    stage = Stage({**QUIET, "ignored_users": ["helper"]})
    stage.join("11:50", who, rank=0 if who == "guest" else 1)
    stage.media("12:00", "Casablanca")
    stage.media("12:31", "Next")

    assert stage.paid(SURVIVED) == []


def test_nobody_is_paid_where_it_is_off() -> None:
    stage = Stage({**QUIET, "content_triggers": {"survived_full_media": {"enabled": False}}})
    stage.join("11:50", "alice")
    stage.media("12:00", "Casablanca")
    stage.media("12:31", "Next")

    assert stage.paid(SURVIVED) == []


def test_nothing_is_kept_of_what_is_settled(stage: Stage) -> None:
    stage.join("11:55", "bob")
    stage.media("12:00", "Casablanca")
    stage.leave("12:10", "bob")
    stage.media("12:31", "Live", 0)
    stage.leave("12:40", "alice")

    assert stage.db.execute("SELECT count(*) FROM watches").fetchone() == (0,)
    assert stage.db.execute("SELECT title FROM plays").fetchall() == [("Live",)]
