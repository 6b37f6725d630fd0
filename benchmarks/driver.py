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


_AT = datetime.now(UTC).isoformat()


def posting(key: str, user: str) -> bytes:
    """Give a grant of one coin as it goes over the wire."""
    grant = f'{{"line":"transfer","source":"@mint","target":"{user}","amount":1,"type":"admin_grant","trigger":"admin.grant"}}'
    return f'{{"key":"{key}","at":"{_AT}","lines":[{{"line":"open","account":"{user}"}},{grant}],"actor":"owner"}}'.encode()


def question(_key: str, user: str) -> bytes:
    """Give a question for a balance as it goes over the wire."""
    return json.dumps({"command": "balance.get", "channel": "testroom", "username": user}).encode()


Door = tuple[str, Callable[[str, str], bytes], str]
DOORS: dict[str, Door] = {"ledger": (LEDGER, posting, "ok"), "api": (API, question, "success"), "echo": (ECHO, posting, "key")}
"""Subject, what is asked, and the field that says it was done."""


class Driver:
    """Keeps requests in flight; each answer sends the next request. Leaner than the client's own `request`: it shares the cores."""

    def __init__(self, client: Client, door: Door, users: int, pause_ms: float) -> None:
        """Take a connection, the door, how many users there are, and how long to wait between an answer and the next request."""
        self.latencies: list[float] = []
        """In milliseconds."""
        self._client = client
        self._subject, self._make, self._done = door
        self._users = users
        self._pause_ms = pause_ms
        self._run = uuid.uuid4().hex
        self._inbox = client.new_inbox()
        self._asked: dict[str, float] = {}
        self._number = 0
        self._until = 0.0
        self._open = 0
        self._end: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def drive(self, concurrency: int, seconds: float) -> float:
        """Ask for so long; give how many seconds it took until the last answer.

        Raises:
            RuntimeError: a request was refused.
            TimeoutError: answers are missing.
        """
        await self._client.subscribe(f"{self._inbox}.*", cb=self._answered)
        began = time.perf_counter()
        self._until = began + seconds
        self._open = concurrency
        for place in range(concurrency):
            await self._ask(f"{self._inbox}.{place}")
        await asyncio.wait_for(self._end, seconds + 10)
        return time.perf_counter() - began

    async def _ask(self, place: str) -> None:
        self._number += 1
        body = self._make(f"bench:{self._run}:{self._number}", f"viewer{random.randrange(self._users)}")
        self._asked[place] = time.perf_counter()
        await self._client.publish(self._subject, body, reply=place)

    async def _answered(self, answer: Msg) -> None:
        now = time.perf_counter()
        self.latencies.append((now - self._asked[answer.subject]) * 1000)
        if not json.loads(answer.data or b"{}").get(self._done) and not self._end.done():
            self._end.set_exception(RuntimeError(answer.data))
        elif now < self._until:
            if self._pause_ms:
                await asyncio.sleep(self._pause_ms / 1000)  # one at a time, so nobody else's answer waits behind this
            await self._ask(answer.subject)
        else:
            self._open -= 1
            if not self._open and not self._end.done():
                self._end.set_result(None)


async def drive(url: str, door: Door, concurrency: int, seconds: float, pause_ms: float, users: int) -> dict[str, object]:
    """Keep `concurrency` requests in flight; give how many were answered and the latencies in milliseconds."""
    if pause_ms and concurrency > 1:
        message = "a pause is for one at a time"
        raise ValueError(message)
    client = await nats.connect(url)

    async def echo(message: Msg) -> None:
        await message.respond(message.data)

    await client.subscribe(ECHO, cb=echo)
    driver = Driver(client, door, users, pause_ms)
    took = await driver.drive(concurrency, seconds)
    await client.close()
    return {"answered": len(driver.latencies), "seconds": took, "latencies": driver.latencies}


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
