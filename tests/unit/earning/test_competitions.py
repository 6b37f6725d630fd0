"""The day's competitions: who won, what they get, and that each day is closed once."""

from typing import Any

import pytest

from libs.common.config.goals import Competition, Daily
from libs.common.contracts.ledger import Entry, Transfer
from services.earning.jobs.competitions import FIELDS, winners
from services.earning.people.viewer import Day
from services.earning.store.days import Days
from tests.support.earning_stage import QUIET, ROOM, Stage, transaction

TODAY, TOMORROW = "2026-11-22", "2026-11-23"
CLOSING = f"{TOMORROW} 00:05"


def contest(kind: str, field: str, **more: Any) -> dict[str, Any]:
    condition = {"type": f"daily_{kind}", "field": field, "threshold": more.pop("threshold", 0)}
    return {"id": more.pop("id", "best"), "description": "the best", "condition": condition, **more}


CHATTER = contest("threshold", "messages_sent", id="chatter", threshold=2, reward=20)


def contested(*contests: dict[str, Any], **changes: Any) -> dict[str, Any]:
    presence = {"base_rate_per_minute": 1, "hourly_milestones": {}}
    streaks = {"daily": {"enabled": False}, "weekend_weekday_bridge": {"enabled": False}}
    return {**QUIET, "presence": presence, "streaks": streaks, "daily_competitions": list(contests), **changes}


def said(stage: Stage, at: str, user: str, times: int = 1, **more: Any) -> None:
    for number in range(times):
        stage.chat(at, user, text=f"line {number}", **more)


def paid(stage: Stage) -> dict[str, int]:
    """Give what was won, by key."""
    prizes = [(posting.key, line) for posting in stage.postings() for line in posting.lines if posting.key.startswith("comp:")]
    return {key: line.amount for key, line in prizes if isinstance(line, Transfer)}


def key(user: str, date: str = TODAY, named: str = "best") -> str:
    return f"comp:{ROOM}:{date}:{named}:{user}"


class TestWhoWins:
    DAYS = [Day("a", TODAY, messages_sent=3), Day("b", TODAY, messages_sent=5), Day("c", TODAY, messages_sent=5)]

    @pytest.mark.parametrize(("threshold", "won"), [(0, "abc"), (3, "abc"), (4, "bc"), (6, "")])
    def test_all_who_reach_the_threshold(self, threshold: int, won: str) -> None:
        given = Competition.model_validate(contest("threshold", "messages_sent", threshold=threshold))
        assert [day.user for day in winners(given, self.DAYS)] == list(won)

    def test_all_who_have_most(self) -> None:
        given = Competition.model_validate(contest("top", "messages_sent"))
        assert [day.user for day in winners(given, self.DAYS)] == ["b", "c"]

    def test_nobody_has_most_of_nothing(self) -> None:
        given = Competition.model_validate(contest("top", "kudos_given"))
        assert winners(given, self.DAYS) == winners(given, []) == []

    @pytest.mark.parametrize("field", Daily.__args__)  # type: ignore[attr-defined]
    def test_every_field_is_one_of_a_day(self, field: Daily) -> None:
        day = Day("a", TODAY)
        setattr(day, FIELDS.get(field, field), 7)
        assert [day.user for day in winners(Competition.model_validate(contest("top", field)), [day])] == ["a"]


class TestWhatIsWon:
    def test_the_prize_comes_at_five_past_midnight_for_the_day_before(self) -> None:
        stage = Stage(contested(CHATTER))
        said(stage, "12:00", "Alice", 2)
        said(stage, "12:00", "bob")
        stage.tick(f"{TOMORROW} 00:04")
        assert paid(stage) == {}

        stage.tick(CLOSING)
        assert paid(stage) == {key("alice", named="chatter"): 20}

    def test_a_part_of_the_days_own_earnings_is_at_least_one_coin_and_has_a_bound(self) -> None:
        percent = {"reward_percent_of_earnings": 25}
        stage = Stage(contested(contest("top", "z_earned", **percent), contest("top", "messages_sent", id="few", max_reward=3, **percent)))
        stage.join("12:00", "Alice")
        stage.chat("12:01", "Alice")
        stage.leave("12:41", "Alice")
        stage.tick(CLOSING)

        assert paid(stage) == {key("alice"): 10, key("alice", named="few"): 3}

    def test_who_ties_gets_the_whole_prize_each(self) -> None:
        stage = Stage(contested(contest("top", "messages_sent", reward=35)))
        said(stage, "12:00", "Alice")
        said(stage, "12:00", "bob")
        stage.tick(CLOSING)

        assert paid(stage) == {key("alice"): 35, key("bob"): 35}

    def test_no_robot_nobody_ignored_or_banned_wins_and_the_next_does(self) -> None:
        stage = Stage(contested(contest("top", "messages_sent", reward=35), ignored_users=["Helper"]))
        said(stage, "12:00", "helper", 5)
        said(stage, "12:00", "ZCoinBot", 5)
        said(stage, "12:00", "guest", 4, rank=0)
        said(stage, "12:00", "banned", 3)
        said(stage, "12:00", "Alice", 2)
        stage.transact(transaction(1, "banned", account="banned"))
        stage.tick(CLOSING)

        assert paid(stage) == {key("alice"): 35}

    def test_gifts_and_winnings_do_not_make_a_top_earner(self) -> None:
        stage = Stage(contested(contest("top", "z_earned", reward=35)))
        stage.join("12:00", "Alice")
        stage.join("12:00", "bob")
        tip = Entry(account="bob", amount=500, balance=500, type="tip_receive")
        win = Entry(account="bob", amount=900, balance=1_400, type="gamble_win", counts="won")
        stage.transact(transaction(1, "posting", caller="games", entries=[tip, win]))
        stage.leave("12:05", "bob")
        stage.leave("12:06", "Alice")
        stage.tick(CLOSING)

        assert paid(stage) == {key("alice"): 35}

    def test_prizes_are_no_work_of_the_next_day(self) -> None:
        stage = Stage(contested(CHATTER))
        said(stage, "12:00", "Alice", 2)
        stage.leave("12:00:30", "Alice")
        stage.tick(CLOSING)

        assert (stage.day("alice", TOMORROW).earned, stage.career("alice").earned) == (0, 20)

    def test_of_two_of_one_name_the_second_is_never_paid(self) -> None:
        stage = Stage(contested(CHATTER, {**CHATTER, "reward": 99}))
        said(stage, "12:00", "Alice", 2)
        stage.tick(CLOSING)

        assert paid(stage) == {key("alice", named="chatter"): 20}


