"""What a service wants to send, kept in its database until it is sent: written in the transaction of its cause, sent after the commit."""

import asyncio
import json
import sqlite3
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from libs.common import subjects
from libs.common.tasks import together

log = structlog.get_logger()

SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL,
    subject TEXT NOT NULL,
    key TEXT NOT NULL,
    body BLOB NOT NULL,
    sent INTEGER                      -- epoch seconds of the server's acknowledgement
) STRICT;
DROP INDEX IF EXISTS outbox_key;
CREATE INDEX IF NOT EXISTS outbox_posting ON outbox (key) WHERE stream = '{subjects.POSTINGS}';
CREATE INDEX IF NOT EXISTS outbox_sent ON outbox (sent) WHERE sent IS NOT NULL;
"""

_MERGED_MAX: Final = 500
"""Postings in one message."""
_MERGED_BYTES_MAX: Final = 512 * 1024
"""Bytes of postings in one message, where the server takes as many; by default it takes 1 MiB."""
_SINGLES_MAX: Final = 256
"""Other messages in flight at once."""
_BATCH_MIN: Final = 20
"""So many facts go as one atomic batch: it costs the server as much as 20 messages, however many are in it."""
_GATHER_SECONDS: Final = 0.1
_GATHER_MANY_SECONDS: Final = 0.25
"""From one go of facts to the next, and where that was a batch: nobody waits for them, and each batch costs the server milliseconds."""
_REPEATED: Final = 10201
"""The server's code for a batch of which something arrived before."""
_HEADERS_BYTES: Final = 1_024
"""Room for headers and the frame of a list, its commas apart."""
_ACK_SECONDS: Final = 5.0
_RETRY_SECONDS_MAX: Final = 5.0
_KEPT: Final = timedelta(days=1)
UNSEEN: Final = timedelta(seconds=300)
"""A posting sent that long ago without an outcome seen is sent again; its key makes that harmless."""
ASKED_AFTER: Final = timedelta(seconds=60)
"""A posting sent that long ago without an outcome seen is worth asking the ledger about."""


@dataclass(frozen=True, slots=True)
class Row:
    """One message to send."""

    id: int
    stream: str
    subject: str
    key: str
    body: bytes


@dataclass(slots=True)
class _Lane:
    """Rows that are sent in order, go by go."""

    gathers: bool = False
    """Whether some time is let pass from one go to the next."""
    waiting: deque[Row] = field(default_factory=deque)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    flight: asyncio.Task[None] | None = None


