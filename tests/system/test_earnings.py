"""A day of a room, told twice, while those who pay for it are killed: everybody owns what our own reckoning says."""

import json
import os
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from libs.common.config import published, read
from libs.common.contracts.events import EVENT
from tests.support import books
from tests.support.earnings import reckon
from tests.support.earnings.tales.life import IGNORED, Life, Plot
from tests.support.house import House
from tests.support.nats import NatsServer, binary
from tests.support.script import CHANNEL, DRY, SILENT, Script
from tests.support.waiting import until

pytestmark = [
    pytest.mark.skipif(binary() is None or "NATS_URL" in os.environ, reason="needs a nats-server that may be killed"),
    pytest.mark.timeout(120),
]
PAYERS = ("earning", "ledger")
EVENING = Plot(5, datetime(2025, 11, 20, 19, tzinfo=UTC), hours=4, acts_per_hour=100)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Give a house that pays for all there is, but for what the clock brings; nobody works in it yet."""
    server = NatsServer(tmp_path / "nats")
    server.start()
    house = House(tmp_path / "house", server)
    house.configure(**{section: {} for section in SILENT}, multipliers={}, ignored_users=[IGNORED], **DRY)
    await house.provision()
    yield house
    await house.close()
    server.stop()


async def test_a_day_told_twice_is_paid_once_whoever_is_killed(house: House) -> None:
    target = await tell_twice(house)
    house.start("ingest", *PAYERS)

    for part in (0.2, 0.6):
        await until(partial(has_read, house, part * target), "a part is read", 60, every_seconds=0.01)
        house.kill(*PAYERS)
        house.start(*PAYERS)
    await until(lambda: is_done(house, target), "all is paid", 60, every_seconds=0.05)

    owned = await due(house, target)
    assert len(owned) > 10
    assert await balances(house) == owned
    assert await books.disorder(house) == []


async def tell_twice(house: House) -> int:
    """Publish an evening that ends with a new connection of the robot, then all of it again; give the last number."""
    told = Script(day=EVENING.start.replace(hour=0))
    told.configure(EVENING.start, **published(read(house.config.read_text(), {})[0]))
    life = Life(EVENING, told)
    life.run()
    life.reconnect()
    client = await house.client()
    for raw in (*told.raws, *told.raws):
        await client.publish(raw.subject, raw.body)
    await client.flush()
    return 2 * len(told.raws)


async def has_read(house: House, number: float) -> bool:
    """Tell whether earning has read so far."""
    try:
        read = books.rows(house.state_dir / "earning.db", "SELECT number FROM positions WHERE stream = 'ECONOMY_EVENTS'")
    except sqlite3.OperationalError:  # it is only being made
        return False
    return bool(read) and read[0][0] >= number


async def is_done(house: House, target: int) -> bool:
    """Tell whether all that was told has been read, and all that was asked for is in the books."""
    asked = "SELECT count(*) FROM outbox WHERE stream = 'ECONOMY_POSTINGS'"
    return await has_read(house, target) and books.rows(house.state_dir / "earning.db", asked) == [(0,)]


async def balances(house: House) -> dict[str, int]:
    return {user: coins for (channel, user), coins in (await books.booked(house)).items() if channel == CHANNEL and coins}


async def due(house: House, target: int) -> dict[str, int]:
    """Give what everybody should own, likes aside: they are asked for by `commands`, which does not work here."""
    kept = await books.read_messages(await house.client(), "ECONOMY_EVENTS")
    events = [EVENT.validate_json(json.dumps(message.body)) for message in kept if message.body["raw"] <= target]
    owned = Counter[str]()
    for payment in reckon(events):
        if payment.trigger != "content.like_current":
            owned[payment.user] += payment.coins
    return dict(owned)
