"""Ingest and the server killed again and again: what it wrote is what one scribe would have written that nobody ever killed."""

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from nats.js.api import ConsumerConfig, DeliverPolicy

from libs.common import subjects
from services.ingest.scribe import Scribe
from tests.service.test_ingest import INGEST, Room
from tests.support import raw, script
from tests.support.nats import Server
from tests.support.outages import outages
from tests.support.robot import Robot

SECONDS = float(os.environ.get("INGEST_KILL_SECONDS", "12"))
NAMES = ["alice", "bob", "Carol", "dave"]


@pytest.fixture
async def room(tmp_path: Path, nats_server: Server) -> AsyncIterator[Room]:
    house = Room(tmp_path / "house", nats_server)
    await house.open()
    yield house
    await house.close()


async def bodies(room: Room, stream: str) -> list[raw.Raw]:
    """Give all messages of a stream with the times at which it stored them."""
    jetstream = await room.jetstream()
    count = (await jetstream.stream_info(stream)).state.messages
    subscription = await jetstream.subscribe(
        ">", stream=stream, ordered_consumer=True, config=ConsumerConfig(deliver_policy=DeliverPolicy.ALL)
    )
    found = [await subscription.next_msg(5) for _ in range(count)]
    await subscription.unsubscribe()
    return [raw.Raw(each.subject, each.data, each.metadata.timestamp) for each in found]


async def live(robot: Robot, chance: random.Random) -> None:
    """People come, talk, go; messages are repeated; the robot reconnects."""
    while True:
        name = chance.choice(NAMES)
        match chance.randrange(20):
            case 0:
                await robot.join(name, chance.choice([0, 1, 2, 5]))
            case 1:
                await robot.leave(name)
            case 2 | 3:
                await robot.repeat()
            case 4:
                await robot.enter("Reconnected after: a test (attempt 1)")
            case 5 | 6:
                await robot.pm(name, "balance")
            case _:
                for _ in range(chance.choice([1, 1, 30])):
                    await robot.chat(name, "a <line> of _chat_")
        await asyncio.sleep(chance.random() * 0.02)


async def test_what_is_written_is_what_an_unkilled_scribe_writes(room: Room, nats_server: Server) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    robot = Robot(nats_server.url, seed=seed)
    await robot.start()
    room.start(INGEST)
    await room.wait_ready(INGEST)
    talking = asyncio.create_task(live(robot, chance))
    ends, kills = time.monotonic() + SECONDS, 0
    try:
        while time.monotonic() < ends:
            await asyncio.sleep(chance.uniform(0.2, 2))  # the time between two kills is the test's own input
            victim = chance.choice(["ingest", "ingest", "server", "both"])
            if victim in {"ingest", "both"}:
                room.kill(INGEST)
            if victim in {"server", "both"}:
                await asyncio.to_thread(nats_server.kill)
                await asyncio.to_thread(nats_server.start)
            room.start(INGEST)
            kills += 1
    finally:
        talking.cancel()
    await robot.vanish()
    await room.wait_ready(INGEST)
    await room.caught_up()
    room.kill(INGEST)
    said, written = await bodies(room, subjects.RAW), await bodies(room, subjects.EVENTS)
    scribe = Scribe({script.CHANNEL: script.DOMAIN}, (await room.events())[0].epoch)
    expected, doubts = [], outages(said)
    for number, each in enumerate(said, start=1):
        scribe.doubt = doubts.get(number, 0)
        expected.append(scribe.write(number, each.subject, each.body, each.stored).body)
    print(f"{kills} kills, {len(said)} raw messages")
    assert [each.body for each in written] == expected[: len(written)]
    assert len(said) - len(written) <= 5  # what ingest itself published between the last look and its end
