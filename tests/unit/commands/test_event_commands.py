"""`events`, `status` and `event`, from the words of a PM to those of its answer; and the same by the API."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from libs.common.config import Rules
from libs.common.contracts.base import Contract
from libs.common.contracts.earning.events import Coming, EventsAnswer, EventStarted, EventStopped, Holding
from libs.common.contracts.owners import Declined
from libs.common.unit import encoded
from services.commands.replies.events.listing import listed
from services.commands.replies.events.status import told
from tests.support.api import Bench
from tests.support.front import Front

NOW = datetime(2026, 11, 27, 21, 0, tzinfo=UTC)
"""A Friday."""
FILM = Holding(kind="scheduled", name="Film night", factor=Decimal("3.0"), ends=NOW.replace(hour=23))
NEXT = Coming(name="Talk", factor=Decimal(2), begins=NOW.replace(day=28), ends=NOW.replace(day=28, hour=22))
NOTHING = EventsAnswer(holding=[], combined=Decimal(1), hidden=False, covers="all")
STARTED = EventStarted(name="Party", multiplier=Decimal("2.50"), minutes=90, ends=NOW)
QUEUE_CLOSES: dict[str, Any] = {"spending": {"blackout_windows": [{"name": "Film night", "cron": "0 22 * * 5", "duration_hours": 11}]}}


class Room(Front):
    """Earning answers as told, and keeps what it was asked."""

    def __init__(self, answer: Contract) -> None:
        super().__init__()
        self.asked_earning: list[tuple[str, dict[str, Any]]] = []
        self._earning = answer

    def _answer(self, subject: str, request: Contract | bytes) -> bytes:
        _, service, *place = subject.split(".")
        if service != "earning":
            return super()._answer(subject, request)
        self.asked_earning.append((place[-1], json.loads(encoded(request))))
        return self._earning.encode()


def words(**changes: Any) -> str:
    return listed(NOTHING.model_copy(update=changes), NOW, Rules().economy.zone)


def status(answer: EventsAnswer = NOTHING, now: datetime = NOW, **sections: Any) -> str:
    return told(answer, now, Rules.model_validate(sections))


class TestEvents:
    def test_where_nothing_holds_all_counts_once(self) -> None:
        assert words() == "What you earn counts x1 now."

    def test_each_source_has_its_line(self) -> None:
        quiet = Holding(kind="off_peak", factor=Decimal(2))
        assert words(holding=[quiet, FILM], combined=Decimal("6.0")) == (
            "What you earn counts x6 now.\nQuiet hours: x2\nFilm night: x3, until 23:00"
        )

    def test_that_something_is_hidden_is_told_without_a_figure(self) -> None:
        assert words(hidden=True) == "What you earn counts x1 now.\nAnd there is something extra. What, is for you to find out."

    def test_the_night_watch_stands_beside_it(self) -> None:
        assert "Minutes count x1.5 beside that" in words(night_watch=Decimal("1.5"))

    def test_what_comes_is_told_with_its_times(self) -> None:
        assert words(coming=[NEXT]).splitlines()[1:] == ["Coming (times in UTC):", "Sat 28 Nov 21:00 to 22:00: Talk x2"]

    @pytest.mark.parametrize(
        ("covers", "first"), [("rain", "Rain counts x3 now; nothing else"), ("nothing", "Nothing is multiplied here.")]
    )
    def test_nothing_is_promised_that_is_not_paid(self, covers: str, first: str) -> None:
        assert words(covers=covers, holding=[FILM], combined=Decimal(3)).startswith(first)

    async def test_it_answers_to_both_names(self) -> None:
        assert await Room(NOTHING).told("multipliers") == await Room(NOTHING).told("events") == words()


class TestStatus:
    def test_without_windows_and_events_the_queue_is_just_open(self) -> None:
        assert status() == "The queue is open."

    def test_it_says_when_the_queue_closes(self) -> None:
        assert status(**QUEUE_CLOSES) == "The queue is open. It closes for Film night, Fri 27 Nov 22:00 to Sat 28 Nov 09:00 (UTC)."

    def test_it_says_until_when_the_queue_is_closed(self) -> None:
        assert status(now=NOW.replace(hour=23), **QUEUE_CLOSES) == "The queue is closed for Film night; it opens Sat 28 Nov 09:00 (UTC)."

    def test_an_event_is_told_with_the_factor_it_has(self) -> None:
        answer = NOTHING.model_copy(update={"holding": [FILM], "combined": Decimal(3)})
        assert status(answer).splitlines()[1] == "Film night is on until 23:00: what you earn counts x3."

    def test_no_factor_is_promised_where_nothing_is_multiplied(self) -> None:
        answer = NOTHING.model_copy(update={"holding": [FILM], "covers": "nothing"})
        assert status(answer).splitlines()[1] == "Film night is on until 23:00."

    def test_where_none_runs_the_next_one_is_told(self) -> None:
        assert status(NOTHING.model_copy(update={"coming": [NEXT]})).splitlines()[1] == (
            "The next event: Sat 28 Nov 21:00 to 22:00: Talk x2 (UTC)"
        )

    async def test_it_answers_to_both_names(self) -> None:
        assert await Room(NOTHING).told("eventstatus") == await Room(NOTHING).told("status") == "The queue is open."


class TestEvent:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ('event start 2.5 90 "Big Party"', {"multiplier": "2.5", "minutes": 90, "name": "Big Party", "replace": False}),
            ("event start x2 60 Party --replace", {"multiplier": "2", "minutes": 60, "name": "Party", "replace": True}),
        ],
    )
    async def test_one_is_begun_as_it_is_written(self, text: str, wanted: dict[str, Any]) -> None:
        room = Room(STARTED)
        assert await room.told(text, rank=5) == "Party has begun: x2.5 for 90 min. The room is told."
        [(verb, asked)] = room.asked_earning
        assert (verb, {name: asked[name] for name in wanted}) == ("event_start", wanted)

    async def test_the_one_it_takes_the_place_of_is_named(self) -> None:
        answer = await Room(STARTED.model_copy(update={"replaced": "Ball"})).told("event start 2 60 Party --replace", rank=5)
        assert "It takes the place of Ball." in answer

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("event", "Something is missing."),
            ("event begin", "Shall one start or stop?"),
            ("event start 2 60", "I need a multiplier, minutes and a name."),
            ("event start two 60 Party", "The multiplier is a number"),
            ("event start nan 60 Party", "The multiplier is a number"),
            ("event start 2 1.5 Party", "The minutes are a whole number"),
            ("event start 2 ² Party", "The minutes are a whole number"),
        ],
    )
    async def test_what_does_not_fit_is_told_in_one_friendly_line(self, text: str, problem: str) -> None:
        answer = await Room(STARTED).told(text, rank=5)
        assert answer.startswith(problem)
        assert "event stop" in answer

    async def test_what_runs_already_is_named(self) -> None:
        declined = Declined(code="event_running", values={"name": "Ball", "minutes": 50})
        assert (await Room(declined).told("event start 2 60 Party", rank=5)).startswith("Ball runs for 50 min more.")

    @pytest.mark.parametrize(
        ("stopped", "answer"),
        [
            (EventStopped(name="Party"), "Party is over. The room is told."),
            (EventStopped(), "No event that was begun by hand is running."),
        ],
    )
    async def test_it_is_ended(self, stopped: EventStopped, answer: str) -> None:
        assert await Room(stopped).told("event stop", rank=5) == answer

    async def test_it_is_for_administrators(self) -> None:
        room = Room(STARTED)
        await room.ask("event start 2 60 Party", rank=3)
        assert room.asked_earning == []


class TestApi:
    async def test_events_are_listed_and_nothing_else(self) -> None:
        adhoc = Holding(kind="adhoc", name="Party", factor=Decimal("1.5"), ends=NOW)
        answer = NOTHING.model_copy(update={"holding": [Holding(kind="off_peak", factor=Decimal(2)), FILM, adhoc]})
        assert await Bench(events=answer).ask("events.list") == {
            "channel": "Room",
            "events": [
                {"type": "scheduled", "name": "Film night", "multiplier": 3.0, "ends_at": "2026-11-27T23:00:00+00:00"},
                {"type": "adhoc", "name": "Party", "multiplier": 1.5, "ends_at": "2026-11-27T21:00:00+00:00"},
            ],
        }

    async def test_one_is_begun(self) -> None:
        """T59: it is checked, kept and told before the answer says so."""
        data = await Bench(event_start=STARTED).ask("event.start", multiplier=2.5, minutes=90)
        assert data == {
            "channel": "Room",
            "name": "Party",
            "multiplier": 2.5,
            "minutes": 90,
            "active": True,
            "ends_at": "2026-11-27T21:00:00+00:00",
            "replaced": None,
        }

    @pytest.mark.parametrize(
        "wrong",
        [
            {"multiplier": 1},
            {"multiplier": 10.5},
            {"multiplier": True},
            {"multiplier": "NaN"},
            {"minutes": 0},
            {"minutes": 1441},
            {"replace": "yes"},
        ],
    )
    async def test_what_is_out_of_bounds_is_refused(self, wrong: dict[str, Any]) -> None:
        assert await Bench(event_start=STARTED).refused("event.start", **{"multiplier": 2, "minutes": 60, **wrong}) == "invalid_parameter"

    async def test_what_runs_already_declines_it(self) -> None:
        declined = Declined(code="event_running", values={"name": "Ball", "minutes": 50})
        assert await Bench(event_start=declined).refused("event.start", multiplier=2, minutes=60) == "declined"

    @pytest.mark.parametrize(("stopped", "name"), [(True, "Party"), (False, None)])
    async def test_it_is_ended(self, *, stopped: bool, name: str | None) -> None:
        data = await Bench(event_stop=EventStopped(name=name)).ask("event.stop")
        assert data == {"channel": "Room", "stopped": stopped, "name": name}


async def test_what_is_begun_by_pm_is_listed_and_ended() -> None:
    """With earning's own answers, from the words of one PM to those of the next."""
    front = Front()
    await front.ask("event start 2 60 Party", "boss", rank=5)
    assert "Party: x2, until" in await front.told("events")
    assert (await front.told("event start 3 60 Ball", "boss", rank=5)).startswith("Party runs for 60 min more.")
    assert await front.told("event stop", "boss", rank=5) == "Party is over. The room is told."
    assert await front.told("event stop", "boss", rank=5) == "No event that was begun by hand is running."
