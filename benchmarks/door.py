"""The ledger's request door: postings a second from a process beside it, and how long one takes when nothing else happens."""

import asyncio
import json
import sys
from typing import Any

from benchmarks.figures import Figure, percentile
from benchmarks.rig import SLOW_FLUSH_MS, cpu_seconds, house
from tests.support.house import House


async def run() -> list[Figure]:
    """Measure the door on this disk, and on one whose flushes take 5 ms longer."""
    return [*await _measure(slow=False), *await _bare(), *await _measure(slow=True)]


async def _bare() -> list[Figure]:
    """Measure what is on the way besides the ledger."""
    async with house("ledger") as built:
        echo = await _drive(built, concurrency=1, seconds=4, pause_ms=15, door="echo")
    return [Figure("an echo by a bare client, one at a time, p50", percentile(echo["latencies"], 50), "ms", "", "the driver's own")]


async def _measure(*, slow: bool) -> list[Figure]:
    async with house("ledger", slow=slow) as built:
        await _drive(built, concurrency=64, seconds=1)
        before = cpu_seconds(built, "ledger")
        flood = await _drive(built, concurrency=256, seconds=5)
        cost = (cpu_seconds(built, "ledger") - before) / flood["answered"]
        calm = await _drive(built, concurrency=1, seconds=4, pause_ms=15)
    disk = f", +{SLOW_FLUSH_MS} ms a flush" if slow else ""
    note = "fsync and fdatasync of the service delayed by a preloaded library" if slow else "one driving process on the same cores"
    waits = flood["latencies"]
    return [
        Figure(f"door, 256 at once{disk}", flood["answered"] / flood["seconds"], "postings/s", "4,000" if slow else "6,000", note),
        Figure(f"door, 256 at once{disk}, p50", percentile(waits, 50), "ms"),
        Figure(f"door, 256 at once{disk}, p99", percentile(waits, 99), "ms"),
        Figure(f"door, 256 at once{disk}, the ledger's processor time", cost * 1e6, "µs/posting"),
        Figure(f"door, one at a time{disk}, p50", percentile(calm["latencies"], 50), "ms", "" if slow else "2"),
    ]


async def _drive(built: House, concurrency: int, seconds: float, pause_ms: float = 0, door: str = "ledger") -> dict[str, Any]:
    options = {"--url": built.server.url, "--door": door, "--concurrency": concurrency, "--seconds": seconds, "--pause-ms": pause_ms}
    words = [str(word) for option in options.items() for word in option]
    driver = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.driver", *words, stdout=asyncio.subprocess.PIPE, limit=2**27
    )
    out, _ = await driver.communicate()
    if driver.returncode != 0:
        message = f"the driver failed; the ledger said:\n{built.tail('ledger')}"
        raise RuntimeError(message)
    found: dict[str, Any] = json.loads(out)
    return found
