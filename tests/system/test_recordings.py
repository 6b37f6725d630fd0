"""What real rooms did, replayed: whatever the pace and whoever is killed, everybody owns what the model says."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support import books
from tests.support.house import SERVICES, House
from tests.support.nats import NatsServer, binary
from tests.support.replay import load, names, publish, shift, shift_all

pytestmark = [
    pytest.mark.skipif(binary() is None or "NATS_URL" in os.environ, reason="needs a nats-server that may be killed"),
    pytest.mark.timeout(180),
]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Give an empty house with its streams; nobody works in it yet."""
    server = NatsServer(tmp_path / "nats")
    server.start()
    house = House(tmp_path / "house", server)
    house.configure()
    await house.provision()
    yield house
    await house.close()
    server.stop()


async def assert_right(house: House) -> None:
    await books.wait_until_quiet(house, robot=False)

    assert await books.differences(house) == []
    assert await books.disorder(house) == []
    assert (await books.booked(house))["testroom", "alice"] >= 100
    audit = house.audit()
    assert audit.returncode == 0, audit.stdout


async def test_all_recordings_at_full_speed(house: House) -> None:
    house.start()
    await house.wait_ready()

    for name in names():
        await publish(await house.client(), shift(load(name), datetime.now(UTC)))

    await assert_right(house)


async def test_what_was_kept_while_nobody_worked_is_paid_minute_by_minute(house: House) -> None:
    await publish(await house.client(), shift_all(names(), datetime.now(UTC) - timedelta(seconds=1)))

    house.start()

    await assert_right(house)
    assert len((await books.expected(house)).minutes("testroom", "bob")) > 5


async def test_a_recording_at_its_own_pace_while_everybody_is_killed_in_turn(house: House) -> None:
    house.start()
    await house.wait_ready()
    part = [message for message in load("03-disconnects-and-restarts.jsonl") if message["ts"] < "2026-11-22T12:56:52"]
    playing = asyncio.create_task(_play(house, part))

    for name in SERVICES:
        await asyncio.sleep(6)
        house.kill(name)
        house.start(name)
    await playing

    await assert_right(house)


async def _play(house: House, part: list[dict[str, object]]) -> None:
    await publish(await house.client(), shift(part, datetime.now(UTC) + timedelta(seconds=45)), speed=1)
