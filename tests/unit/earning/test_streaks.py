"""Days in a row, the week's bridge, and the welcome to who was away."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.earning.streaks.rules import advance, reward, week_of
from tests.support.earning_stage import QUIET, ROOM, Stage, transaction

REWARDS = {2: 10, 3: 20, 4: 30, 5: 50, 6: 75, 7: 100}
SATURDAY = "2026-11-21"
BRIDGE_OFF: dict[str, Any] = {**QUIET, "streaks": {"weekend_weekday_bridge": {"enabled": False}}}


def after(first: str, days: int) -> str:
    return (date.fromisoformat(first) + timedelta(days=days)).isoformat()


def here(stage: Stage, day: str, minutes: int = 15, user: str = "alice", begins: str = "12:00") -> None:
    """Have somebody be here on a day for so long."""
    end = f"{begins[:3]}{minutes:02}:30"
    stage.join(f"{day} {begins}:00", user)
    stage.tick(f"{day} {end}")
    stage.leave(f"{day} {end}", user)


def reasons(stage: Stage, kind: str) -> list[str]:
    return [posting.key for posting in stage.postings() if posting.key.startswith(kind)]


class TestStreak:
    def test_each_day_in_a_row_pays_its_reward(self) -> None:
        stage = Stage(BRIDGE_OFF)
        for day in range(8):
            here(stage, after(SATURDAY, day))

        assert [sum(stage.paid(f"streak.day{n}")) for n in range(1, 9)] == [0, 10, 20, 30, 50, 75, 100, 100]

    def test_the_seventh_day_pays_its_milestone_beside_it(self) -> None:
        stage = Stage(BRIDGE_OFF)
        for day in range(8):
            here(stage, after(SATURDAY, day))

        assert stage.paid("streak.milestone.7") == [200]
        assert f"streak.m7:{ROOM}:alice:{after(SATURDAY, 6)}" in reasons(stage, "streak.m7")

    def test_a_missed_day_begins_anew(self) -> None:
        stage = Stage(BRIDGE_OFF)
        for day in (0, 1, 3, 4):
            here(stage, after(SATURDAY, day))

        assert stage.paid("streak.day2") == [10, 10]
        assert (stage.career("alice").streak, stage.career("alice").longest_streak) == (2, 2)

    def test_a_day_with_too_few_minutes_does_not_count(self) -> None:
        stage = Stage(BRIDGE_OFF)
        here(stage, SATURDAY)
        here(stage, after(SATURDAY, 1), minutes=14)

        assert stage.paid("streak.day2") == []

    def test_the_minutes_of_a_day_add_up(self) -> None:
        stage = Stage(BRIDGE_OFF)
        here(stage, SATURDAY)
        here(stage, after(SATURDAY, 1), minutes=8)
        here(stage, after(SATURDAY, 1), minutes=7, begins="15:00")

        assert stage.paid("streak.day2") == [10]

    def test_a_night_through_counts_for_both_days(self) -> None:
        stage = Stage(BRIDGE_OFF)
        stage.join(f"{SATURDAY} 23:00:00", "alice")
        stage.tick(f"{after(SATURDAY, 1)} 01:00:00")

        assert stage.paid("streak.day2") == [10]

    def test_a_long_time_handled_at_once_counts_every_day(self) -> None:
        stage = Stage(BRIDGE_OFF)
        stage.join(f"{SATURDAY} 12:00:00", "alice")
        stage.tick(f"{after(SATURDAY, 3)} 12:00:00")

        assert [sum(stage.paid(f"streak.day{n}")) for n in (2, 3, 4)] == [10, 20, 30]

    def test_days_begin_in_the_economys_time_zone_also_when_clocks_change(self) -> None:
        zone = {**BRIDGE_OFF, "economy": {"timezone": "America/New_York"}}
        stage = Stage(None)
        stage.configure("2026-10-30 00:00", zone)
        here(stage, "2026-11-01", begins="03:00")  # still 31 October there, an hour before the clocks change
        here(stage, "2026-11-02", begins="04:30", minutes=20)  # 23:30 on 1 November, by then five hours behind
        here(stage, "2026-11-03", begins="05:00")  # midnight, 3 November: 2 November has nothing

        assert stage.paid("streak.day2") == []
        assert stage.career("alice").streak_date == "2026-11-03"

    def test_a_streak_is_told_to_the_room_at_seven_days(self) -> None:
        stage = Stage(BRIDGE_OFF)
        for day in range(8):
            here(stage, after(SATURDAY, day))

        lines = [said for said in stage.announcements() if said.line == "streak"]
        assert [said.values for said in lines] == [{"user": "alice", "days": 7}]

    def test_of_who_is_banned_nothing_is_told(self) -> None:
        stage = Stage()
        stage.transact(transaction(1, "banned", account="Alice"))
        for day in range(8):
            here(stage, after(SATURDAY, day))

        assert stage.career("alice").streak == 8
        assert stage.announcements() == []

    def test_who_is_too_new_has_the_day_counted_and_not_paid(self) -> None:
        stage = Stage({**BRIDGE_OFF, "onboarding": {"welcome_wallet": 0, "min_messages_to_earn": 1}})
        for day in range(3):
            here(stage, after(SATURDAY, day))

        assert stage.paid("streak.day3") == []
        assert stage.career("alice").streak == 3

    @given(st.dictionaries(st.integers(2, 40), st.integers(0, 1000)), st.integers(1, 60))
    def test_the_reward_is_that_of_the_highest_day_reached(self, rewards: dict[int, int], days: int) -> None:
        reached = [coins for day, coins in sorted(rewards.items()) if day <= days]
        assert reward(rewards, days) == (reached[-1] if reached else 0)

    @given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 500), st.integers(-3, 5))
    def test_only_the_very_next_day_continues_a_streak(self, last: date, streak: int, gap: int) -> None:
        today = last + timedelta(days=gap)
        expected = streak if gap <= 0 else streak + 1 if gap == 1 else 1
        assert advance(streak, last.isoformat(), today.isoformat()) == expected


class TestBridge:
    def test_a_weekend_day_and_a_weekday_pay_once_a_week(self) -> None:
        stage = Stage()
        for day in (0, 1, 2, 3):
            here(stage, after(SATURDAY, day))

        assert stage.paid("bridge.weekly") == [500]
        assert reasons(stage, "bridge:") == [f"bridge:{ROOM}:alice:{SATURDAY}"]

    def test_a_weekday_before_the_weekend_is_another_week(self) -> None:
        stage = Stage()
        here(stage, after(SATURDAY, -1))
        here(stage, SATURDAY)

        assert stage.paid("bridge.weekly") == []

    def test_in_weeks_that_begin_on_monday_the_weekend_comes_last(self) -> None:
        stage = Stage({**QUIET, "streaks": {"weekend_weekday_bridge": {"week_starts_on": "monday"}}})
        here(stage, after(SATURDAY, -1))
        here(stage, SATURDAY)

        assert stage.paid("bridge.weekly") == [500]

    def test_it_does_not_need_streaks(self) -> None:
        stage = Stage({**QUIET, "streaks": {"daily": {"enabled": False}}})
        here(stage, SATURDAY)
        here(stage, after(SATURDAY, 2))

        assert stage.paid("bridge.weekly") == [500]

    def test_who_was_there_at_the_weekend_is_told_once_what_is_missing(self) -> None:
        stage = Stage({**QUIET, "streaks": {"daily": {"enabled": False}}})
        here(stage, SATURDAY)
        here(stage, after(SATURDAY, 1))

        told = [said for said in stage.announcements() if said.id.startswith("bridge.reminder")]
        assert len(told) == 1
        assert "500 Z-Coins" in (told[0].text or "")

    @pytest.mark.parametrize(("day", "week"), [("2026-11-21", "2026-11-21"), ("2026-11-22", "2026-11-21"), ("2026-11-27", "2026-11-21")])
    def test_a_week_runs_from_saturday_to_friday(self, day: str, week: str) -> None:
        assert week_of(day, "saturday") == week


class TestWelcomeBack:
    def test_who_was_away_for_a_week_is_welcomed(self) -> None:
        stage = Stage(BRIDGE_OFF)
        here(stage, "2026-11-01")
        stage.join("2026-11-08 12:16:00", "alice")

        assert stage.paid("retention.welcome_back") == [100]
        assert reasons(stage, "welcomeback:") == [
            f"welcomeback:{ROOM}:alice:{date(2026, 11, 1).toordinal() - date(1970, 1, 1).toordinal()}"
        ]

    def test_a_minute_less_is_no_week(self) -> None:
        stage = Stage(BRIDGE_OFF)
        here(stage, "2026-11-01")
        stage.join("2026-11-08 12:14:00", "alice")

        assert stage.paid("retention.welcome_back") == []

    def test_who_turns_up_in_a_list_is_welcomed_too(self) -> None:
        stage = Stage(BRIDGE_OFF)
        here(stage, "2026-11-01")
        stage.listed("2026-11-20 12:00:00", "alice")

        assert stage.paid("retention.welcome_back") == [100]

    def test_who_stayed_while_the_robot_was_away_was_not_away(self) -> None:
        stage = Stage(BRIDGE_OFF)
        stage.join("2026-11-01 12:00:00", "alice")
        stage.robot("2026-11-01 12:05:00", "disconnected")
        stage.listed("2026-11-20 12:00:00", "alice")

        assert stage.paid("retention.welcome_back") == []

    def test_a_wallet_is_welcome_enough(self) -> None:
        stage = Stage({**BRIDGE_OFF, "onboarding": {"welcome_wallet": 50}})
        stage.join("2026-11-01 12:00:00", "alice", rank=0)
        stage.leave("2026-11-01 12:20:00", "alice")
        stage.join("2026-11-20 12:00:00", "alice", rank=1)

        assert (stage.paid("onboarding.wallet"), stage.paid("retention.welcome_back")) == ([50], [])

    def test_a_day_later_nothing_more_comes(self) -> None:
        stage = Stage(BRIDGE_OFF)
        here(stage, "2026-11-01")
        here(stage, "2026-11-10")
        here(stage, "2026-11-11")

        assert stage.paid("retention.welcome_back") == [100]
