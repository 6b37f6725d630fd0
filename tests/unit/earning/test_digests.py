"""Digests: correct figures, to each once, when they are sent or when somebody comes."""

from typing import Any

import pytest

from libs.common.config import Rules
from libs.common.config.economy import Currency
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.ledger import Entry
from services.earning.digests.user import Goal, goal
from services.earning.digests.week import Week
from services.earning.digests.words import of_week
from services.earning.people.career import Career
from services.earning.people.viewer import Day
from services.earning.store.days import Days
from tests.support.earning_stage import QUIET, ROOM, Stage, transaction

MONDAY = "2026-11-23"
FIGURES = "{earned}/{spent}/{balance}/{rank}/{streak}"
RULES = Rules()


def digested(user: Any = None, admin: Any = None, **changes: Any) -> dict[str, Any]:
    presence = {"base_rate_per_minute": changes.pop("rate", 1), "hourly_milestones": {}, "night_watch": {"enabled": False}}
    streaks = {"daily": {"rewards": {}}, "weekend_weekday_bridge": {"enabled": False}}
    digest = {"user_digest": user or {"enabled": False}, "admin_digest": admin or {"enabled": False}}
    return {**QUIET, "presence": presence, "streaks": streaks, "digest": digest, **changes}


def told(stage: Stage) -> list[Announcement]:
    return [announcement for announcement in stage.announcements() if announcement.kind == "digest"]


def names(stage: Stage) -> list[str | None]:
    return [announcement.to for announcement in told(stage)]


def yesterday(changes: dict[str, Any], *users: str) -> Stage:
    """Let them be there for twenty minutes of the day before."""
    stage = Stage(changes)
    stage.listed("12:00", *users)
    stage.tick("12:20")
    for user in users:
        stage.leave("12:20:01", user)
    return stage


class TestOfADay:
    ON = digested({"message": FIGURES})

    def test_who_is_here_is_told_at_the_hour_and_who_comes_later_that_day_then(self) -> None:
        stage = yesterday(self.ON, "Alice", "bob", "carl")
        stage.join(f"{MONDAY} 03:59", "Alice")
        assert names(stage) == []
        stage.tick(f"{MONDAY} 04:00")
        assert names(stage) == ["Alice"]
        stage.join(f"{MONDAY} 09:00", "bob")
        stage.listed(f"{MONDAY} 10:00", "Alice", "bob", "carl")

        assert names(stage) == ["Alice", "bob", "carl"]

    def test_each_is_told_once_a_day(self) -> None:
        stage = yesterday(self.ON, "Alice")
        stage.join(f"{MONDAY} 03:59", "Alice")
        for hour in range(4, 9):
            stage.tick(f"{MONDAY} 0{hour}:00")
            stage.leave(f"{MONDAY} 0{hour}:10", "Alice")
            stage.join(f"{MONDAY} 0{hour}:30", "Alice")
            stage.configure(f"{MONDAY} 0{hour}:40", digested({"message": FIGURES, "send_hour_utc": hour + 1}))

        assert names(stage) == ["Alice"]

    def test_only_who_was_there_is_told_nobody_quiet_and_no_robot(self) -> None:
        stage = yesterday(self.ON, "Alice", "bob", "ZCoinBot")
        stage.wish("13:00", "bob", quiet=True)
        stage.listed(f"{MONDAY} 03:00", "Alice", "bob", "newcomer", "ZCoinBot")
        stage.tick(f"{MONDAY} 04:00")

        assert names(stage) == ["Alice"]

    def test_the_figures_are_those_of_the_day_before_and_of_now(self) -> None:
        stage = yesterday(self.ON, "Alice")
        bought = Entry(account="Alice", amount=-8, balance=12, type="spend", counts="spent")
        stage.transact(transaction(1, "posting", caller="shop", entries=[bought]))
        stage.join(f"{MONDAY} 03:30", "Alice")
        stage.tick(f"{MONDAY} 04:00")

        assert [announcement.text for announcement in told(stage)] == ["20/8/42/Extra/2 ('quiet' stops these messages.)"]

    def test_a_streak_that_ended_is_none(self) -> None:
        stage = yesterday(digested({"message": FIGURES}, rate=0, streaks={"daily": {"enabled": False}}), "Alice")
        stage.join(f"{MONDAY} 03:50", "Alice")
        stage.tick(f"{MONDAY} 04:00")

        assert (told(stage)[0].text or "").startswith("0/0/0/Extra/0 ")

    def test_one_that_was_missed_until_the_next_day_is_not_told(self) -> None:
        stage = yesterday(self.ON, "Alice")
        stage.join("23:00", "Alice")
        stage.robot("23:10", "shutdown")
        stage.listed("2026-11-24 02:00", "Alice")
        assert names(stage) == []

        stage.tick("2026-11-24 04:00")
        assert names(stage) == []  # the day before that nobody was there

    def test_one_that_is_late_on_its_day_is_told(self) -> None:
        stage = yesterday(self.ON, "Alice")
        stage.listed(f"{MONDAY} 17:00", "Alice")
        stage.tick(f"{MONDAY} 17:00:02")

        assert names(stage) == ["Alice"]

    @pytest.mark.parametrize(
        ("earned", "week", "ahead"),
        [
            (0, 700, Goal("Grip, 1,000 Z more to earn", "10")),
            (999, 7, Goal("Grip, 1 Z more to earn", "1")),
            (0, 3, Goal("Grip, 1,000 Z more to earn", "2,334")),
            (400, 0, Goal("Grip, 600 Z more to earn", "?")),
            (9_000_000, 700, Goal("no rank is above yours", "0")),
        ],
    )
    def test_what_lies_ahead_is_estimated_by_the_pace_of_seven_days(self, earned: int, week: int, ahead: Goal) -> None:
        assert goal(Career("alice", earned=earned), week, RULES) == ahead

    def test_the_usual_words_have_a_place_for_everything(self) -> None:
        stage = yesterday(digested({"enabled": True}), "Alice")
        stage.join(f"{MONDAY} 04:10", "Alice")

        (announcement,) = told(stage)
        assert announcement.text == (
            "Yesterday: 20 Z-Coins earned, 0 spent; you have 20 now. Rank: Extra. Days in a row: 1. "
            "Ahead: Grip, 980 Z more to earn (in days, as things go: 343). ('quiet' stops these messages.)"
        )

    def test_it_is_of_the_economys_day(self) -> None:
        zone = {"timezone": "America/New_York"}
        stage = Stage(digested({"message": FIGURES, "send_hour_utc": 9}, economy=zone))
        stage.join(f"{MONDAY} 04:30", "Alice")  # half an hour before midnight in New York
        stage.leave(f"{MONDAY} 04:45", "Alice")
        stage.join(f"{MONDAY} 08:50", "Alice")
        stage.tick(f"{MONDAY} 09:00")

        assert (told(stage)[0].text or "").startswith("15/0/25/")


