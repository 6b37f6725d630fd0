"""Outages of what is not ours: a server that stays away for a while, and a robot that comes back later than everybody else."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.support import books
from tests.support.house import House
from tests.support.nats import NatsServer, binary
from tests.support.robot import Robot

pytestmark = [
    pytest.mark.skipif(binary() is None or "NATS_URL" in os.environ, reason="needs a nats-server that may be killed"),
    pytest.mark.timeout(120),
]

VIEWERS = tuple(f"viewer{number}" for number in range(20))


@pytest.mark.parametrize("away_seconds", [1.0, 9.0])
async def test_answers_outlive_a_server_and_a_robot_that_are_away(tmp_path: Path, away_seconds: float) -> None:
    server = NatsServer(tmp_path / "nats", sync_always=True)
    server.start()
    house, robot = House(tmp_path, server), Robot(server.url, reconnect_seconds=2.5)
    robot.people = dict.fromkeys(VIEWERS, 1.0)
    try:
        house.configure(announcer={"pacing": False})
        await house.open_for_business()
        await robot.start()
        await robot.ask(VIEWERS[0], "balance")
        for name in VIEWERS:
            await robot.pm(name, "balance")
        await robot.client.flush()
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(away_seconds)

        await asyncio.to_thread(server.start)

        await books.wait_until_quiet(house)
        assert await books.unanswered(house, robot) == []
        assert await books.differences(house) == []
    finally:
        await robot.vanish()
        await house.close()
        server.stop()


async def test_an_answer_nobody_heard_outlives_an_outage_of_the_server(tmp_path: Path) -> None:
    server = NatsServer(tmp_path / "nats", sync_always=True)
    server.start()
    house, robot = House(tmp_path, server), Robot(server.url)
    robot.people = dict.fromkeys(VIEWERS, 1.0)
    try:
        house.configure(announcer={"pacing": False})
        await house.open_for_business()
        await robot.start()
        await robot.ask(VIEWERS[0], "balance")
        for name in VIEWERS:
            await robot.pm(name, "balance")
        await robot.client.flush()
        await robot.vanish()
        await asyncio.sleep(1)
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(11)

        await asyncio.to_thread(server.start)
        await asyncio.sleep(2)
        await robot.start()

        await books.wait_until_quiet(house)
        assert await books.unanswered(house, robot) == []
    finally:
        await robot.vanish()
        await house.close()
        server.stop()


async def test_answers_wait_for_a_robot_that_is_away(tmp_path: Path) -> None:
    server = NatsServer(tmp_path / "nats")
    server.start()
    house, robot = House(tmp_path, server), Robot(server.url)
    robot.people = dict.fromkeys(VIEWERS, 1.0)
    try:
        house.configure(announcer={"pacing": False})
        await house.open_for_business()
        await robot.start()
        await robot.ask(VIEWERS[0], "balance")
        house.kill("commands")
        for name in VIEWERS:
            await robot.pm(name, "balance")
        await robot.client.flush()
        await robot.vanish()
        house.start("commands")
        await house.wait_ready("commands")
        await asyncio.sleep(7)

        await robot.start()

        await books.wait_until_quiet(house)
        assert await books.unanswered(house, robot) == []
    finally:
        await robot.vanish()
        await house.close()
        server.stop()
