"""What earning takes on its writer thread, on a file, without a server: `python -m benchmarks.earning_minute`.

The minute of a full room, plain and at night (fractions), the line of chat, the user list, and a catch-up of three days.
"""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from libs.common.contracts.events import EVENT, Chat, Configuration, Event, Tick, UserList, Viewer
from libs.common.database import Database
from libs.common.reader import Message
from libs.common.unit import SCHEMA, Unit
from services.earning.earner import Earner
from services.earning.store import MIGRATIONS

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NIGHT: dict[str, Any] = {"enabled": True, "hours": list(range(24)), "multiplier": 1.5}
DAY: dict[str, Any] = {"enabled": False}


class Bench:
    """Earning over a database on disk, with a clock that the bench turns."""

    def __init__(self, db: sqlite3.Connection, night: dict[str, Any]) -> None:
        self.db = db
        self.earner = Earner(self)
        self.at = NOON
        self.raw = 0
        self.play(Configuration(**self.base("@all"), version="1", settings={"presence": {"night_watch": night}}))

    def base(self, channel: str = "room") -> dict[str, Any]:
        self.raw += 1
        return {"id": str(self.raw), "epoch": 1, "raw": self.raw, "channel": channel, "at": self.at, "proof": channel == "room"}

    def play(self, *events: Event) -> float:
        """Handle events in one transaction, from their bytes on; give the milliseconds."""
        bodies = [event.encode() for event in events]
        began = time.perf_counter()
        self.db.execute("BEGIN IMMEDIATE")
        unit = Unit(self.db, "earning")
        for body in bodies:
            event = EVENT.validate_json(body)
            message = Message("ECONOMY_EVENTS", self.raw, "", body, self.at)
            unit.attempt(lambda part, event=event, message=message: self.earner.handle_event(part, event, message))  # type: ignore[misc]
        self.db.execute("COMMIT")
        took = (time.perf_counter() - began) * 1000
        self.db.execute("DELETE FROM outbox")  # the ledger has answered
        return took

    def arrive(self, count: int) -> float:
        users = [Viewer(user=f"viewer{number}", rank=1) for number in range(count)]
        return self.play(UserList(**self.base(), users=users))

    def tick(self, passed: timedelta) -> float:
        self.at += passed
        return self.play(Tick(**self.base("@all"), robots={"room": "connected"}))

    def chat(self, count: int, viewers: int) -> float:
        """Give events per second, in groups of 200."""
        took = 0.0
        for first in range(0, count, 200):
            self.at += timedelta(milliseconds=20)
            took += self.play(*(self.line(f"viewer{number % viewers}") for number in range(first, first + 200)))
        return count / took * 1000

    def line(self, user: str, text: str = "a line of chat") -> Chat:
        return Chat(**self.base(), user=user, rank=1, text=text, html=text, time=self.at)

    def earned(self, coins: dict[str, int], minutes: int) -> None:
        """Nobody counts here."""

    def configured(self, version: str) -> None:
        """Nobody asks here."""


@contextmanager
def bench(night: dict[str, Any]) -> Iterator[Bench]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "earning.db", MIGRATIONS)
        db = database.open()
        db.executescript(SCHEMA)
        yield Bench(db, night)
        database.close()


def minutes(night: dict[str, Any], viewers: int, count: int = 15) -> float:
    """Give the median minute."""
    with bench(night) as room:
        room.arrive(viewers)
        room.tick(timedelta(hours=1))  # past the first milestone: the day's claims are there
        return median(room.tick(timedelta(minutes=1)) for _ in range(count))


def listed(viewers: int) -> tuple[float, float]:
    """Give the milliseconds of a first list, and of one after a short outage."""
    with bench(DAY) as room:
        first = room.arrive(viewers)
        room.tick(timedelta(seconds=2))
        room.at += timedelta(minutes=4)
        return first, room.arrive(viewers)


def chatter(viewers: int = 500, count: int = 20_000) -> float:
    with bench(DAY) as room:
        room.arrive(viewers)
        return room.chat(count, viewers)


def catch_up(viewers: int = 100) -> float:
    with bench(DAY) as room:
        room.arrive(viewers)
        return room.tick(timedelta(days=3))


def measure() -> None:
    figures: list[tuple[str, Callable[[], str]]] = [
        ("minute of 2,000 viewers", lambda: f"{minutes(DAY, 2_000):.1f} ms"),
        ("minute of 2,000 viewers at night (fractions)", lambda: f"{minutes(NIGHT, 2_000):.1f} ms"),
        ("list of 2,000: first sight, back from a 4-minute outage", lambda: "{:.0f} ms, {:.0f} ms".format(*listed(2_000))),
        ("chat of 500 viewers", lambda: f"{chatter():,.0f} events/s"),
        ("three days of 100 viewers in one piece", lambda: f"{catch_up() / 1000:.1f} s"),
    ]
    for what, figure in figures:
        print(f"{what}: {figure()}", flush=True)


if __name__ == "__main__":
    measure()
