"""How the picture is taken: quickly, not too often, and never an old one for a new one."""

import asyncio

import pytest

from libs.common.contracts.health import Health
from services.analytics.watch import FRESH_SECONDS, STALE_SECONDS, Picture, Robots, Watch


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


async def test_where_an_owner_is_slow_the_last_picture_is_given() -> None:
    world = World()
    await world.watch.look()
    world.answers.clear()
    world.now += FRESH_SECONDS + 0.1

    assert (await world.watch.look()).channels == ("1",)


async def test_who_is_slow_is_not_asked_a_second_time_meanwhile() -> None:
    world = World()
    world.answers.clear()
    await world.watch.look()
    await world.watch.look()

    assert world.asked == 1


async def test_a_picture_that_is_too_old_is_not_given() -> None:
    world = World()
    await world.watch.look()
    world.answers.clear()
    world.now += STALE_SECONDS + 0.1

    assert await world.watch.look() == Picture()


async def test_a_question_that_fails_is_told() -> None:
    async def ask() -> Picture:
        raise RuntimeError("no such table")

    with pytest.raises(RuntimeError, match="no such table"):
        await Watch(ask).look()


def test_a_robot_is_gone_from_when_it_was_last_seen() -> None:
    def ingest(robot: str) -> Health:
        return Health(service="ingest", ready=True, was_ready=True, version="1", uptime_seconds=1, details={"robots": {"lounge": robot}})

    robots = Robots(("lounge",), now=0)
    assert robots.look(ingest("connected"), 10) == {"lounge": 0}
    assert robots.look(ingest("away"), 15) == {"lounge": 5}
    assert robots.look(None, 20) == {"lounge": 10}
    assert robots.look(ingest("connected"), 30) == {"lounge": 0}
