"""What is paid for lines about what plays, and the specification's example of it."""

from typing import Any

import pytest

from libs.common.contracts.ledger import Transfer
from tests.support.earning_stage import QUIET, ROOM, Stage

FIRST, COMMENT = "content.first_after_media_change", "content.comment_during_media"


def room(*users: str, **content: Any) -> Stage:
    """Give a room in which something begins to play at noon."""
    stage = Stage({**QUIET, "content_triggers": content})
    stage.listed("11:50", *users)
    stage.media("12:00", "Casablanca")
    return stage


def say(stage: Stage, at: str, user: str = "alice") -> None:
    stage.chat(at, user, text=f"what a film, this {len(stage.events)}")


class TestFirstAfterMediaChange:
    @pytest.mark.parametrize(("at", "paid"), [("12:00:00", [3]), ("12:00:30", [3]), ("12:00:31", [])])
    def test_the_first_line_within_the_window_is_paid(self, at: str, paid: list[int]) -> None:
        stage = room("alice")
        say(stage, at)

        assert stage.paid(FIRST) == paid

    def test_there_is_one_winner_for_each_play(self) -> None:
        stage = room("alice", "bob")
        say(stage, "12:00:05")
        say(stage, "12:00:06", "bob")
        stage.media("12:30:05", "Next")
        say(stage, "12:30:06", "bob")

        assert stage.paid(FIRST, "alice") == [3]
        assert stage.paid(FIRST, "bob") == [3]

    def test_what_is_told_again_has_not_begun_again(self) -> None:
        stage = room("alice")
        stage.media("12:10", "Casablanca", position=597)
        say(stage, "12:10:01")

        assert stage.paid(FIRST) == []

    def test_what_has_been_playing_for_long_has_not_just_begun(self) -> None:
        stage = Stage()
        stage.listed("12:00", "alice")
        stage.media("12:00", "Casablanca", position=600)
        say(stage, "12:00:01")

        assert stage.paid(FIRST) == []

    def test_a_robot_s_line_takes_nobody_s_place(self) -> None:
        stage = room("alice", "ZCoinBot")
        say(stage, "12:00:01", "ZCoinBot")
        say(stage, "12:00:02")

        assert stage.paid(FIRST, "alice") == [3]


class TestCommentDuringMedia:
    def test_halves_add_up_over_a_restart(self) -> None:
        """A7: half a coin for each of three lines, a restart, and a fourth: two coins. The stage is made anew for each event."""
        stage = room("alice")
        for second in range(31, 35):
            say(stage, f"12:00:{second}")

        assert stage.paid(COMMENT) == [1, 1]

    def test_a_posting_names_what_played(self) -> None:
        stage = room("alice", comment_during_media={"reward_per_message": 1})
        say(stage, "12:01")

        posting = next(posting for posting in stage.postings() if COMMENT in posting.key)
        [line] = posting.lines
        assert isinstance(line, Transfer)
        assert (line.amount, line.type, line.reason) == (1, "earn", "A line about Casablanca")
        assert posting.key.startswith(f"chat:{ROOM}:")

    @pytest.mark.parametrize(
        ("minutes", "scaled", "paid"),
        [(10, True, 2), (30, True, 2), (44, True, 2), (45, True, 3), (90, True, 6), (90, False, 2), (0, True, 2)],
    )
    def test_longer_things_have_more_paid_lines(self, minutes: float, *, scaled: bool, paid: int) -> None:
        stage = room("alice", comment_during_media={"reward_per_message": 1, "max_per_item_base": 2, "scale_with_duration": scaled})
        stage.media("12:10", "Next", minutes)
        for second in range(10, 18):
            say(stage, f"12:11:{second}")

        assert sum(stage.paid(COMMENT)) == paid

    def test_each_viewer_has_lines_of_their_own_and_anew_for_each_play(self) -> None:
        stage = room("alice", "bob", comment_during_media={"reward_per_message": 1, "max_per_item_base": 1})
        for user in ("alice", "alice", "bob"):
            say(stage, "12:01", user)
        stage.media("12:30:05", "Next")
        say(stage, "12:31")

        assert (stage.paid(COMMENT, "alice"), stage.paid(COMMENT, "bob")) == ([1, 1], [1])

    def test_what_is_told_again_gives_no_lines_anew(self) -> None:
        stage = room("alice", comment_during_media={"reward_per_message": 1, "max_per_item_base": 1})
        say(stage, "12:01")
        stage.media("12:02", "Casablanca", position=119)
        say(stage, "12:03")

        assert stage.paid(COMMENT) == [1]

    def test_no_line_is_paid_where_none_may_be(self) -> None:
        stage = room("alice", comment_during_media={"max_per_item_base": 0})
        say(stage, "12:01")

        assert stage.paid(COMMENT) == []

    def test_nothing_is_paid_while_nothing_plays(self) -> None:
        stage = Stage()
        stage.listed("12:00", "alice")
        say(stage, "12:01")
        say(stage, "12:02")

        assert stage.paid(COMMENT) == []

    def test_a_line_said_before_it_began_is_not_about_it(self) -> None:
        stage = room("alice", comment_during_media={"reward_per_message": 1})
        stage.tick("12:29")
        stage.robot("12:29", "connected")
        stage.listed("12:31", "alice")
        stage.media("12:31", "Next", position=10)
        stage.chat("12:31", "alice", text="this is the end", said="12:30:10")

        assert stage.paid(COMMENT) == []