class TestOfAWeek:
    ON = digested(None, {"enabled": True})

    def test_administrators_who_are_here_are_told_on_mondays_and_others_when_they_come(self) -> None:
        stage = Stage(self.ON)
        stage.listed("12:00", "Alice", rank=1)
        stage.join("12:00", "Boss", rank=4)
        stage.tick(f"{MONDAY} 05:00")
        assert names(stage) == ["Boss"]
        stage.listed(f"{MONDAY} 05:00:01")

        stage.join("2026-11-25 09:00", "Chief")
        assert names(stage) == ["Boss"]
        stage.rank("2026-11-25 09:00:01", "Chief", 5)
        stage.leave("2026-11-25 09:01", "Chief")
        stage.join("2026-11-26 10:00", "Chief", rank=5)
        stage.tick("2026-11-26 10:01")
        assert names(stage) == ["Boss", "Chief"]

    def test_the_robots_rank_does_not_make_it_one(self) -> None:
        stage = Stage(self.ON)
        stage.join("12:00", "ZCoinBot", rank=5)
        stage.tick(f"{MONDAY} 05:00")

        assert names(stage) == []

    def test_who_is_quiet_is_told_all_the_same(self) -> None:
        stage = Stage(self.ON)
        stage.join("12:00", "Boss", rank=4)
        stage.wish("12:01", "Boss", quiet=True)
        stage.tick(f"{MONDAY} 05:00")

        assert names(stage) == ["Boss"]

    def test_it_can_be_switched_off(self) -> None:
        stage = Stage(digested(None, {"enabled": False}))
        stage.join("12:00", "Boss", rank=4)
        stage.tick(f"{MONDAY} 05:00")

        assert names(stage) == []

    def test_the_figures_are_those_of_the_seven_days_before(self) -> None:
        stage = Stage(digested(None, {"enabled": True}, rate=0))
        stage.join("12:00", "Boss", rank=4)
        Days(stage.db).save(
            ROOM,
            [
                Day("alice", "2026-11-15", earned=999),
                Day("alice", "2026-11-16", earned=10, spent=3),
                Day("boss", "2026-11-22", present=1, earned=30, wagered=40, won=38),
                Day("alice", MONDAY, earned=999),
            ],
        )
        granted = Entry(account="Boss", amount=2_000, balance=2_000, type="admin_grant", counts="earned")
        stage.transact(transaction(1, "posting", caller="commands", entries=[granted]))
        stage.leave("13:00", "Boss")
        stage.join(f"{MONDAY} 06:00", "Boss", rank=4)

        assert told(stage)[0].text == (
            "The week from 2026-11-16 to 2026-11-22: 40 Z earned, 3 Z spent.\n"
            "Viewers have 2,000 Z.\n"
            "Games: 40 Z wagered, 95.0% of it came back.\n"
            "Earned most: Boss 30, alice 10.\n"
            "Spent most: alice 3."
        )

    def test_the_next_one_tells_how_circulation_went_on(self) -> None:
        stage = Stage(digested(None, {"enabled": True}, rate=0))
        stage.join("12:00", "Boss", rank=4)
        stage.leave("12:01", "Boss")
        stage.tick(f"{MONDAY} 05:00")
        granted = Entry(account="Boss", amount=50, balance=50, type="admin_grant", counts="earned")
        stage.transact(transaction(1, "posting", caller="commands", entries=[granted]))
        stage.join("2026-11-30 06:00", "Boss", rank=4)

        assert "Viewers have 50 Z, +50 since the last digest." in (told(stage)[-1].text or "")

    def test_a_quiet_week_is_told_in_two_lines(self) -> None:
        week = Week("2026-11-16", "2026-11-22", 0, 0, 0, 0, 0, None, [], [])
        assert of_week(week, Currency()) == "The week from 2026-11-16 to 2026-11-22: 0 Z earned, 0 Z spent.\nViewers have 0 Z."
