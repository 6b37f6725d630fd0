"""From a viewer's PM to the answer at the robot: idle, and beside a busy chat."""

import asyncio
import contextlib
import time

from benchmarks.figures import Figure, percentile
from benchmarks.rig import house
from tests.support.robot import Robot

QUESTIONS = 200
CHAT_PER_SECOND = 200
VIEWERS = 40


async def run() -> list[Figure]:
    """Measure with the announcer's pacing off."""
    async with house() as built:
        robot = Robot(built.server.url)
        robot.keep_lists = False
        robot.people = {f"viewer{number}": 1.0 for number in range(VIEWERS)}
        await robot.start()
        await robot.ask("viewer0", "balance", within_seconds=30)
        idle = await _ask(robot)
        talking = asyncio.create_task(_talk(robot))
        busy = await _ask(robot)
        talking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await talking
        await robot.vanish()
    return [
        Figure("PM to answer, idle, p50", percentile(idle, 50), "ms", "10 ms"),
        Figure("PM to answer, idle, p99", percentile(idle, 99), "ms"),
        Figure(f"PM to answer, beside {CHAT_PER_SECOND} chat events/s, p50", percentile(busy, 50), "ms"),
        Figure(f"PM to answer, beside {CHAT_PER_SECOND} chat events/s, p99", percentile(busy, 99), "ms", "100 ms"),
    ]


async def _ask(robot: Robot) -> list[float]:
    waits = []
    for number in range(QUESTIONS):
        name = f"viewer{number % VIEWERS}"
        before = len(robot.pms(name))
        began = time.perf_counter()
        await robot.pm(name, "balance")
        await robot.wait_for(lambda name=name, before=before: len(robot.pms(name)) > before, f"an answer to {name}")  # type: ignore[misc]
        waits.append((robot.pms(name)[before].clock - began) * 1000)
        await asyncio.sleep(0.03)
    return waits


async def _talk(robot: Robot) -> None:
    number, began = 0, time.perf_counter()
    while True:
        number += 1
        await robot.chat(f"viewer{number % VIEWERS}", f"line {number}")
        await asyncio.sleep(max(0.0, began + number / CHAT_PER_SECOND - time.perf_counter()))
