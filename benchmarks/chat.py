"""Chat through ingest and earning: lines a second until earning has committed the last."""

import time
from datetime import UTC, datetime

from benchmarks.figures import Figure
from benchmarks.rig import cpu_seconds, house, position, reach
from tests.support import books
from tests.support.house import House
from tests.support.script import Script

LINES = 6_000
CHAIN = ("ingest", "ledger", "earning")


async def run() -> list[Figure]:
    """Measure small and large rooms, with a server that flushes every message and with one that does not."""
    figures = []
    for sync_always in (True, False):
        for viewers in (50, 500):
            async with house(*CHAIN, sync_always=sync_always) as built:
                figures += await _measure(built, viewers, "flushing server" if sync_always else "server's default sync")
    return figures


async def _measure(built: House, viewers: int, server: str) -> list[Figure]:
    people = [f"viewer{number}" for number in range(viewers)]
    await _publish(built, Script().list(datetime.now(UTC), *people))
    before_all = {name: cpu_seconds(built, name) for name in CHAIN}
    live = await _time(built, people)
    cost = {name: (cpu_seconds(built, name) - before) / LINES * 1e6 for name, before in before_all.items()}
    built.kill("ingest")
    story = _chat(people, "later")
    await _publish(built, story)
    before = await books.last_sequence(await built.client(), "ECONOMY_EVENTS")
    built.start("ingest")
    began = await reach(lambda: position(built, "earning", "ECONOMY_EVENTS") > before)
    ended = await reach(lambda: position(built, "earning", "ECONOMY_EVENTS") >= before + LINES)
    catching_up = LINES / (ended - began)
    where = f"{viewers} viewers, {server}"
    return [
        Figure(f"chat, {where}, published at once", live, "events/s"),
        Figure(f"chat, {where}, catching up", catching_up, "events/s", "", "from ingest's first event on"),
        *(Figure(f"chat, {where}, processor time of {name}", cost[name], "µs/event") for name in ("ingest", "earning")),
    ]


async def _time(built: House, people: list[str]) -> float:
    before = await books.last_sequence(await built.client(), "ECONOMY_EVENTS")
    story = _chat(people, "now")
    began = time.perf_counter()
    await _publish(built, story)
    ended = await reach(lambda: position(built, "earning", "ECONOMY_EVENTS") >= before + LINES)
    return LINES / (ended - began)


def _chat(people: list[str], what: str) -> Script:
    story = Script()
    for number in range(LINES):
        story.chat(people[number % len(people)], f"line {number} said {what}", datetime.now(UTC))
    return story


async def _publish(built: House, story: Script) -> None:
    client = await built.client()
    for raw in story.raws:
        await client.publish(raw.subject, raw.body)
    await client.flush(timeout=60)
