"""A test service on the durable recipe: counts what it reads, posts for each, adds up what it is asked to add; and dies where it is told.

`TALLY_DIES=point:n` ends the process by SIGKILL at the n-th time it comes to that point of the cycle.
`TALLY_STALLS=seconds` makes the writer thread sleep once, in the middle of its first group.
`TALLY_UNGUARDED=guard` takes one guard out, to show that its test fails without it.
"""

import json
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from libs.common import subjects
from libs.common.consumer import Consumer
from libs.common.contracts.base import Contract
from libs.common.contracts.health import Failure
from libs.common.contracts.ledger import Open, Posting
from libs.common.database import Database
from libs.common.durable import Door, Durable, Feed, Mark, Message, Request, Unit
from libs.common.outbox import Outbox
from libs.common.process import main
from libs.common.reader import Reader
from libs.common.service import Runtime

SCHEMA = """
CREATE TABLE seen (number INTEGER NOT NULL, at INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;
CREATE TABLE total (value INTEGER NOT NULL) STRICT;
INSERT INTO total VALUES (0);
"""
ADD = "economy.tally.add"


class Numbered(Contract):
    id: str
    number: int
    poison: bool = False


class Sum(Contract):
    total: int


def handle(unit: Unit, event: Numbered, _message: Message) -> None:
    reach("handle")
    unit.db.execute("INSERT INTO seen (number) VALUES (?)", (event.number,))
    unit.post("room", Posting(key=f"tally:{event.number}", at=datetime.now(UTC), lines=[Open(account=f"v{event.number}")]))
    stall_once()
    if event.poison:
        raise ValueError("poison")


def add(unit: Unit, request: Request) -> Sum:
    unit.db.execute("UPDATE total SET value = value + ?", (json.loads(request.body)["add"],))
    reach("request")
    return Sum(total=unit.db.execute("SELECT value FROM total").fetchone()[0])


def refuse(_request: Request, error: Exception) -> Failure:
    return Failure(error=str(error), code=type(error).__name__)


def key_of(request: Request) -> str | None:
    key: str | None = json.loads(request.body).get("key")
    return key


_visits: dict[str, int] = {}
_stalled = False


def reach(point: str) -> None:
    """Die here, if this is where and when to die."""
    _visits[point] = _visits.get(point, 0) + 1
    wanted, _, count = os.environ.get("TALLY_DIES", "").partition(":")
    if wanted == point and _visits[point] == int(count or 1):
        os.kill(os.getpid(), signal.SIGKILL)


def stall_once() -> None:
    global _stalled  # noqa: PLW0603 - once a process
    seconds = float(os.environ.get("TALLY_STALLS", "0"))
    if seconds and not _stalled:
        _stalled = True
        time.sleep(seconds)


def _around(owner: type, name: str, before: str, after: str) -> None:
    inner: Callable[..., Any] = getattr(owner, name)

    async def passing(*arguments: Any) -> Any:
        reach(before)
        result = await inner(*arguments)
        reach(after)
        return result

    setattr(owner, name, passing)


def mine_the_cycle() -> None:
    """Put a mine before and after each step of the cycle."""
    _around(Durable, "_commit", "before_commit", "after_commit")
    _around(Reader, "acknowledge", "before_acknowledge", "after_acknowledge")
    _around(Outbox, "_send_postings", "before_send", "after_send")
    _around(Durable, "_finish", "before_finish", "after_finish")


def take_guards_out() -> None:
    """Break the recipe in one place: the test of that place must fail."""
    guard = os.environ.get("TALLY_UNGUARDED")
    if guard == "savepoint":
        Unit.attempt = lambda self, work: (work(self), None)  # type: ignore[method-assign]
    elif guard == "rebind":
        Durable.rebind = lambda _self, _reason: None  # type: ignore[method-assign,assignment]
        Consumer.rebind = lambda _self, _reason: None  # type: ignore[method-assign,assignment]
    elif guard == "position":
        Unit.keep_position = lambda _self, _stream, _position: None  # type: ignore[method-assign,assignment]
    elif guard == "answers":
        Unit.once = lambda _self, _key, _contents, work: work()  # type: ignore[method-assign,assignment]
    elif guard == "outbox":
        from libs.common import outbox  # noqa: PLC0415 - only to break it

        outbox.unsent = lambda db: []  # noqa: ARG005


def build(runtime: Runtime) -> None:
    feed = Feed(
        stream=subjects.EVENTS,
        decode=Numbered.model_validate_json,
        mark=lambda event: Mark(event.id, 1, event.number if os.environ.get("TALLY_UNGUARDED") != "number" else None),
        handle=handle,
        group_max=int(os.environ.get("TALLY_GROUP", "20")),
        ack_wait_seconds=float(os.environ.get("TALLY_ACK_WAIT", "30")),
    )
    runtime.durable(Database(runtime.state_dir / "tally.db", [SCHEMA]), [feed], [Door(ADD, add, refuse, key_of)])


def read(path: Any, query: str) -> list[Any]:
    """Read the tally's database from outside."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return db.execute(query).fetchall()
    finally:
        db.close()


if __name__ == "__main__":
    mine_the_cycle()
    take_guards_out()
    main("tally", build)
