"""The API as other services see it: `balance.get` by 64 callers at once, and by one who waits for each answer."""

from benchmarks.figures import Figure, percentile
from benchmarks.rig import cpu_seconds, drive, fill, house, opened

VIEWERS = 2_000
AT_ONCE = 64


async def run() -> list[Figure]:
    """Measure on the whole economy, idle but for this."""
    async with house() as built:
        await opened(built)
        await fill(built, VIEWERS, coins=100)
        await drive(built, "api", AT_ONCE, seconds=1)
        before = {name: cpu_seconds(built, name) for name in ("commands", "ledger")}
        flood = await drive(built, "api", AT_ONCE, seconds=5)
        spent = {name: cpu_seconds(built, name) - start for name, start in before.items()}
        calm = await drive(built, "api", 1, seconds=4, pause_ms=10)
    waits, answered = flood["latencies"], flood["answered"]
    return [
        Figure(
            f"balance.get, {AT_ONCE} at once", answered / flood["seconds"], "answers/s", "4,000", "one driving process on the same cores"
        ),
        Figure(f"balance.get, {AT_ONCE} at once, p50", percentile(waits, 50), "ms"),
        Figure(f"balance.get, {AT_ONCE} at once, p99", percentile(waits, 99), "ms"),
        *(
            Figure(f"balance.get, {AT_ONCE} at once, processor time of {name}", seconds / answered * 1e6, "µs/answer")
            for name, seconds in spent.items()
        ),
        Figure("balance.get, one at a time, p50", percentile(calm["latencies"], 50), "ms"),
        Figure("balance.get, one at a time, p99", percentile(calm["latencies"], 99), "ms"),
    ]
