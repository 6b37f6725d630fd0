"""Events: what is said and paid once when one begins and ends, by the stream's clock; and those begun by hand."""

from datetime import timedelta
from typing import Any

import pytest
import structlog

from libs.common.contracts.announcements import Announcement
from tests.support.earning_stage import QUIET, Stage, clock
from tests.support.script import PLAIN

FILM = {"name": "Film", "cron": "0 20 * * *", "duration_hours": 2, "multiplier": 3}


def scheduled(*events: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return {**QUIET, "multipliers": {**PLAIN, "scheduled_events": list(events), **sections}}


def told(stage: Stage) -> list[str]:
    """Give the public lines so far."""
    return [said.line for said in lines(stage) if said.line]


def lines(stage: Stage) -> list[Announcement]:
    return [said for said in stage.announcements() if said.lane == "chat"]


class TestScheduled:
    def test_the_room_is_told_once_when_it_begins_and_ends(self) -> None:
        stage = Stage(scheduled(FILM))
        for time in ("19:59:59", "20:00:01", "20:30", "21:59:59", "22:00:00", "22:01"):
            stage.tick(time)
        assert told(stage) == ["event_begins", "event_ends"]
        assert lines(stage)[0].values == {"name": "Film", "factor": "3", "minutes": 120}

    def test_a_reload_in_the_middle_says_nothing_again(self) -> None:
        stage = Stage(scheduled(FILM))
        stage.tick("20:00:01")
        stage.configure("20:30", scheduled(FILM, max_combined=9))
        stage.tick("20:31")
        assert told(stage) == ["event_begins"]

    def test_one_that_comes_into_the_configuration_while_it_runs_is_told_for_the_rest_of_its_time(self) -> None:
        stage = Stage(scheduled())
        stage.configure("20:30", scheduled(FILM))
        stage.tick("20:30:02")
        assert [said.values["minutes"] for said in lines(stage)] == [90]

    def test_one_that_goes_from_the_configuration_is_over(self) -> None:
        stage = Stage(scheduled(FILM))
        stage.tick("20:00:01")
        stage.configure("20:30", scheduled())
        stage.tick("20:30:02")
        stage.tick("22:00:02")
        assert told(stage) == ["event_begins", "event_ends"]

    def test_one_that_shall_not_be_told_of_is_not(self) -> None:
        stage = Stage(scheduled({**FILM, "announce": False}))
        stage.tick("20:00:01")
        stage.tick("22:00:01")
        assert told(stage) == []

    def test_old_news_is_not_told(self) -> None:
        """Nothing was heard for four hours: it began and ended meanwhile."""
        stage = Stage(scheduled(FILM))
        stage.tick("19:00")
        stage.tick("23:00")
        assert told(stage) == []

    def test_one_right_behind_another_begins_when_that_ends(self) -> None:
        stage = Stage(scheduled(FILM, {**FILM, "name": "Talk", "cron": "0 22 * * *"}))
        stage.tick("20:00")
        stage.tick("22:00")
        assert [(said.line, said.values["name"]) for said in lines(stage)] == [
            ("event_begins", "Film"),
            ("event_ends", "Film"),
            ("event_begins", "Talk"),
        ]

    @pytest.mark.parametrize(
        ("applies_to", "line"), [(["chat."], "event_begins"), (["rain."], "event_begins_rain"), ([], "event_begins_plain")]
    )
    def test_the_room_is_told_what_it_multiplies(self, applies_to: list[str], line: str) -> None:
        stage = Stage(scheduled(FILM, applies_to=applies_to))
        stage.tick("20:00:01")
        assert told(stage) == [line]

    def test_weeks_without_a_word_are_caught_up_with_at_once(self) -> None:
        stage = Stage(scheduled({**FILM, "cron": "* * * * *", "duration_hours": 0.01}))
        stage.tick("12:00")
        stage.tick("2026-12-22 12:00:30")
        assert told(stage)[-1] == "event_begins"


class TestPresenceBonus:
    BONUS = {**FILM, "presence_bonus": 100}

    def there(self, event: dict[str, Any], *users: str) -> Stage:
        stage = Stage(scheduled(event))
        stage.listed("19:30", *users)
        return stage

    def test_it_is_shared_among_who_is_there_when_it_begins(self) -> None:
        stage = self.there(self.BONUS, "Alice", "Bob", "Carol")
        stage.leave("19:59:59", "Carol")
        stage.tick("20:00:02")
        stage.join("20:00:03", "Dave")
        stage.tick("20:10")
        assert {user: stage.paid("event.Film.presence", user) for user in ("Alice", "Bob", "Carol", "Dave")} == {
            "Alice": [50],
            "Bob": [50],
            "Carol": [],
            "Dave": [],
        }

    def test_each_gets_all_of_it_where_it_is_so_configured(self) -> None:
        stage = self.there({**self.BONUS, "presence_bonus_mode": "per_user"}, "Alice", "Bob")
        stage.tick("20:00:02")
        assert stage.paid("event.Film.presence") == [100, 100]

    def test_who_comes_in_time_has_a_share_too(self) -> None:
        stage = self.there({**self.BONUS, "arrive_within_minutes": 10}, "Alice", "Bob")
        stage.leave("20:05", "Bob")
        stage.join("20:09:59", "Carol")
        stage.tick("20:10:02")
        stage.join("20:10:03", "Dave")
        stage.tick("20:20")
        assert sorted(stage.paid("event.Film.presence")) == [33, 33, 33]
        assert stage.paid("event.Film.presence", "Dave") == []

    def test_who_may_not_earn_has_no_share(self) -> None:
        stage = self.there(self.BONUS, "Alice")
        stage.join("19:40", "guest", rank=0)
        stage.tick("20:00:02")
        assert stage.paid("event.Film.presence") == [100]

    def test_nobody_is_paid_whom_the_robot_could_not_see(self) -> None:
        stage = self.there(self.BONUS, "Alice")
        stage.tick("19:40")
        stage.tick("20:30", "away")
        assert stage.paid("event.Film.presence") == []

    def test_an_event_that_comes_into_the_configuration_while_it_runs_pays_nothing(self) -> None:
        """Otherwise a new name for it would pay once more."""
        stage = self.there(self.BONUS, "Alice")
        stage.tick("20:00:02")
        stage.configure("20:30", scheduled({**self.BONUS, "name": "Movie"}))
        stage.tick("20:30:02")
        assert (stage.paid("event.Film.presence"), stage.paid("event.Movie.presence")) == ([100], [])

    def test_the_same_event_pays_every_time_it_comes_under_keys_of_their_own(self) -> None:
        stage = self.there(self.BONUS, "Alice")
        stage.tick("20:00:02")
        stage.tick("2026-11-23 20:00:02")
        begins = [int((clock("20:00") + timedelta(days=day)).timestamp()) for day in range(2)]
        keys = [posting.key for posting in stage.postings() if posting.key.startswith("event:")]
        assert keys == [f"event:testroom:Film:{each}:alice" for each in begins]

    def test_a_name_of_any_length_is_paid(self) -> None:
        stage = self.there({**self.BONUS, "name": "Film: " * 200}, "Alice")
        stage.tick("20:00:02")
        assert [posting.lines[0].model_dump()["amount"] for posting in stage.postings() if posting.key.startswith("event:")] == [100]

    def test_it_is_never_multiplied_itself(self) -> None:
        stage = self.there({**self.BONUS, "multiplier": 10}, "Alice")
        stage.tick("20:00:02")
        assert stage.paid("event.Film.presence") == [100]

    def test_who_is_quiet_is_paid_in_silence(self) -> None:
        stage = self.there(self.BONUS, "Alice", "Bob")
        stage.wish("19:50", "Bob", quiet=True)
        stage.tick("20:00:02")
        assert [said.to for said in stage.announcements() if said.lane == "pm"] == ["Alice"]


class TestBegunByHand:
    def test_it_multiplies_until_its_end_and_the_room_is_told_of_both(self) -> None:
        stage = Stage(scheduled())
        stage.join("12:00", "Alice")
        stage.ask("event_start", "12:02", "Admin", multiplier="2.5", minutes=2, name="Party")
        stage.tick("12:06")
        assert stage.paid("presence.base") == [1, 1, 2, 3, 1, 1]
        assert [(said.line, said.values["name"]) for said in lines(stage)] == [("event_begins", "Party"), ("event_ends", "Party")]

    def test_minutes_paid_late_go_by_what_held_then(self) -> None:
        stage = Stage(scheduled())
        stage.join("12:00", "Alice")
        stage.ask("event_start", "12:01", "Admin", multiplier=2, minutes=1, name="Party")
        stage.leave("12:01:30", "Alice")
        stage.tick("12:04")
        stage.join("12:04:30", "Alice")
        assert stage.paid("presence.base") == [1, 2, 1, 1]

    def test_a_second_one_is_declined_unless_it_shall_take_the_place(self) -> None:
        stage = Stage(scheduled())
        party: dict[str, Any] = {"multiplier": 2, "minutes": 60, "name": "Party"}
        stage.ask("event_start", "12:00", "Admin", **party)
        declined = stage.ask("event_start", "12:10", "Admin", **{**party, "name": "Ball"})
        done = stage.ask("event_start", "12:20", "Admin", **{**party, "name": "Ball"}, replace=True)
        assert (declined["code"], declined["values"]) == ("event_running", {"name": "Party", "minutes": 50})
        assert (done["name"], done["replaced"]) == ("Ball", "Party")
        assert [(said.line, said.values["name"]) for said in lines(stage)] == [("event_begins", "Party"), ("event_begins", "Ball")]

    def test_the_one_in_its_place_ends_at_its_own_time(self) -> None:
        stage = Stage(scheduled())
        stage.ask("event_start", "12:00", "Admin", multiplier=2, minutes=5, name="Party")
        stage.ask("event_start", "12:01", "Admin", multiplier=3, minutes=10, name="Ball", replace=True)
        stage.tick("12:06")
        assert told(stage) == ["event_begins", "event_begins"]
        stage.tick("12:11")
        assert told(stage)[2:] == ["event_ends"]

    def test_two_begun_at_one_moment_are_both_told_of(self) -> None:
        """The API carries the time of the last event read, which may be that of the request before."""
        stage = Stage(scheduled())
        for name in ("Party", "Ball"):
            stage.ask("event_start", "12:00", "Admin", key=name, multiplier=2, minutes=5, name=name, replace=True)
        assert len({said.id for said in lines(stage)}) == 2

    def test_asked_again_under_its_key_it_is_begun_once(self) -> None:
        stage = Stage(scheduled())
        answers = [stage.ask("event_start", "12:00", "Admin", key="once", multiplier=2, minutes=5, name="Party") for _ in range(2)]
        assert answers[0] == answers[1]
        assert told(stage) == ["event_begins"]

    @pytest.mark.parametrize(
        ("wanted", "code"),
        [
            ({"multiplier": 1}, "event_multiplier"),
            ({"multiplier": "10.01"}, "event_multiplier"),
            ({"minutes": 0}, "event_minutes"),
            ({"minutes": 1441}, "event_minutes"),
            ({"name": " "}, "event_name"),
            ({"name": "x" * 61}, "event_name"),
        ],
    )
    def test_what_is_out_of_bounds_is_declined_and_nothing_begins(self, wanted: dict[str, Any], code: str) -> None:
        stage = Stage(scheduled())
        answer = stage.ask("event_start", "12:00", "Admin", **{"multiplier": 10, "minutes": 1440, "name": "x" * 60, **wanted})
        assert (answer["code"], told(stage)) == (code, [])

    def test_it_can_be_stopped(self) -> None:
        stage = Stage(scheduled())
        stage.join("12:00", "Alice")
        stage.ask("event_start", "12:00", "Admin", multiplier=2, minutes=60, name="Party")
        assert stage.ask("event_stop", "12:02", "Admin")["name"] == "Party"
        stage.tick("12:04")
        assert stage.paid("presence.base") == [2, 2, 1, 1]
        assert told(stage) == ["event_begins", "event_ends"]

    def test_where_none_runs_none_is_stopped(self) -> None:
        stage = Stage(scheduled())
        stage.ask("event_start", "12:00", "Admin", multiplier=2, minutes=1, name="Party")
        assert stage.ask("event_stop", "12:01", "Admin").get("name") is None
        assert told(stage) == ["event_begins", "event_ends"]

    def test_a_reload_does_not_end_it(self) -> None:
        stage = Stage(scheduled())
        stage.ask("event_start", "12:00", "Admin", multiplier=2, minutes=60, name="Party")
        stage.configure("12:10", scheduled(FILM))
        stage.tick("12:59:59")
        assert told(stage) == ["event_begins"]
        stage.tick("13:00")
        assert told(stage) == ["event_begins", "event_ends"]


class TestTold:
    def test_what_holds_is_listed_with_its_factor_and_what_it_comes_to(self) -> None:
        stage = Stage(scheduled(FILM))
        stage.ask("event_start", "20:10", "Admin", multiplier="1.5", minutes=20, name="Party")
        answer = stage.ask("events", "20:20", "Alice")
        assert [(each["kind"], each["name"], each["factor"]) for each in answer["holding"]] == [
            ("scheduled", "Film", "3"),
            ("adhoc", "Party", "1.5"),
        ]
        assert (answer["combined"], answer["hidden"], answer["covers"]) == ("4.5", False, "all")

    def test_what_is_hidden_shows_in_no_figure(self) -> None:
        """T58: only that there is something."""
        full = {"high_population": {"enabled": True, "min_users": 1, "multiplier": 1.5, "hidden": True}}
        stage = Stage(scheduled(FILM, **full))
        stage.listed("20:00", "Alice")
        answer = stage.ask("events", "20:01", "Alice")
        assert (len(answer["holding"]), answer["combined"], answer["hidden"]) == (1, "3", True)

    def test_the_next_three_are_told_soonest_first(self) -> None:
        stage = Stage(scheduled(FILM, {**FILM, "name": "Talk", "cron": "0 9 * * 2"}))
        coming = stage.ask("events", "20:01", "Alice")["coming"]
        assert [(each["name"], each["begins"]) for each in coming] == [
            ("Film", "2026-11-23T20:00:00Z"),
            ("Talk", "2026-11-24T09:00:00Z"),
            ("Film", "2026-11-24T20:00:00Z"),
        ]

    def test_where_only_rain_is_multiplied_only_events_are_told(self) -> None:
        stage = Stage(scheduled(FILM, applies_to=["rain."], off_peak={"enabled": True, "days": [0], "hours": [20]}))
        answer = stage.ask("events", "20:10", "Alice")
        assert ([each["kind"] for each in answer["holding"]], answer["covers"]) == (["scheduled"], "rain")


class TestHours:
    QUIET_HOURS = {"enabled": True, "days": [0], "hours": [6, 7, 8], "multiplier": 2, "announce": True}
    CHRISTMAS = {"enabled": True, "announce": True, "dates": [{"date": "11-23", "name": "Christmas", "multiplier": 3}]}

    def test_quiet_hours_are_told_of_when_they_begin_and_once_that_day(self) -> None:
        stage = Stage(scheduled(off_peak=self.QUIET_HOURS))
        for time in ("05:59", "06:00:02", "07:00:02", "08:59"):
            stage.tick(time)
        assert [(said.line, said.values) for said in lines(stage)] == [("off_peak_begins", {"factor": "2", "minutes": 180})]

    def test_a_holiday_is_told_of_as_soon_as_it_begins(self) -> None:
        stage = Stage(scheduled(holidays=self.CHRISTMAS))
        stage.tick("23:59")
        stage.tick("2026-11-23 00:00:02")
        stage.tick("2026-11-23 01:00:02")
        assert [(said.line, said.values["name"]) for said in lines(stage)] == [("holiday_begins", "Christmas")]

    def test_what_is_over_already_is_not_told(self) -> None:
        stage = Stage(scheduled(off_peak=self.QUIET_HOURS))
        stage.tick("05:59")
        stage.tick("09:00")
        assert told(stage) == []

    def test_nothing_is_told_where_it_would_not_be_paid(self) -> None:
        stage = Stage(scheduled(off_peak=self.QUIET_HOURS, applies_to=["rain."]))
        stage.tick("05:59")
        stage.tick("06:00:02")
        assert told(stage) == []


def test_too_many_for_a_bonus_are_told_to_the_operator() -> None:
    stage = Stage(scheduled({**FILM, "presence_bonus": 2}))
    stage.listed("19:30", "Alice", "Bob", "Carol")
    with structlog.testing.capture_logs() as logged:
        stage.tick("20:00:02")
    assert [(entry["log_level"], entry["viewers"]) for entry in logged if "bonus" in entry["event"]] == [("warning", 3)]
    assert stage.paid("event.Film.presence") == []
