"""What a minute pays, whom, and what many of them bring."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.contracts.ledger import MINT, Transfer
from services.earning.pay.awards import carry
from tests.support.earning_stage import NOON, QUIET, ROOM, Stage, clock, minute, span


def stage(**presence: object) -> Stage:
    return Stage({**QUIET, "presence": {"night_watch": {"enabled": False}, **presence}})


class TestPosting:
    def test_says_what_the_ledger_needs(self) -> None:
        room = stage()
        room.join("12:00:00", "Alice")
        room.tick("12:01:00")

        presence = room.postings()[-1]
        assert (presence.key, presence.at) == (f"presence:{ROOM}:alice:{minute('12:00')}", clock("12:01:00"))
        expected = Transfer(source=MINT, target="Alice", amount=1, type="earn", trigger="presence.base", reason="Presence")
        assert presence.lines == [expected]

    def test_a_rate_of_nothing_posts_nothing_and_counts_the_minute(self) -> None:
        room = stage(base_rate_per_minute=0)
        room.join("12:00:00", "alice")
        room.tick("12:10:00")

        assert room.paid("presence.base") == []
        assert room.counted == 10


class TestNightWatch:
    NIGHT = {"enabled": True, "hours": [12], "multiplier": 1.5}

    def test_pays_one_and_a_half_a_minute_to_the_last_coin(self) -> None:
        room = stage(night_watch=self.NIGHT)
        room.join("12:00:00", "alice")
        room.tick("12:10:00")

        assert sum(room.paid("presence.base")) == 15

    def test_carries_the_fraction_over_a_restart(self) -> None:
        room = stage(night_watch=self.NIGHT)
        room.join("12:00:00", "alice")
        for end in range(1, 5):
            room.tick(f"12:0{end}:00")

        assert room.paid("presence.base") == [1, 2, 1, 2]

    def test_says_why_in_the_metadata(self) -> None:
        room = stage(night_watch=self.NIGHT)
        room.join("12:00:00", "alice")
        room.tick("12:01:00")

        (line,) = room.postings()[-1].lines
        assert isinstance(line, Transfer)
        assert line.metadata == {"multiplier": "night_watch", "factor": 1.5}

    def test_goes_by_the_start_of_the_minute(self) -> None:
        room = stage(night_watch={**self.NIGHT, "multiplier": 3})
        room.join("11:58:00", "alice")
        room.tick("12:02:00")

        assert room.paid("presence.base") == [1, 1, 3, 3]

    def test_goes_by_the_hour_of_the_configured_time_zone(self) -> None:
        room = Stage(
            {**QUIET, "economy": {"timezone": "Asia/Kolkata"}, "presence": {"night_watch": {**self.NIGHT, "hours": [17], "multiplier": 2}}}
        )
        room.join("12:28:00", "alice")
        room.tick("12:32:00")

        assert room.paid("presence.base") == [2, 2, 1, 1]

    def test_keeps_the_fraction_while_whole_coins_are_paid(self) -> None:
        room = stage(night_watch={**self.NIGHT, "hours": [11, 13]})
        room.join("11:59:00", "alice")
        room.tick("13:01:00")

        assert room.paid("presence.base") == [1, *[1] * 60, 2]


@given(st.lists(st.decimals(min_value=0, max_value=1000, places=4), max_size=60))
def test_carrying_pays_every_whole_coin_and_never_one_more(amounts: list[Decimal]) -> None:
    paid, carried = 0, Decimal(0)
    for amount in amounts:
        coins, carried = carry(amount, carried)
        paid += coins

        assert 0 <= carried < 1

    assert paid + carried == sum(amounts)


class TestActiveBonus:
    def test_is_paid_while_the_last_line_is_recent(self) -> None:
        room = stage(active_bonus_per_minute=10, afk_threshold_minutes=2)
        room.join("12:00:00", "alice")
        room.chat("12:01:00", "alice")
        room.tick("12:05:00")

        assert room.paid("presence.base") == [1, 11, 11, 1, 1]

    def test_is_not_paid_to_somebody_afk(self) -> None:
        room = stage(active_bonus_per_minute=10)
        room.join("12:00:00", "alice")
        room.chat("12:00:10", "alice")
        room.afk("12:00:20", "alice", afk=True)
        room.tick("12:01:00")
        room.afk("12:01:01", "alice", afk=False)
        room.tick("12:02:00")

        assert room.paid("presence.base") == [1, 11]

    def test_is_not_paid_for_what_the_room_cannot_see(self) -> None:
        room = stage(active_bonus_per_minute=10)
        room.join("12:00:00", "alice")
        room.pm("12:00:10", "alice")
        room.chat("12:00:20", "alice", shadow=True)
        room.tick("12:01:00")

        assert room.paid("presence.base") == [1]


class TestWhoIsPaid:
    @pytest.mark.parametrize(("rank", "minutes"), [(None, []), (0, []), (1, ["12:00"]), (1.5, ["12:00"])])
    def test_who_has_an_account_on_the_site(self, rank: float | None, minutes: list[str]) -> None:
        room = stage()
        room.join("12:00:00", "alice", rank)
        room.tick("12:01:00")

        assert room.minutes("alice") == minutes

    def test_guests_where_they_are_let_in(self) -> None:
        room = Stage({**QUIET, "eligibility": {"min_cytube_rank": 0}})
        room.join("12:00:00", "alice", 0)
        room.tick("12:01:00")

        assert room.minutes("alice") == ["12:00"]

    def test_from_the_minute_in_which_the_rank_is_known(self) -> None:
        room = stage()
        room.join("12:00:00", "alice", None)
        room.rank("12:01:30", "alice", 2)
        room.tick("12:03:00")

        assert room.minutes("alice") == ["12:01", "12:02"]

    def test_by_the_rank_told_before_the_join_not_by_the_joins(self) -> None:
        room = Stage({**QUIET, "eligibility": {"min_cytube_rank": 2}})
        room.rank("12:00:00", "alice", 3)
        room.join("12:00:00", "alice", 1)
        room.tick("12:01:00")

        assert room.minutes("alice") == ["12:00"]

    def test_not_by_a_rank_told_before_the_last_leave(self) -> None:
        room = Stage({**QUIET, "eligibility": {"min_cytube_rank": 2}})
        room.listed("12:00:00", "alice", rank=3)
        room.leave("12:00:10", "alice")
        room.join("12:00:20", "alice", 1)
        room.tick("12:01:00")

        assert room.minutes("alice") == []

    @pytest.mark.parametrize("name", ["zcoinBOT", "Helper", "[server]", "", "<b>", "a" * 21])
    def test_neither_the_robot_nor_ignored_users_nor_what_is_no_name(self, name: str) -> None:
        room = Stage({**QUIET, "ignored_users": ["HELPER"]})
        room.listed("12:00:00", name, rank=3)
        room.join("12:00:01", name, 3)
        room.chat("12:00:02", name, 3)
        room.pm("12:00:03", name, 3)
        room.rank("12:00:04", name, 3)
        room.tick("12:10:00")

        assert room.postings() == []
        assert room.arrivals() == []

    def test_not_who_is_too_new_now_or_later(self) -> None:
        room = Stage({**QUIET, "onboarding": {"welcome_wallet": 0, "min_account_age_minutes": 10}})
        room.join("12:00:00", "alice")
        room.tick("12:12:00")

        assert room.minutes("alice") == span("12:09", "12:11")
        assert room.counted == 12

    def test_who_has_said_enough_by_a_clock_of_the_site_that_is_behind(self) -> None:
        stage = Stage({**QUIET, "onboarding": {"welcome_wallet": 0, "min_messages_to_earn": 2}})
        stage.tick("11:00:00")
        stage.chat("12:00:00", "alice", said="11:59:40")
        stage.chat("12:00:10", "alice", said="11:59:50")
        stage.tick("12:01:00")

        assert stage.minutes("alice") == ["12:00"]

    def test_not_who_has_said_too_little(self) -> None:
        room = Stage({**QUIET, "onboarding": {"welcome_wallet": 0, "min_messages_to_earn": 2}})
        room.join("12:00:00", "alice")
        room.chat("12:01:00", "alice")
        room.chat("12:02:00", "alice", shadow=True)
        room.chat("12:03:00", "alice")
        room.tick("12:04:00")

        assert room.minutes("alice") == ["12:03"]


class TestDwell:
    def test_a_milestone_is_paid_once(self) -> None:
        room = stage(hourly_milestones={2: 25})
        room.join("12:00:00", "alice")
        room.tick("14:02:00")

        assert room.paid("dwell.2h") == [25]
        dwell = [posting for posting in room.postings() if posting.key.startswith("dwell")]
        assert [(posting.key, posting.at) for posting in dwell] == [(f"dwell:{ROOM}:alice:2026-11-22:2", clock("14:00:00"))]

    def test_minutes_of_a_day_add_up_over_absences(self) -> None:
        room = stage(hourly_milestones={1: 10})
        for hour in (12, 14):
            room.join(f"{hour}:00:00", "alice")
            room.leave(f"{hour}:30:00", "alice")

        assert room.paid("dwell.1h") == [10]

    def test_all_milestones_crossed_are_paid(self) -> None:
        room = stage(hourly_milestones={1: 10, 3: 30, 6: 75})
        room.join("12:00:00", "alice")
        room.tick("16:00:00")

        assert (room.paid("dwell.1h"), room.paid("dwell.3h"), room.paid("dwell.6h")) == ([10], [30], [])

    def test_a_day_begins_at_midnight_of_the_time_zone(self) -> None:
        room = Stage({**QUIET, "economy": {"timezone": "Europe/Berlin"}, "presence": {"hourly_milestones": {1: 10}}})
        room.join("22:30:00", "alice")
        room.tick("2026-11-23 00:00")

        assert [posting.key.split(":")[3] for posting in room.postings() if posting.key.startswith("dwell")] == ["2026-11-23"]

    def test_it_is_paid_again_the_next_day(self) -> None:
        room = stage(hourly_milestones={1: 10})
        room.join("22:00:00", "alice")
        room.tick("2026-11-23 01:00")

        assert room.paid("dwell.1h") == [10, 10]

    def test_a_whole_day_forgives_a_few_minutes(self) -> None:
        room = stage(hourly_milestones={24: 1000})
        room.join("2026-11-23 00:04", "alice")
        room.tick("2026-11-24 00:00")

        assert room.paid("dwell.24h") == [1000]

    def test_a_short_one_forgives_none(self) -> None:
        room = stage(hourly_milestones={1: 10})
        room.join("12:00:00", "alice")
        room.tick("12:59:00")

        assert room.paid("dwell.1h") == []

    def test_a_milestone_reached_while_too_new_is_not_paid_later(self) -> None:
        room = Stage(
            {**QUIET, "onboarding": {"welcome_wallet": 0, "min_account_age_minutes": 90}, "presence": {"hourly_milestones": {1: 10, 2: 20}}}
        )
        room.join("12:00:00", "alice")
        room.tick("15:00:00")

        assert (room.paid("dwell.1h"), room.paid("dwell.2h")) == ([], [20])

    def test_minutes_that_pay_nothing_count(self) -> None:
        room = stage(base_rate_per_minute=0, hourly_milestones={1: 10})
        room.join("12:00:00", "alice")
        room.tick("13:00:00")

        assert room.paid("dwell.1h") == [10]

    def test_it_is_told_by_pm_until_it_is_old_news(self) -> None:
        room = stage(hourly_milestones={1: 10})
        room.join("12:00:00", "Alice")
        room.tick("13:00:00")

        (told,) = room.announcements()
        assert (told.lane, told.to, told.at, told.until) == ("pm", "Alice", clock("13:00:00"), clock("13:10:00"))
        assert "10 Z-Coins" in (told.text or "")

    def test_a_milestone_that_comes_with_a_new_configuration_is_paid_to_who_has_passed_it(self) -> None:
        room = stage(hourly_milestones={5: 50})
        room.join("12:00:00", "alice")
        room.tick("14:30:00")
        room.configure("14:30:00", {**QUIET, "presence": {"hourly_milestones": {2: 25}}})
        room.tick("14:31:00")

        assert room.paid("dwell.2h") == [25]


def test_a_configuration_takes_effect_at_its_place_in_the_order() -> None:
    room = stage()
    room.join("12:00:00", "alice")
    room.tick("12:02:00")
    room.configure("12:02:00", {**QUIET, "presence": {"base_rate_per_minute": 7, "night_watch": {"enabled": False}}})
    room.tick("12:04:00")

    assert room.paid("presence.base") == [1, 1, 7, 7]


def test_days_of_a_crowd_are_counted_for_each() -> None:
    room = stage(hourly_milestones={1: 10})
    names = [f"viewer{number}" for number in range(8)]
    room.listed("12:00:00", *names)
    room.tick("12:30:00")
    room.tick("13:05:00")

    assert all(room.paid("dwell.1h", name) == [10] for name in names)
    assert all(room.minutes(name) == span("12:00", "13:04") for name in names)


def test_three_days_between_two_proofs_are_paid_minute_by_minute() -> None:
    room = stage(hourly_milestones={24: 1000})
    room.listed("2026-11-22 00:00", "alice", "bob")
    room.tick("2026-11-25 00:00")

    assert sum(room.paid("presence.base", "alice")) == 3 * 24 * 60
    assert room.paid("dwell.24h", "bob") == [1000] * 3
    assert max(posting.at for posting in room.postings()) > NOON


def test_who_speaks_at_a_minutes_end_in_a_full_room_keeps_that_minute() -> None:
    stage = Stage(QUIET)
    stage.listed("12:00:00", *(f"v{number:02}" for number in range(20)))
    stage.tick("12:01:00")
    stage.chat("12:02:00", "v00")

    assert (stage.day("v00").present, stage.day("v00").messages_sent) == (2, 1)
