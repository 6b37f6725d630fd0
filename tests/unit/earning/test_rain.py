"""Rain: by the clock, and by an administrator's hand."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from libs.common.config.circulation import Rain
from libs.common.contracts.ledger import Transfer
from services.earning.jobs.rain import told_by
from services.earning.times import SECOND_US, micros
from tests.support.earning_stage import NOON, QUIET, ROOM, Stage

FEW = tuple(f"v{number}" for number in range(10))
MANY = (*FEW, "v10")
NO_STREAKS = {"daily": {"enabled": False}, "weekend_weekday_bridge": {"enabled": False}}


def raining(**rain: Any) -> dict[str, Any]:
    return {**QUIET, "presence": {"base_rate_per_minute": 0, "hourly_milestones": {}}, "streaks": NO_STREAKS, "rain": rain}


def hour(stage: Stage, *users: str, hours: int = 2, step: int = 10) -> Stage:
    """Let them be there for some hours from noon on, with a tick every `step` minutes."""
    for user in users:
        stage.join("12:00:00", user)
    for minute in range(step, hours * 60 + 1, step):
        stage.tick((NOON + timedelta(minutes=minute)).strftime("%Y-%m-%d %H:%M"))
    return stage


def drops(stage: Stage) -> dict[str, list[int]]:
    """Give what each rain brought, by its id."""
    found: dict[str, list[int]] = {}
    for posting in stage.postings():
        kind, *_, rain, _user = posting.key.split(":")
        if kind == "rain":
            found.setdefault(rain, []).extend(line.amount for line in posting.lines if isinstance(line, Transfer))
    return found


class TestByTheClock:
    def test_everybody_here_gets_the_same_within_the_bounds(self) -> None:
        rains = drops(hour(Stage(raining(min_amount=5, max_amount=25)), "Alice", "bob"))

        assert 1 <= len(rains) <= 6
        assert all(len(coins) == 2 and len(set(coins)) == 1 and 5 <= coins[0] <= 25 for coins in rains.values())

    def test_between_two_rains_lies_the_interval_and_a_third_of_it_at_most(self) -> None:
        ids = [int(rain) for rain in drops(hour(Stage(raining(interval_minutes=10)), "Alice", step=1))]
        minutes = [(later - earlier) / 60_000 for earlier, later in pairwise(ids)]

        assert len(minutes) >= 8
        assert all(7 <= between <= 14 for between in minutes)  # each is let fall by the first tick behind it

    def test_the_same_stream_gives_the_same_rain(self) -> None:
        first, second = (hour(Stage(raining()), "Alice") for _ in range(2))
        assert first.postings() == second.postings()

    def test_it_does_not_rain_on_an_empty_room_nor_on_the_robot_guests_the_ignored_and_the_new(self) -> None:
        stage = Stage({**raining(interval_minutes=5), "ignored_users": ["Helper"], "onboarding": {"min_messages_to_earn": 1}})
        stage.join("12:00:00", "guest", rank=0)
        hour(stage, "ZCoinBot", "helper", "newcomer")

        assert drops(stage) == {}

    def test_who_left_a_minute_ago_stays_dry(self) -> None:
        stage = Stage(raining(interval_minutes=5))
        stage.join("12:00:00", "Alice")
        stage.leave("12:00:30", "Alice")
        stage.tick("12:03")  # too soon for the first rain
        stage.join("12:03:10", "bob")
        stage.tick("12:08")

        assert set(stage.paid("rain.ambient", "Alice")) == set()
        assert len(stage.paid("rain.ambient", "bob")) == 1

    def test_of_the_rains_that_were_missed_one_is_let_fall(self) -> None:
        stage = Stage(raining(interval_minutes=45))
        stage.join("12:00:00", "Alice")
        stage.tick("2026-11-23 12:00")  # nothing is known of the time between but that the robot was there
        stage.tick("2026-11-23 12:00:02")

        assert len(stage.paid("rain.ambient")) == 1

    def test_it_does_not_rain_at_the_break_after_an_outage_on_who_was_there_before_it(self) -> None:
        stage = Stage(raining())
        stage.join("12:00:00", "Alice")
        stage.robot("18:00:00", "startup")

        assert stage.paid("rain.ambient") == []

    def test_switched_off_it_stops_and_switched_on_it_begins_anew(self) -> None:
        stage = hour(Stage(raining(interval_minutes=5)), "Alice", hours=1)
        before = len(drops(stage))
        stage.configure("13:00:10", raining(enabled=False))
        stage.tick("14:00")
        assert len(drops(stage)) == before

        stage.configure("14:00:10", raining(interval_minutes=5))
        stage.tick("14:03")
        assert len(drops(stage)) == before
        stage.tick("14:07")
        assert len(drops(stage)) == before + 1

    def test_a_shorter_interval_holds_at_once_and_another_reload_does_not_put_it_off(self) -> None:
        stage = Stage(raining(interval_minutes=10_000))
        stage.join("12:00:00", "Alice")
        for second in range(8):
            stage.configure(f"12:00:{second + 10}", raining(interval_minutes=1, min_amount=1 + second % 2))
        stage.tick("12:02")

        assert len(stage.paid("rain.ambient")) == 1

    def test_more_falls_on_who_has_a_rank_for_it_to_the_nearest_coin(self) -> None:
        tiers = [{"name": "low", "min_lifetime_earned": 0, "rain_bonus_percent": 30}]
        stage = hour(Stage({**raining(min_amount=5, max_amount=5), "ranks": {"tiers": tiers}}), "Alice")
        line = next(posting.lines[0] for posting in stage.postings() if posting.key.startswith("rain:"))

        assert set(stage.paid("rain.ambient")) == {7}  # 6.5
        assert getattr(line, "metadata", None) == {"base": 5, "rank_bonus_percent": 30}

    def test_an_event_makes_it_more(self) -> None:
        event = {"name": "Gala", "cron": "0 12 * * *", "duration_hours": 3, "multiplier": 2.5}
        changes = raining(min_amount=5, max_amount=5)
        stage = hour(Stage({**changes, "multipliers": {**changes["multipliers"], "scheduled_events": [event]}}), "Alice")

        assert set(stage.paid("rain.ambient")) == {13}  # 12.5

    @pytest.mark.parametrize(
        ("section", "viewers", "how"),
        [
            (Rain(), 10, "pm"),
            (Rain(), 11, "chat"),
            (Rain(pm_notification=False), 2, "chat"),
            (Rain(notify="pm"), 500, "pm"),
            (Rain(notify="none"), 2, "none"),
        ],
    )
    def test_it_is_told_without_flooding(self, section: Rain, viewers: int, how: str) -> None:
        assert told_by(section, viewers) == how

    def test_few_are_told_by_pm_but_not_who_is_quiet(self) -> None:
        stage = Stage(raining(interval_minutes=60, min_amount=7, max_amount=7))
        stage.wish("11:00:00", "v1", quiet=True)
        hour(stage, *FEW[:2])

        assert {(told.lane, told.to) for told in stage.announcements()} == {("pm", "v0")}
        assert stage.announcements()[0].text == "It rained: 7 Z-Coins for you. ('quiet' stops these messages.)"

    def test_many_are_told_by_one_line(self) -> None:
        stage = hour(Stage(raining(min_amount=7, max_amount=7)), *MANY, hours=1)
        said = stage.announcements()

        assert {(told.lane, told.line) for told in said} == {("chat", "rain")}
        assert len(said) == len(drops(stage))
        assert said[0].values == {"count": 11, "amount": 77, "per_user": 7, "sender": "ZCoinBot", "user": "ZCoinBot"}


class TestByHand:
    def test_all_of_it_is_shared_out_and_what_does_not_divide_goes_to_the_first_names(self) -> None:
        stage = Stage(raining(enabled=False))
        stage.listed("12:00:00", "carl", "Bob", "alice")

        assert stage.ask("rain", "12:01:00", "Boss", "pm-1", total=11) == {"ok": True, "total": 11, "recipients": 3, "each": 3, "more": 2}
        assert [(posting.key, posting.actor) for posting in rained(stage)] == [
            (f"adminrain:{ROOM}:pm-1:{user}", "Boss") for user in ("alice", "bob", "carl")
        ]
        assert [stage.paid("admin.rain", name) for name in ("alice", "Bob", "carl")] == [[4], [4], [3]]

    def test_it_counts_towards_ranks_and_not_as_the_days_work(self) -> None:
        stage = Stage(raining(enabled=False))
        stage.join("12:00:00", "Alice")
        stage.ask("rain", "12:01:00", "Boss", total=11)

        assert (stage.career("alice").earned, stage.career("alice").balance, stage.day("alice").earned) == (11, 11, 0)

    def test_the_same_request_rains_once(self) -> None:
        stage = Stage(raining(enabled=False))
        stage.join("12:00:00", "Alice")
        answers = [stage.ask("rain", at, "Boss", "pm-1", total=5) for at in ("12:01:00", "12:02:00")]

        assert answers[0] == answers[1]
        assert stage.paid("admin.rain") == [5]

    def test_the_room_is_told(self) -> None:
        stage = Stage(raining(enabled=False))
        stage.listed("12:00:00", "Alice", "Bob")
        stage.ask("rain", "12:01:00", "Boss", total=11)
        (said,) = stage.announcements()

        assert (said.line, said.kind) == ("rain", "result")
        assert said.values == {"count": 2, "amount": 11, "per_user": 5, "sender": "Boss", "user": "Boss"}

    @pytest.mark.parametrize(("users", "code"), [((), "rain_nobody"), (("a", "b", "c"), "rain_small")])
    def test_what_can_not_be_shared_out_is_refused(self, users: tuple[str, ...], code: str) -> None:
        stage = Stage(raining(enabled=False))
        stage.listed("12:00:00", *users)

        assert stage.ask("rain", "12:01:00", "Boss", total=2)["code"] == code
        assert (rained(stage), stage.announcements()) == ([], [])

    def test_the_longest_request_id_makes_a_key_the_ledger_takes(self) -> None:
        stage = Stage(raining(enabled=False))
        stage.join("12:00:00", "a" * 20)
        stage.ask("rain", "12:01:00", "system", "api:" + "x" * 190, total=2)

        assert len(rained(stage)[0].key) <= 200


def rained(stage: Stage) -> list[Any]:
    return [posting for posting in stage.postings() if posting.key.startswith("adminrain:")]


def test_a_rain_is_named_by_its_instant() -> None:
    stage = hour(Stage(raining()), "Alice", hours=1)
    (rain, *_) = drops(stage)
    assert abs(int(rain) - micros(NOON) // 1_000) < 3_600 * SECOND_US
