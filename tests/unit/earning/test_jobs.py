"""What is done by the clock: nothing that fails there keeps anything else from happening."""

from collections.abc import Iterator

import pytest
import structlog
from structlog.typing import EventDict

from services.earning.jobs import BY_NAME, Job, rain
from services.earning.jobs.rain import plan, run
from services.earning.scene import Scene
from services.earning.store.plans import Plans
from services.earning.times import micros
from tests.support.earning_stage import QUIET, ROOM, Stage, clock, span

RAINY = {**QUIET, "rain": {"enabled": True, "interval_minutes": 10}}


def dry_up(scene: Scene, due: int) -> int | None:
    """Let it rain, and fail then."""
    run(scene, due)
    raise RuntimeError("no water left")


@pytest.fixture
def logged() -> Iterator[list[EventDict]]:
    with structlog.testing.capture_logs() as logged:
        yield logged


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Give a room in which rain fails, after a quarter of an hour."""
    monkeypatch.setitem(BY_NAME, rain.NAME, Job(rain.NAME, plan, dry_up))
    stage = Stage(RAINY)
    stage.join("12:00", "Alice")
    for minute in range(1, 15):
        stage.tick(f"12:{minute:02}")
    return stage


def test_a_job_that_fails_keeps_no_event_from_happening(stage: Stage) -> None:
    assert stage.minutes("alice") == span("12:00", "12:13")


def test_a_job_that_fails_has_done_nothing(stage: Stage) -> None:
    assert stage.paid("rain.ambient") == []
    assert stage.coins["rain.ambient"] == 0
    assert stage.career("alice").balance == len(stage.minutes("alice"))


def test_a_job_that_failed_is_tried_again_an_hour_later(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BY_NAME, rain.NAME, Job(rain.NAME, plan, run))
    due = Plans(stage.db).all(ROOM)[rain.NAME]
    assert micros(clock("13:07")) <= due <= micros(clock("13:14"))

    stage.tick("13:20")
    assert len(stage.paid("rain.ambient")) == 1


def test_a_job_that_fails_is_told_to_operators(logged: list[EventDict], stage: Stage) -> None:
    failed = [entry for entry in logged if entry["event"] == "a job failed"]
    assert [(entry["job"], entry["channel"]) for entry in failed] == [("rain", ROOM)]
    assert stage.events[0].id != failed[0]["event_id"] in {event.id for event in stage.events}


def test_what_is_paid_by_the_clock_is_counted_with_the_event() -> None:
    stage = Stage(RAINY)
    stage.join("12:00", "Alice")
    stage.tick("12:14")

    assert stage.coins["presence.base"] == 14
    assert stage.coins["rain.ambient"] == sum(stage.paid("rain.ambient")) > 0


def test_a_room_whose_jobs_have_no_times_yet_gets_them_with_its_next_event() -> None:
    stage = Stage(RAINY)
    stage.join("12:00", "Alice")
    stage.db.execute("DELETE FROM plans")  # as in a state of the version before the first jobs
    stage.tick("12:01")
    assert {"rain", "sweep"} <= Plans(stage.db).all(ROOM).keys()

    stage.tick("12:15")
    assert len(stage.paid("rain.ambient")) == 1