class Outbox:
    """Sends rows, those of one stream in order, and says which ones the server has acknowledged."""

    def __init__(self, jetstream: JetStreamContext, store_id: str) -> None:
        """Take the context to publish with, and the id of the database the rows are from."""
        self._jetstream = jetstream
        self._store_id = store_id
        self._facts = _Lane(gathers=True)
        self._others = _Lane()
        self._sent: list[int] = []
        self._atomic = True
        """Whether the server takes facts in batches, for all that is known."""

    @property
    def depth(self) -> int:
        """Give the number of rows that wait to be sent."""
        return len(self._facts.waiting) + len(self._others.waiting)

    def add(self, rows: Iterable[Row]) -> None:
        """Take committed rows, in the order of their ids."""
        for row in rows:
            lane = self._facts if row.stream == subjects.FACTS else self._others
            lane.waiting.append(row)
            lane.wake.set()

    def take_sent(self) -> list[int]:
        """Give the ids acknowledged since the last call, to be marked in the next transaction."""
        sent, self._sent = self._sent, []
        return sent

    def interrupt(self) -> None:
        """Send again at once what is in flight: after a reconnect its acknowledgement will not come."""
        for lane in (self._facts, self._others):
            if lane.flight is not None:
                lane.flight.cancel()

    async def run(self) -> None:
        """Send until cancelled; what fails is tried again, in order, with a growing delay."""
        await together(map(self._run, (self._facts, self._others)))

    async def _run(self, lane: _Lane) -> None:
        clock = asyncio.get_running_loop().time
        delay = 0.05
        while True:
            if not lane.waiting:
                lane.wake.clear()
                await lane.wake.wait()
            began = clock()
            rows = self._sendable(lane, self._next(lane.waiting))
            if not rows:
                continue
            try:
                await self._send(lane, rows)
            except (NatsError, OSError, TimeoutError) as error:
                log.warning("outbox could not send, tries again", stream=rows[0].stream, rows=len(rows), error=repr(error))
                await asyncio.sleep(delay)
                delay = min(delay * 2, _RETRY_SECONDS_MAX)
                continue
            delay = 0.05
            for _ in rows:
                lane.waiting.popleft()
            self._sent.extend(row.id for row in rows)
            if lane.gathers:
                pause = _GATHER_MANY_SECONDS if len(rows) >= _BATCH_MIN else _GATHER_SECONDS
                await asyncio.sleep(began + pause - clock())

    @property
    def _nats(self) -> Client:
        return self._jetstream._nc  # noqa: SLF001 - nats-py gives the context no other way to its connection

    @property
    def _bytes_max(self) -> int:
        """Give the longest body the server takes."""
        return self._nats.max_payload - _HEADERS_BYTES

    def _sendable(self, lane: _Lane, rows: list[Row]) -> list[Row]:
        """Give the rows up to the first that no server would take; one that stands first is given up: it must not block the others."""
        limit = self._bytes_max
        for number, row in enumerate(rows):
            if len(row.body) <= limit:
                continue
            if number:
                return rows[:number]
            log.error("a message is too large for the server and is given up", stream=row.stream, key=row.key, bytes=len(row.body))
            lane.waiting.popleft()
            self._sent.append(row.id)
            return []
        return rows

    def _next(self, waiting: Sequence[Row]) -> list[Row]:
        first = waiting[0]
        merged = first.stream == subjects.POSTINGS
        limit = min(_MERGED_BYTES_MAX, self._bytes_max)
        rows: list[Row] = []
        size = 0
        for row in waiting:
            if len(rows) == (_MERGED_MAX if merged else _SINGLES_MAX) or (row.stream == subjects.POSTINGS) != merged:
                break
            size += len(row.body) + 1
            if merged and (row.subject != first.subject or (rows and size > limit)):
                break
            rows.append(row)
        return rows

    async def _send(self, lane: _Lane, rows: Sequence[Row]) -> None:
        if rows[0].stream == subjects.POSTINGS:
            send = self._send_postings
        else:
            send = self._send_batch if lane is self._facts and self._atomic and len(rows) >= _BATCH_MIN else self._send_singles
        lane.flight = asyncio.create_task(send(rows))
        try:
            await asyncio.wait({lane.flight})
        finally:
            lane.flight.cancel()
        if lane.flight.cancelled():
            raise TimeoutError("the connection was cut")
        lane.flight.result()

    async def _send_postings(self, rows: Sequence[Row]) -> None:
        # The id names this very cut: another cut of the same rows is another message.
        batch = f"{self._store_id}:{rows[0].id}-{rows[-1].id}:{len(rows)}"
        body = b'{"id":"%s","postings":[%s]}' % (batch.encode(), b",".join(row.body for row in rows))
        headers = {"Nats-Msg-Id": batch}
        await self._jetstream.publish(rows[0].subject, body, timeout=_ACK_SECONDS, stream=rows[0].stream, headers=headers)

    async def _send_batch(self, rows: Sequence[Row]) -> None:
        """Send rows all at once; one by one where the server does not take them so, as when some of them arrived before."""
        batch = uuid4().hex
        answer = b""
        for number, row in enumerate(rows, start=1):
            headers = {"Nats-Msg-Id": self._id(row), "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
            if number < len(rows):
                await self._nats.publish(row.subject, row.body, headers=headers)
            else:
                headers["Nats-Batch-Commit"] = "1"
                answer = (await self._nats.request(row.subject, row.body, timeout=_ACK_SECONDS, headers=headers)).data
        told = json.loads(answer)
        if told.get("count") == len(rows):
            return
        # A stream may take no batches; and a server that knows none stores each message by itself, and tells of the last one only.
        self._atomic = told.get("error", {}).get("err_code") == _REPEATED
        await self._send_singles(rows)

    async def _send_singles(self, rows: Sequence[Row]) -> None:
        await together(self._send_single(row) for row in rows)

    async def _send_single(self, row: Row) -> None:
        headers = {"Nats-Msg-Id": self._id(row)}
        await self._jetstream.publish(row.subject, row.body, timeout=_ACK_SECONDS, stream=row.stream, headers=headers)

    def _id(self, row: Row) -> str:
        return f"{self._store_id}:{row.id}"


def insert(db: sqlite3.Connection, stream: str, subject: str, key: str, body: bytes) -> Row:
    """Write one row; belongs to the transaction of its cause."""
    done = db.execute("INSERT INTO outbox (stream, subject, key, body) VALUES (?, ?, ?, ?)", (stream, subject, key, body))
    return Row(done.lastrowid or 0, stream, subject, key, body)


def insert_many(db: sqlite3.Connection, stream: str, subject: str, messages: Sequence[tuple[str, bytes]]) -> list[Row]:
    """Write a row for each (key, body), in order: for thousands at once, in a third of the time they take one by one."""
    last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
    first = (last[0] if last else 0) + 1
    rows = [Row(id_, stream, subject, key, body) for id_, (key, body) in enumerate(messages, first)]
    values = [(row.id, stream, subject, row.key, row.body) for row in rows]
    db.executemany("INSERT INTO outbox (id, stream, subject, key, body) VALUES (?, ?, ?, ?, ?)", values)
    return rows


def unsent(db: sqlite3.Connection) -> list[Row]:
    """Give what was not acknowledged before this start, and the postings whose outcome was not seen: all in order."""
    rows = db.execute(
        "SELECT id, stream, subject, key, body FROM outbox WHERE sent IS NULL OR stream = ? ORDER BY id", (subjects.POSTINGS,)
    )
    return [Row(*row) for row in rows]


def unseen(db: sqlite3.Connection, now: datetime) -> list[Row]:
    """Give the postings sent a while ago whose outcome was not seen, and forget that they were sent."""
    rows = db.execute(
        "UPDATE outbox SET sent = NULL WHERE stream = ? AND sent < ? RETURNING id, stream, subject, key, body",
        (subjects.POSTINGS, int((now - UNSEEN).timestamp())),
    ).fetchall()
    return sorted((Row(*row) for row in rows), key=lambda row: row.id)


def unsettled(db: sqlite3.Connection, now: datetime, limit: int) -> list[tuple[str, str]]:
    """Give subject and key of postings sent a while ago whose outcome was not seen."""
    return db.execute(
        "SELECT subject, key FROM outbox WHERE stream = ? AND sent < ? ORDER BY id LIMIT ?",
        (subjects.POSTINGS, int((now - ASKED_AFTER).timestamp()), limit),
    ).fetchall()


def posting(db: sqlite3.Connection, key: str) -> bytes | None:
    """Give a posting that is not settled."""
    row = db.execute(f"SELECT body FROM outbox WHERE key = ? AND stream = '{subjects.POSTINGS}'", (key,)).fetchone()  # noqa: S608
    return None if row is None else bytes(row[0])


def settle(db: sqlite3.Connection, key: str) -> None:
    """Forget a posting: its outcome was seen."""
    # The stream's name in the statement itself, as in the index, or SQLite would not use that.
    db.execute(f"DELETE FROM outbox WHERE key = ? AND stream = '{subjects.POSTINGS}'", (key,))  # noqa: S608 - a name of our own


def mark_sent(db: sqlite3.Connection, ids: Sequence[int], now: datetime) -> None:
    """Note what the server acknowledged."""
    db.executemany("UPDATE outbox SET sent = ? WHERE id = ?", [(int(now.timestamp()), id_) for id_ in ids])


def sweep(db: sqlite3.Connection, now: datetime) -> None:
    """Remove what was acknowledged a day ago (postings go when their outcome is seen)."""
    db.execute("DELETE FROM outbox WHERE sent < ? AND stream <> ?", (int((now - _KEPT).timestamp()), subjects.POSTINGS))


def now() -> datetime:
    """Give the wall clock: for the bookkeeping of sending only, no rule reads it."""
    return datetime.now(UTC)
