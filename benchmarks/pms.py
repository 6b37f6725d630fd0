"""What the announcer says: twenty who wait at once, as shipped; and as many PMs as it can, with its pacing off."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from benchmarks.figures import Figure
from benchmarks.rig import CHANNEL, cpu_seconds, house
from libs.common import subjects
from libs.common.contracts.announcements import Announcement
from tests.support.house import House
from tests.support.robot import Robot

AT_ONCE = 20
BURST = 5_000
VIEWERS = 100


async def run() -> list[Figure]:
    """Measure with a stand-in robot that echoes; its own processor time is on the same cores."""
    async with house("announcer", settings={"announcer": {}}) as built:
        waits = await _waits(built)
    figures = [Figure(f"answers to {AT_ONCE} viewers at once, as shipped, the last", max(waits), "s", "3 s")]
    for sync_always in (True, False):
        async with house("announcer", sync_always=sync_always) as built:
            figures += await _burst(built, "flushing server" if sync_always else "server's default sync")
    return figures


async def _waits(built: House) -> list[float]:
    robot = await _robot(built, AT_ONCE)
    await _announce(built, 1, "warm-up")
    await robot.wait_for(lambda: bool(robot.said), "the first PM")
    robot.said.clear()
    await asyncio.sleep(3)  # the bucket is full again
    began = time.perf_counter()
    await _announce(built, AT_ONCE, "answer")
    await robot.wait_for(lambda: len(robot.said) == AT_ONCE, "all answers")
    await robot.vanish()
    return [said.clock - began for said in robot.said]


async def _burst(built: House, server: str) -> list[Figure]:
    robot = await _robot(built, VIEWERS)
    await _announce(built, 100, "warm-up")
    await robot.wait_for(lambda: len(robot.said) == 100, "the warm-up")
    robot.said.clear()
    before, began = cpu_seconds(built, "announcer"), time.perf_counter()
    await _announce(built, BURST, "burst")
    await robot.wait_for(lambda: sum(said.text.count("burst") for said in robot.said) >= BURST, "the last PM", within_seconds=120)
    took = max(said.clock for said in robot.said) - began
    cost = (cpu_seconds(built, "announcer") - before) / BURST
    await robot.vanish()
    where = f"PM burst, {VIEWERS} viewers, pacing off, {server}"
    return [
        Figure(where, BURST / took, "PM/s", "1,000", f"{len(robot.said):,} messages at the robot; driver and robot share the cores"),
        Figure(f"{where}, processor time of announcer", cost * 1e6, "µs/PM"),
    ]


async def _robot(built: House, viewers: int) -> Robot:
    robot = Robot(built.server.url)
    robot.keep_lists = False
    robot.people = {f"viewer{number}": 1.0 for number in range(viewers)}
    await robot.start()
    return robot


async def _announce(built: House, count: int, text: str) -> None:
    """Publish PMs, to each viewer in turn, many at a time."""
    client = await built.client()
    stream = client.jetstream(publish_async_max_pending=512)
    now = datetime.now(UTC)
    for number in range(count):
        told = Announcement(
            id=f"{text}:{number}",
            channel=CHANNEL,
            lane="pm",
            to=f"viewer{number % VIEWERS}",
            text=f"You have {number:,} Z ({text})",
            at=now,
            until=now + timedelta(minutes=5),
        )
        await stream.publish_async(subjects.announcement(CHANNEL, "pm"), told.encode(), wait_stall=60)
    await stream.publish_async_completed()
