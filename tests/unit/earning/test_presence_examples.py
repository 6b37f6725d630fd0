"""Presence by example: who is paid which minutes, who arrives, and what a bounce, an outage or a double login does."""

import pytest

from tests.support.earning_stage import QUIET, ROOM, Mark, Stage, clock, span


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_bounce_is_paid_through_and_is_no_arrival(stage: Stage) -> None:
    stage.join("12:00:20", "alice")
    stage.leave("12:10:05", "alice")
    stage.join("12:12:00", "alice")
    stage.tick("12:13:00")

    assert stage.minutes("alice") == span("12:00", "12:12")
    assert len(stage.arrivals()) == 1


def test_who_never_returns_is_paid_until_leaving(stage: Stage) -> None:
    stage.join("12:00:20", "alice")
    stage.leave("12:10:05", "alice")
    stage.tick("13:00:00")

    assert stage.minutes("alice") == span("12:00", "12:09")


def test_a_return_after_exactly_the_grace_is_an_arrival(stage: Stage) -> None:
    stage.join("12:00:20", "alice")
    stage.leave("12:10:05", "alice")
    stage.join("12:15:05", "alice")
    stage.tick("12:17:00")

    assert stage.minutes("alice") == [*span("12:00", "12:09"), "12:15", "12:16"]
    assert [fact.absent_seconds for fact in stage.arrivals()] == [None, 300.0]


def test_an_arrival_is_told_with_its_key(stage: Stage) -> None:
    stage.join("12:00:20", "Alice")

    (fact,) = stage.arrivals()
    assert (fact.id, fact.user, fact.at) == (
        f"arrival:{ROOM}:alice:{int(clock('12:00:20').timestamp() * 1000)}",
        "Alice",
        clock("12:00:20"),
    )


def test_a_long_outage_of_the_robot_is_not_paid_and_the_next_list_is_no_arrival(stage: Stage) -> None:
    stage.listed("11:58:00", "alice")
    stage.tick("12:00:00")
    stage.robot("12:00:00", "disconnected")
    stage.listed("12:30:00", "alice")
    stage.tick("12:32:00")

    assert stage.minutes("alice") == ["11:58", "11:59", "12:30", "12:31"]
    assert stage.arrivals() == []


def test_a_short_outage_of_the_robot_is_paid_when_the_viewer_was_there_on_both_sides(stage: Stage) -> None:
    stage.listed("11:58:00", "alice", "bob")
    stage.tick("12:00:00")
    stage.robot("12:00:01", "disconnected")
    stage.listed("12:04:00", "alice")
    stage.tick("12:05:00")

    assert stage.minutes("alice") == span("11:58", "12:04")
    assert stage.minutes("bob") == ["11:58", "11:59"]


def test_an_outage_of_exactly_the_grace_is_paid(stage: Stage) -> None:
    stage.listed("12:00:00", "alice")
    stage.robot("12:00:01", "login")
    stage.listed("12:05:00", "alice")

    assert stage.minutes("alice") == span("12:00", "12:04")


def test_the_outage_begins_at_the_last_proof_not_at_the_mark(stage: Stage) -> None:
    stage.listed("12:00:00", "alice")
    stage.robot("12:09:00", "login")
    stage.listed("12:09:30", "alice")

    assert stage.minutes("alice") == []


def test_who_is_missing_after_an_outage_left_when_it_began(stage: Stage) -> None:
    stage.listed("12:00:00", "alice")
    stage.tick("12:02:00")
    stage.tick("12:02:02", "away")
    stage.listed("12:03:00")
    stage.join("12:06:59", "alice")
    stage.tick("12:07:00")

    assert stage.minutes("alice") == span("12:00", "12:06")
    assert stage.arrivals() == []


def test_a_join_long_after_an_outage_is_an_arrival_absent_since_it_began(stage: Stage) -> None:
    stage.listed("12:00:00", "alice")
    stage.gap("12:01:00")
    stage.join("12:10:00", "alice")

    assert [fact.absent_seconds for fact in stage.arrivals()] == [600.0]


@pytest.mark.parametrize("what", ["startup", "connected", "disconnected", "shutdown", "login"])
def test_every_mark_of_a_robot_session_suspends(stage: Stage, what: str) -> None:
    stage.listed("12:00:00", "alice")
    stage.robot("12:00:30", what)  # type: ignore[arg-type]
    stage.tick("12:10:00")

    assert stage.minutes("alice") == []


def test_a_mark_without_a_channel_concerns_every_channel(stage: Stage) -> None:
    stage.listed("12:00:00", "alice")
    stage.robot("12:00:30", "startup", channel="@all")
    stage.tick("12:10:00")

    assert stage.minutes("alice") == []


def test_the_robot_being_kicked_is_a_proof_that_it_was_there(stage: Stage) -> None:
    stage.listed("12:00:00", "alice")
    stage.robot("12:01:00", "kicked")

    assert stage.minutes("alice") == ["12:00"]


