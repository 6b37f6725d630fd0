"""The API as other services see it: `balance.get` by 64 callers at once, and by one who waits for each answer."""

import asyncio
import json
import sys
from typing import Any

from benchmarks.figures import Figure, percentile
from benchmarks.rig import CHANNEL, cpu_seconds, house
from tests.support.house import API, House
from tests.support.waiting import until

VIEWERS = 2_000
AT_ONCE = 64
FILLED_AT_ONCE = 200


async def run() -> list[Figure]:
    """Measure on the whole economy, idle but for this."""
    async with house() as built:
        await _open(built)
        await _fill(built)
        await _drive(built, concurrency=AT_ONCE, seconds=1)
        before = {name: cpu_seconds(built, name) for name in ("commands", "ledger")}
        flood = await _drive(built, concurrency=AT_ONCE, seconds=5)
        spent = {name: cpu_seconds(built, name) - start for name, start in before.items()}
        calm = await _drive(built, concurrency=1, seconds=4, pause_ms=10)
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


async def _open(built: House) -> None:
    """Wait until there is a configuration to answer by."""

    async def opened() -> bool:
        return bool((await built.api("stats.summary"))["success"])

    await until(opened, "there is a configuration to answer by")


async def _fill(built: House) -> None:
    """Give everybody an account."""
    client = await built.client()
    for start in range(0, VIEWERS, FILLED_AT_ONCE):
        asked = [
            {"command": "balance.set", "channel": CHANNEL, "username": f"viewer{number}", "amount": number}
            for number in range(start, start + FILLED_AT_ONCE)
        ]
        await asyncio.gather(*(client.request(API, json.dumps(each).encode(), timeout=10) for each in asked))


async def _drive(built: House, concurrency: int, seconds: float, pause_ms: float = 0) -> dict[str, Any]:
    words = ["--url", built.server.url, "--door", "api", "--concurrency", str(concurrency), "--seconds", str(seconds)]
    words += ["--pause-ms", str(pause_ms), "--users", str(VIEWERS)]
    driver = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.driver", *words, stdout=asyncio.subprocess.PIPE, limit=2**27
    )
    out, _ = await driver.communicate()
    if driver.returncode != 0:
        message = f"the driver failed; commands said:\n{built.tail('commands')}"
        raise RuntimeError(message)
    found: dict[str, Any] = json.loads(out)
    return found
