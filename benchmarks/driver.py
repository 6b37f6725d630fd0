"""A process of its own that asks one of the doors as fast as it answers: `python -m benchmarks.driver`."""

import argparse
import asyncio
import json
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

CHANNEL = "testroom"
API = "kryten.economy.command"
ECHO = "bench.echo"
"""Answered by the driver itself with what was asked: what the way there and back costs."""
_AT = datetime.now(UTC).isoformat()

Asked = tuple[str, bytes]
"""Subject and body."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the next request is made of."""

    key: str
    place: int
    """Which of those in flight it is: they never stand in each other's way."""
    count: int
    """How many went from this place before."""
    user: str
    """Somebody."""


def posting(turn: Turn, subject: str = f"economy.ledger.{CHANNEL}.commands.post") -> Asked:
    """Give a grant of one coin."""
    grant = f'{{"line":"transfer","source":"@mint","target":"{turn.user}","amount":1,"type":"admin_grant","trigger":"admin.grant"}}'
    lines = f'[{{"line":"open","account":"{turn.user}"}},{grant}]'
    return subject, f'{{"key":"{turn.key}","at":"{_AT}","lines":{lines},"actor":"owner"}}'.encode()


def echo(turn: Turn) -> Asked:
    """Give the same to nobody."""
    return posting(turn, ECHO)


def question(turn: Turn) -> Asked:
    """Give a question for a balance over the API."""
    return _api("balance.get", username=turn.user)


def payment(turn: Turn) -> Asked:
    """Give the payment of a place in the queue over the API."""
    return _api("spending.queue", username=turn.user, duration_sec=60, request_id=turn.key)


def tip(turn: Turn) -> Asked:
    """Give a tip of one coin, to somebody else."""
    target = turn.place + (turn.user == f"viewer{turn.place}")
    return _owner("shop", "tip", turn.key, turn.user, target=f"viewer{target}", amount=1)


def flip(turn: Turn) -> Asked:
    """Toss a coin for a coin."""
    return _owner("games", "flip", turn.key, turn.user, wager=1)


def duel(turn: Turn) -> Asked:
    """Offer a duel, or take the one that was offered: each place has two viewers of its own."""
    one, other = f"viewer{2 * turn.place}", f"viewer{2 * turn.place + 1}"
    if turn.count % 2:
        return _owner("games", "accept", turn.key, other)
    return _owner("games", "challenge", turn.key, one, target=other, wager=1)


def _api(command: str, **parameters: object) -> Asked:
    return API, json.dumps({"command": command, "channel": CHANNEL, **parameters}).encode()


def _owner(service: str, verb: str, key: str, user: str, **wanted: object) -> Asked:
    return f"economy.{service}.{CHANNEL}.{verb}", json.dumps({"key": key, "user": user, "at": _AT, **wanted}).encode()


Door = tuple[Callable[[Turn], Asked], str, int]
DOORS: dict[str, Door] = {
    "ledger": (posting, "ok", 1),
    "echo": (echo, "key", 1),
    "api": (question, "success", 1),
    "queue": (payment, "success", 1),
    "tip": (tip, "ok", 1),
    "flip": (flip, "ok", 1),
    "duel": (duel, "ok", 2),
}
"""What is asked, the field that says it was done, and how many requests belong together."""


class Driver:
    """Keeps requests in flight; each answer sends the next request. Leaner than the client's own `request`: it shares the cores."""

    def __init__(self, client: Client, door: Door, users: int, pause_ms: float) -> None:
        """Take a connection, the door, how many users there are, and how long to wait between an answer and the next request."""
        self.latencies: list[float] = []
        """In milliseconds."""
        self._client = client
        self._make, self._done, self._together = door
        self._users = users
        self._pause_ms = pause_ms
        self._run = uuid.uuid4().hex
        self._inbox = client.new_inbox()
        self._asked: dict[str, float] = {}
        self._counts: Counter[str] = Counter()
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
        user = f"viewer{random.randrange(self._users)}"
        turn = Turn(f"bench:{self._run}:{self._number}", int(place.rsplit(".", 1)[1]), self._counts[place], user)
        self._counts[place] += 1
        subject, body = self._make(turn)
        self._asked[place] = time.perf_counter()
        await self._client.publish(subject, body, reply=place)

    async def _answered(self, answer: Msg) -> None:
        now = time.perf_counter()
        self.latencies.append((now - self._asked[answer.subject]) * 1000)
        if not json.loads(answer.data or b"{}").get(self._done) and not self._end.done():
            self._end.set_exception(RuntimeError(answer.data))
        elif now < self._until or self._counts[answer.subject] % self._together:
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

    async def answer(message: Msg) -> None:
        await message.respond(message.data)

    await client.subscribe(ECHO, cb=answer)
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