def test_an_unanswered_ping_proves_nothing_and_breaks_nothing(stage: Stage) -> None:
    stage.listed("12:00:00", "alice")
    stage.tick("12:03:00", "unknown")
    assert stage.minutes("alice") == []

    stage.tick("12:03:02")
    assert stage.minutes("alice") == span("12:00", "12:02")


def test_presence_between_two_proofs_is_paid_however_far_apart(stage: Stage) -> None:
    stage.listed("12:00:00", "alice")
    stage.tick("23:00:00")

    assert stage.minutes("alice") == span("12:00", "22:59")


def test_leaving_at_the_very_end_of_a_minute_keeps_it(stage: Stage) -> None:
    stage.join("12:00:00", "alice")
    stage.leave("12:01:00", "alice")

    assert stage.minutes("alice") == ["12:00"]


def test_joining_a_second_before_the_end_of_a_minute_earns_it(stage: Stage) -> None:
    stage.join("12:00:59", "alice")
    stage.tick("12:01:00")

    assert stage.minutes("alice") == ["12:00"]


def test_a_double_login_is_paid_without_a_gap(stage: Stage) -> None:
    stage.join("12:00:10", "alice")
    stage.join("12:02:00", "alice")
    stage.leave("12:02:00", "alice")
    stage.chat("12:04:30", "alice")
    stage.tick("12:06:00")

    assert stage.minutes("alice") == span("12:00", "12:05")
    assert len(stage.arrivals()) == 1


def test_a_second_leave_replaces_the_deadline(stage: Stage) -> None:
    stage.join("12:00:00", "alice")
    stage.leave("12:02:30", "alice")
    stage.leave("12:06:00", "alice")
    stage.join("12:09:00", "alice")

    assert stage.minutes("alice") == span("12:00", "12:08")
    assert len(stage.arrivals()) == 1


def test_a_leave_after_the_grace_changes_nothing(stage: Stage) -> None:
    stage.join("12:00:00", "alice")
    stage.leave("12:02:30", "alice")
    stage.leave("12:08:00", "alice")
    stage.join("12:09:00", "alice")

    assert [fact.absent_seconds for fact in stage.arrivals()] == [None, 390.0]


def test_a_ghost_in_the_grace_is_not_paid(stage: Stage) -> None:
    stage.listed("12:00:00", "alice", "bob")
    stage.listed("12:02:00", "alice")
    stage.tick("12:04:00")

    assert stage.minutes("bob") == ["12:00", "12:01"]


def test_a_leave_shows_that_a_suspended_viewer_was_there(stage: Stage) -> None:
    stage.listed("12:00:00", "alice")
    stage.robot("12:00:01", "login")
    stage.leave("12:03:00", "alice")

    assert stage.minutes("alice") == span("12:00", "12:02")


def test_speech_makes_present_without_an_arrival(stage: Stage) -> None:
    stage.pm("12:00:00", "alice")
    stage.chat("12:00:30", "bob")
    stage.tick("12:01:00")

    assert stage.minutes("alice") == stage.minutes("bob") == ["12:00"]
    assert stage.arrivals() == []


@pytest.mark.parametrize("what", ["startup", "connected", "login"])
def test_lines_repeated_at_a_connect_make_nobody_present(stage: Stage, what: Mark) -> None:
    stage.tick("11:00:00")
    stage.robot("12:00:00", what)
    stage.chat("12:00:30", "alice", said="12:00:19")
    stage.tick("12:02:00")

    assert stage.minutes("alice") == []


def test_lines_repeated_after_events_were_missing_make_nobody_present(stage: Stage) -> None:
    stage.tick("11:00:00")
    stage.gap("12:00:00")
    stage.chat("12:00:11", "alice", said="12:00:00")
    stage.tick("12:02:00")

    assert stage.minutes("alice") == []


def test_lines_repeated_when_a_room_is_first_heard_of_make_nobody_present(stage: Stage) -> None:
    stage.chat("12:00:11", "alice", said="12:00:00")
    stage.tick("12:02:00")

    assert stage.minutes("alice") == []


@pytest.mark.parametrize("behind", ["11:59:00", "12:01:30"])
def test_a_clock_of_the_site_that_is_off_makes_no_line_old(stage: Stage, behind: str) -> None:
    stage.robot("11:59:59", "connected")
    stage.chat("12:00:30", "alice", said=behind)
    stage.tick("12:02:00")

    assert stage.minutes("alice") == ["12:00", "12:01"]


def test_a_line_ten_seconds_late_is_live(stage: Stage) -> None:
    stage.robot("12:00:00", "connected")
    stage.chat("12:00:10", "alice", said="12:00:00")
    stage.tick("12:01:00")

    assert stage.minutes("alice") == ["12:00"]


def test_somebody_shadow_muted_is_a_person_in_the_room(stage: Stage) -> None:
    stage.chat("12:00:00", "alice", shadow=True)
    stage.tick("12:01:00")

    assert stage.minutes("alice") == ["12:00"]


