"""The ledger's request door: postings a second from a process beside it, and how long one takes when nothing else happens."""

from benchmarks.figures import Figure, percentile
from benchmarks.rig import SLOW_FLUSH_MS, cpu_seconds, drive, house


async def run() -> list[Figure]:
    """Measure the door on this disk, and on one whose flushes take 5 ms longer."""
    return [*await _measure(slow=False), *await _bare(), *await _measure(slow=True)]


async def _bare() -> list[Figure]:
    """Measure what is on the way besides the ledger."""
    async with house("ledger") as built:
        echo = await drive(built, "echo", 1, seconds=4, pause_ms=15)
    return [Figure("an echo by a bare client, one at a time, p50", percentile(echo["latencies"], 50), "ms", "", "the driver's own")]


async def _measure(*, slow: bool) -> list[Figure]:
    async with house("ledger", slow=slow) as built:
        await drive(built, "ledger", 64, seconds=1)
        before = cpu_seconds(built, "ledger")
        flood = await drive(built, "ledger", 256, seconds=5)
        cost = (cpu_seconds(built, "ledger") - before) / flood["answered"]
        calm = await drive(built, "ledger", 1, seconds=4, pause_ms=15)
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
