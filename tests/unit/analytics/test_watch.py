"""How the picture is taken: quickly, not too often, and never an old one for a new one."""

import asyncio
from functools import partial
from typing import TypeVar

import pytest

from libs.common.contracts.health import Health
from services.analytics import watch
from services.analytics.store import Kept
from services.analytics.watch import FRESH_SECONDS, Owners, Picture, Robots, StreamState, Watch
from tests.unit.analytics.test_figures import STATS

T = TypeVar("T")


def health(service: str, **details: object) -> Health:
    return Health(service=service, ready=True, was_ready=True, version="1", uptime_seconds=1, details=details)


class World:
    """Owners that answer when told, and a clock."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked = 0
        self.answers = asyncio.Event()
        self.answers.set()
        self.watch = Watch(self.ask, lambda: self.now)

    async def ask(self) -> Picture:
        self.asked += 1
        await self.answers.wait()
        return Picture(channels=(str(self.asked),))


async def test_looking_often_asks_the_owners_once() -> None:
    world = World()
    for _ in range(10):
        assert (await world.watch.look()).channels == ("1",)


async def test_a_picture_that_is_no_longer_fresh_is_taken_anew() -> None:
    world = World()
    await world.watch.look()
    world.now += FRESH_SECONDS + 0.1

    assert (await world.watch.look()).channels == ("2",)


async def test_who_look_at_the_same_time_see_one_picture() -> None:
    world = World()
    world.answers.clear()
    looks = [asyncio.create_task(world.watch.look()) for _ in range(3)]
    await asyncio.sleep(0)
    looks.pop().cancel()  # one who gives up takes nothing from the others
    world.answers.set()

    assert [(await look).channels for look in looks] == [("1",), ("1",)]


class Economy:
    """A ledger, an ingest, a stream and a database of our own, each slow when told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(watch, "ANSWER_SECONDS", 0.02)
        self.slow: set[str] = set()
        self.counted = 1
        self.owners = Owners(
            kept=self.kept,
            health={name: partial(self.answer, name, health(name)) for name in ("ledger", "ingest")},
            money={"lounge": partial(self.answer, "ledger", STATS)},
            streams={"EVENTS": partial(self.answer, "stream", StreamState(1, 2, 3, {}, {}))},
        )

    async def answer(self, name: str, said: T) -> T:
        if name in self.slow:
            await asyncio.Event().wait()
        return said

    async def kept(self, _healths: object) -> Kept:
        return await self.answer("database", Kept({("earned", "lounge", ""): self.counted}, {}, {}, {}, {}, {}))

    async def look(self) -> Picture:
        return await self.owners.ask(Robots(("lounge",), now=0))


async def test_who_is_slow_is_silent_and_nobody_else_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    economy = Economy(monkeypatch)
    economy.slow = {"ledger"}
    for _ in range(2):
        picture = await economy.look()
        assert picture.healths == {"ledger": None, "ingest": health("ingest")}
        assert picture.money == {}
        assert list(picture.streams) == ["EVENTS"]
        assert picture.kept is not None


async def test_who_answers_again_is_seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    economy = Economy(monkeypatch)
    economy.slow = {"ledger"}
    await economy.look()
    economy.slow = set()

    assert (await economy.look()).money == {"lounge": STATS}


async def test_what_was_counted_is_shown_while_the_database_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    economy = Economy(monkeypatch)
    before = (await economy.look()).kept
    economy.slow, economy.counted = {"database"}, 2

    assert before is not None
    assert (await economy.look()).kept == before


async def test_a_question_that_fails_is_told() -> None:
    async def ask() -> Picture:
        raise RuntimeError("no such table")

    with pytest.raises(RuntimeError, match="no such table"):
        await Watch(ask).look()


def test_a_robot_is_gone_from_when_it_was_last_seen() -> None:
    def ingest(robot: str) -> Health:
        return health("ingest", robots={"lounge": robot})

    robots = Robots(("lounge",), now=0)
    assert robots.look(ingest("connected"), 10) == {"lounge": 0}
    assert robots.look(ingest("away"), 15) == {"lounge": 5}
    assert robots.look(None, 20) == {"lounge": 10}
    assert robots.look(ingest("connected"), 30) == {"lounge": 0}