def test_two_spellings_are_one_viewer(stage: Stage) -> None:
    stage.join("12:00:00", "Alice")
    stage.chat("12:00:10", "ALICE")
    stage.listed("12:00:20", "alice", "ALICE")
    stage.tick("12:02:00")

    assert [posting.key for posting in stage.postings() if posting.key.startswith("presence")] == [
        f"presence:{ROOM}:alice:{int(clock(at).timestamp()) // 60}" for at in ("12:00", "12:01")
    ]


class TestRoster:
    def test_a_viewer_it_lacks_has_left(self, stage: Stage) -> None:
        stage.listed("12:00:00", "alice")
        stage.roster("12:02:00", stage.raw, "bob")
        stage.tick("12:04:00")

        assert stage.minutes("alice") == []
        assert stage.minutes("bob") == ["12:02", "12:03"]
        assert stage.arrivals() == []

    def test_a_join_after_it_was_read_wins(self, stage: Stage) -> None:
        as_of = stage.raw
        stage.join("12:00:00", "alice")
        stage.roster("12:00:01", as_of)
        stage.tick("12:01:00")

        assert stage.minutes("alice") == ["12:00"]

    def test_a_leave_after_it_was_read_wins(self, stage: Stage) -> None:
        stage.join("12:00:00", "alice")
        as_of = stage.raw
        stage.leave("12:00:01", "alice")
        stage.roster("12:00:02", as_of, "alice")
        stage.tick("12:10:00")

        assert stage.minutes("alice") == []

    def test_a_leave_after_it_was_read_wins_of_somebody_never_seen_too(self, stage: Stage) -> None:
        stage.leave("12:00:10", "alice")
        stage.roster("12:00:20", stage.raw - 1, "alice")
        stage.tick("12:02:00")

        assert stage.minutes("alice") == []

    def test_a_list_after_it_was_read_wins(self, stage: Stage) -> None:
        as_of = stage.raw
        stage.listed("12:00:00", "alice")
        stage.roster("12:00:02", as_of, "bob")
        stage.tick("12:01:00")

        assert (stage.minutes("alice"), stage.minutes("bob")) == (["12:00"], [])

    def test_a_rank_after_it_was_read_wins(self, stage: Stage) -> None:
        stage.join("12:00:00", "alice")
        as_of = stage.raw
        stage.rank("12:00:01", "alice", 0)
        stage.roster("12:00:02", as_of, "alice")
        stage.tick("12:01:00")

        assert stage.minutes("alice") == []

    @pytest.mark.parametrize(("afk", "paid"), [(None, [1, 1, 1]), (True, [1, 1, 1]), (False, [1, 3, 3])])
    def test_an_afk_mark_stands_where_it_says_nothing_of_it(self, afk: bool | None, paid: list[int]) -> None:
        stage = Stage({**QUIET, "presence": {"night_watch": {"enabled": False}, "active_bonus_per_minute": 2}})
        stage.chat("12:00:00", "alice")
        stage.afk("12:00:10", "alice", afk=True)
        stage.tick("12:01:00")
        stage.roster("12:01:10", stage.raw, "alice", afk=afk)
        stage.tick("12:03:00")

        assert stage.paid("presence.base") == paid

    def test_an_afk_mark_ends_when_a_list_lacks_the_viewer(self) -> None:
        stage = Stage({**QUIET, "presence": {"night_watch": {"enabled": False}, "active_bonus_per_minute": 2}})
        stage.chat("12:00:00", "alice")
        stage.afk("12:00:10", "alice", afk=True)
        stage.listed("12:00:20", "bob")
        stage.roster("12:00:30", stage.raw, "alice")
        stage.tick("12:01:00")

        assert stage.paid("presence.base", "alice") == [3]

    def test_it_is_no_proof(self, stage: Stage) -> None:
        stage.listed("12:00:00", "alice")
        stage.roster("12:04:00", stage.raw, "alice")
        stage.robot("12:06:00", "login")

        assert stage.minutes("alice") == []

    def test_no_minute_is_paid_twice_around_one(self, stage: Stage) -> None:
        stage.listed("12:00:00", "alice")
        stage.robot("12:00:01", "login")
        stage.roster("12:02:00", stage.raw, "alice")
        stage.robot("12:02:01", "login")
        stage.listed("12:03:00", "alice")
        stage.tick("12:04:00")

        assert stage.minutes("alice") == span("12:00", "12:03")

    def test_sequences_of_a_stream_made_anew_count_from_the_start(self, stage: Stage) -> None:
        stage.raw = 1_000
        stage.listed("12:00:00", "alice")
        stage.epoch, stage.raw = 2, 0
        stage.gap("12:00:10")
        stage.roster("12:00:20", 1, "bob")
        stage.tick("12:01:00")

        assert (stage.minutes("alice"), stage.minutes("bob")) == ([], ["12:00"])
