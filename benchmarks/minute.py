"""The presence minute of a full room: from the event that ends the minute to the ledger's last commit of it."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.figures import Figure, percentile
from benchmarks.rig import CHANNEL, cpu_seconds, house, reach
from libs.common.config import load, published, version
from tests.support import books
from tests.support.house import House

VIEWERS = 2_000
MINUTES = 10


async def run() -> list[Figure]:
    """Play ingest: the events are the bench's own, so minutes follow one another as fast as they are paid."""
    async with house("ledger") as built:
        built.start("earning")
        writer = Writer(built)
        settings = published(load(built.config).settings)
        start = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
        await writer.write("configuration", "@all", start, version=version(settings), settings=settings)
        people = [{"user": f"viewer{number}", "rank": 1} for number in range(VIEWERS)]
        await writer.write("userlist", CHANNEL, start, proof=True, users=people)
        await reach(lambda: _paid(built) >= VIEWERS)
        took, used_before = list[float](), {name: cpu_seconds(built, name) for name in ("earning", "ledger")}
        for number in range(1, MINUTES + 1):
            await reach(lambda: _unsettled(built) == 0)  # a minute apart, the last one's echo is long over
            before, began = _paid(built), time.perf_counter()
            at = start + timedelta(minutes=number)
            await writer.write("tick", "@all", at, robots={CHANNEL: "connected"})
            ended = await reach(lambda before=before: _paid(built) >= before + VIEWERS)  # type: ignore[misc]
            took.append((ended - began) * 1000)
        cost = {name: (cpu_seconds(built, name) - used) / MINUTES * 1000 for name, used in used_before.items()}
    note = f"{VIEWERS:,} payments through earning, the stream and the ledger"
    minute = f"presence minute of {VIEWERS:,} viewers"
    figures = [Figure(f"{minute}, p50", percentile(took, 50), "ms", "", note)]
    return [*figures, *(Figure(f"{minute}, processor time of {name}", spent, "ms") for name, spent in cost.items())]


class Writer:
    """Writes events as ingest does."""

    def __init__(self, built: House) -> None:
        self._house = built
        self._raw = 0

    async def write(self, kind: str, channel: str, at: datetime, **fields: Any) -> None:
        """Publish one event."""
        client = await self._house.client()
        await client.jetstream(timeout=10).publish(*self.next(kind, channel, at, **fields))

    def next(self, kind: str, channel: str, at: datetime, **fields: Any) -> tuple[str, bytes]:
        """Give the next event: its subject and its body."""
        self._raw += 1
        head = {"kind": kind, "id": f"bench-{self._raw}", "epoch": 1, "raw": self._raw, "channel": channel, "at": at.isoformat()}
        return f"economy.events.{channel}.{kind}", json.dumps(head | fields).encode()


def _unsettled(built: House) -> int:
    """Give the postings whose outcome earning has not read yet."""
    found = books.rows(built.state_dir / "earning.db", "SELECT count(*) FROM outbox WHERE key LIKE 'presence:%'")
    return int(found[0][0])


def _paid(built: House) -> int:
    """Give the postings the ledger has committed."""
    found = books.rows(built.state_dir / "ledger.db", "SELECT count(*) FROM journal WHERE kind = 'posting'")
    return int(found[0][0]) if found else 0
