"""What is in force, asked of a stream that is a dictionary."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from libs.common.config import Rules
from libs.common.contracts.events import Configuration, Tick
from services.announcer import outlook
from services.announcer.outlook import Outlook, Unanswered
from services.announcer.speech.hearing import Robot
from tests.support.waiting import until


def head(**more: Any) -> dict[str, Any]:
    return {"id": "e", "epoch": 1, "raw": 1, "channel": "@all", "at": datetime.now(UTC)} | more


def tick(age: timedelta = timedelta(0), robot: str = "away", **more: Any) -> bytes:
    return Tick.model_validate(head(at=datetime.now(UTC) - age, robots={"room": robot}, **more)).encode()


def configuration(version: str, **settings: Any) -> bytes:
    return Configuration.model_validate(head(version=version, settings=settings)).encode()


class Stage:
    """An outlook, the stream it asks, and what it goes by."""

    def __init__(self, silent: int = 0, **last: bytes) -> None:
        """Let the stream be silent so often."""
        self.versions: list[str] = []
        self.robots: list[Mapping[str, Robot]] = []
        self._silent = silent
        self._last = last
        self.outlook = Outlook(last=self.last, server=lambda: "second", configured=self._configured, robots=self.robots.append)

    async def last(self, kind: str) -> bytes | None:
        if self._silent:
            self._silent -= 1
            raise Unanswered(kind)
        return self._last.get(kind)

    def _configured(self, _rules: Rules, version: str) -> None:
        self.versions.append(version)

    async def look(self) -> None:
        looking = asyncio.create_task(self.outlook.run())
        await until(lambda: self.outlook.known, "it has asked", within_seconds=5, every_seconds=0)
        looking.cancel()


async def test_what_is_in_force_is_asked_at_the_start() -> None:
    stage = Stage(configuration=configuration("one"), tick=tick())
    await stage.look()
    assert (stage.versions, stage.robots) == (["one"], [{"room": "away"}])


async def test_an_empty_stream_tells_nothing_and_that_is_known() -> None:
    stage = Stage()
    await stage.look()
    assert (stage.versions, stage.robots) == ([], [])


async def test_it_is_asked_until_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlook, "RETRY_SECONDS", 0)
    stage = Stage(silent=3, configuration=configuration("one"))
    await stage.look()
    assert stage.versions == ["one"]


async def test_an_old_tick_no_longer_tells_where_the_robot_is() -> None:
    stage = Stage(tick=tick(timedelta(minutes=1)))
    await stage.look()
    assert stage.robots == []


@pytest.mark.parametrize(("server", "known"), [("second", "connected"), (None, "connected"), ("first", "unknown")])
def test_a_robot_seen_before_the_server_was_started_anew_may_not_be_back(server: str | None, known: str) -> None:
    stage = Stage()
    stage.outlook.take(tick(robot="connected", server=server))
    assert stage.robots == [{"room": known}]


def test_a_robot_that_was_away_before_the_server_was_started_anew_still_is() -> None:
    stage = Stage()
    stage.outlook.take(tick(server="first"))
    assert stage.robots == [{"room": "away"}]


async def test_a_configuration_that_came_while_asking_is_not_undone_by_an_older_one() -> None:
    stage = Stage(configuration=configuration("old"))
    answer = stage.last

    async def slow(kind: str) -> bytes | None:
        if kind == "tick":
            stage.outlook.take(configuration("new"))
        return await answer(kind)

    stage.outlook._last = slow
    await stage.look()
    assert stage.versions == ["new"]


@pytest.mark.parametrize("body", [b"", b"not json", configuration("bad", announcer={"burst": "many"})])
def test_what_is_not_understood_changes_nothing(body: bytes) -> None:
    stage = Stage()
    stage.outlook.take(body)
    assert stage.versions == []