class TestEachDayOnce:
    def test_a_day_that_closed_while_we_were_down_is_paid_once_on_start(self) -> None:
        """A22."""
        stage = Stage(contested(CHATTER))
        said(stage, "22:00", "Alice", 2)
        stage.leave("22:01", "Alice")
        for at in (f"{TOMORROW} 18:00", f"{TOMORROW} 18:00:02", "2026-11-24 04:00"):  # down for 30 hours, from 20 past midnight on
            stage.tick(at)

        assert paid(stage) == {key("alice", named="chatter"): 20}

    def test_days_that_were_missed_are_closed_each_for_itself_but_seven_at_most(self) -> None:
        stage = Stage(contested(CHATTER))
        said(stage, "12:00", "Alice")
        stage.leave("12:00:30", "Alice")
        dates = [f"2026-11-{day}" for day in range(22, 31)]
        Days(stage.db).save(ROOM, [Day("alice", date, messages_sent=2) for date in dates])
        stage.tick("2026-12-01 12:00")

        assert list(paid(stage)) == [key("alice", date, "chatter") for date in dates[-7:]]

    def test_reloads_and_an_interlude_without_competitions_close_nothing_twice(self) -> None:
        stage = Stage(contested(CHATTER))
        said(stage, "12:00", "Alice", 2)
        stage.tick(CLOSING)
        stage.configure(f"{TOMORROW} 00:06", contested())
        stage.configure(f"{TOMORROW} 00:07", contested(CHATTER, economy={"timezone": "America/New_York"}))
        stage.tick(f"{TOMORROW} 05:05")
        stage.tick(f"{TOMORROW} 23:00")

        assert paid(stage) == {key("alice", named="chatter"): 20}

    def test_a_day_ends_in_the_economys_time_zone(self) -> None:
        stage = Stage(contested(CHATTER, economy={"timezone": "America/New_York"}))
        said(stage, f"{TOMORROW} 04:30", "Alice", 2)
        stage.tick(f"{TOMORROW} 05:04:59")
        assert paid(stage) == {}
        stage.tick(f"{TOMORROW} 05:05")
        assert paid(stage) == {key("alice", named="chatter"): 20}


class TestWhatIsTold:
    def test_who_is_here_is_told_and_the_room_in_one_line_each(self) -> None:
        stage = Stage(contested(CHATTER, contest("top", "messages_sent", reward=35)))
        for user in ("Alice", "bob", "carl", "dora", "eve", "fred", "gina"):
            said(stage, "12:00", user, 3 if user == "dora" else 2)
        stage.leave("12:01", "Alice")
        stage.wish("12:02", "bob", quiet=True)
        stage.tick(CLOSING)
        public = {told.line: told.values for told in stage.announcements() if told.lane == "chat"}

        assert public == {
            "daily_champions": {
                "user": "Alice, bob, carl, dora, eve and 2 more",
                "count": 7,
                "title": "the best",
                "amount": 140,
            },
            "daily_champion": {"user": "dora", "count": 1, "title": "the best", "amount": 35},
        }
        assert [told.to for told in stage.announcements() if told.lane == "pm"] == ["carl", "dora", "eve", "fred", "gina", "dora"]

    def test_a_hidden_one_is_told_to_winners_alone(self) -> None:
        stage = Stage(contested({**CHATTER, "hidden": True}))
        said(stage, "12:00", "Alice", 2)
        stage.tick(CLOSING)

        (told,) = stage.announcements()
        assert (told.lane, told.to) == ("pm", "Alice")
        assert told.text == "You won yesterday's the best: 20 Z-Coins for you. Well done! ('quiet' stops these messages.)"
