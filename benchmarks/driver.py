"""A process of its own that asks one of the doors as fast as it answers: `python -m benchmarks.driver`."""

import argparse
import asyncio
import json
import random
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

LEDGER = "economy.ledger.testroom.commands.post"
API = "kryten.economy.command"
ECHO = "bench.echo"
"""Answered by the driver itself with what was asked: what the way there and back costs."""


def posting(key: str, user: str) -> bytes:
    """Give a grant of one coin as it goes over the wire."""
    grant = {"line": "transfer", "source": "@mint", "target": user, "amount": 1, "type": "admin_grant", "trigger": "admin.grant"}
    lines = [{"line": "open", "account": user}, grant]
    return json.dumps({"key": key, "at": datetime.now(UTC).isoformat(), "lines": lines, "actor": "owner"}).encode()


def question(_key: str, user: str) -> bytes:
    """Give a question for a balance as it goes over the wire."""
    return json.dumps({"command": "balance.get", "channel": "testroom", "username": user}).encode()


Door = tuple[str, Callable[[str, str], bytes], str]
DOORS: dict[str, Door] = {"ledger": (LEDGER, posting, "ok"), "api": (API, question, "success"), "echo": (ECHO, posting, "key")}
"""Subject, what is asked, and the field that says it was done."""


async def ask(client: Client, door: Door, key: str, user: str, latencies: list[float]) -> None:
    """Make one request and note how long it took."""
    subject, make, done = door
    body = make(key, user)
    began = time.perf_counter()
    answer = await client.request(subject, body, timeout=10)
    latencies.append((time.perf_counter() - began) * 1000)
    if not json.loads(answer.data)[done]:
        raise RuntimeError(answer.data)


async def drive(url: str, door: Door, concurrency: int, seconds: float, pause_ms: float, users: int) -> dict[str, object]:
    """Keep `concurrency` requests in flight; give how many were answered and the latencies in milliseconds."""
    client = await nats.connect(url)
    run, latencies, number = uuid.uuid4().hex, list[float](), 0
    end = time.perf_counter() + seconds

    async def echo(message: Msg) -> None:
        await message.respond(message.data)

    await client.subscribe(ECHO, cb=echo)

    async def worker() -> None:
        nonlocal number
        while time.perf_counter() < end:
            number += 1
            await ask(client, door, f"bench:{run}:{number}", f"viewer{random.randrange(users)}", latencies)
            if pause_ms:
                await asyncio.sleep(pause_ms / 1000)

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(concurrency)))
    took = time.perf_counter() - began
    await client.close()
    return {"answered": len(latencies), "seconds": took, "latencies": latencies}


def main() -> None:
    """Drive, and print what came of it as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--door", choices=DOORS, default="ledger")
    parser.add_argument("--concurrency", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--pause-ms", type=float, default=0)
    parser.add_argument("--users", type=int, default=2000)
    given = parser.parse_args()
    print(json.dumps(asyncio.run(drive(given.url, DOORS[given.door], given.concurrency, given.seconds, given.pause_ms, given.users))))


if __name__ == "__main__":
    main()
