"""Chat with all triggers looking at it: events a second until earning has committed the last, and on its writer alone."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.earning_minute import DAY, bench
from benchmarks.figures import Figure
from benchmarks.minute import Writer
from benchmarks.rig import cpu_seconds, house, position, reach
from benchmarks.talk import CHANNEL, said
from libs.common.config import load, published, version
from libs.common.contracts.events import MediaChange
from tests.support import books
from tests.support.house import House

LINES = 4_000
AT_ONCE = 200
ROOMS = (10, 500, 2_000)
AIM = "1,500"
_QUIET = timedelta(seconds=31)
"""After that a minute begins, and all lines are within it."""


async def run() -> list[Figure]:
    """Measure rooms of different sizes: the figure should not depend on it."""
    figures = [Figure(f"talk of {viewers:,} on earning's writer", _alone(viewers), "events/s") for viewers in ROOMS]
    for viewers in ROOMS:
        async with house("ledger") as built:
            built.start("earning")
            figures += await _through(built, viewers)
    return figures


def _alone(viewers: int) -> float:
    with bench(DAY) as room:
        room.arrive(viewers)
        room.play(MediaChange(**room.base(), type="yt", media_id="a", title="A film", seconds=6_000, position_seconds=0, paused=False))
        room.play(*(room.line(f"viewer{number}") for number in range(viewers)))  # the day's first lines are another matter
        took = 0.0
        for first in range(0, LINES, AT_ONCE):
            room.at += timedelta(seconds=2)
            lines = (said(number, viewers) for number in range(first, first + AT_ONCE))
            took += room.play(*(room.line(user, text) for user, text in lines))
    return LINES / took * 1_000


async def _through(built: House, viewers: int) -> list[Figure]:
    """Play ingest: events go into the stream as fast as they can."""
    writer = Writer(built)
    settings = published(load(built.config).settings)
    start = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
    await writer.write("configuration", "@all", start, version=version(settings), settings=settings)
    await built.wait_ready("earning")
    people = [f"viewer{number}" for number in range(viewers)]
    await writer.write("userlist", CHANNEL, start, proof=True, users=[{"user": user, "rank": 1} for user in people])
    film: dict[str, Any] = {"type": "yt", "media_id": "a", "title": "A film", "seconds": 6_000, "position_seconds": 0, "paused": False}
    await writer.write("media", CHANNEL, start, proof=True, **film)
    await _talk(built, writer, [(user, "hello") for user in people], start)
    await writer.write("tick", "@all", start + _QUIET, robots={CHANNEL: "connected"})  # the minute is paid; another bench measures that
    await reach(lambda: position(built, "earning", "ECONOMY_EVENTS") >= viewers + 4)
    used, began = cpu_seconds(built, "earning"), time.perf_counter()
    ended = await _talk(built, writer, [said(number, viewers) for number in range(LINES)], start + _QUIET)
    cost = (cpu_seconds(built, "earning") - used) / LINES * 1e6
    return [
        Figure(f"talk of {viewers:,} through stream and earning", LINES / (ended - began), "events/s", AIM),
        Figure(f"talk of {viewers:,}, processor time of earning", cost, "µs/event"),
    ]


async def _talk(built: House, writer: Writer, lines: list[tuple[str, str]], start: datetime) -> float:
    """Have lines said a hundredth of a second apart; give when earning had committed the last."""
    client = await built.client()
    before = await books.last_sequence(client, "ECONOMY_EVENTS")
    for number, (user, text) in enumerate(lines):
        at = start + timedelta(milliseconds=10 * number)
        told = {"user": user, "rank": 1, "text": text, "html": text, "time": at.isoformat()}
        await client.publish(*writer.next("chat", CHANNEL, at, proof=True, **told))
    await client.flush(timeout=60)
    return await reach(lambda: position(built, "earning", "ECONOMY_EVENTS") >= before + len(lines), within_seconds=60)
