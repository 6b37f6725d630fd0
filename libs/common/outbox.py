"""What a service wants to send, kept in its database until it is sent: written in the transaction of its cause, sent after the commit."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from libs.common import subjects
from libs.common.tasks import together

log = structlog.get_logger()

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stream TEXT NOT NULL,
    subject TEXT NOT NULL,
    key TEXT NOT NULL,
    body BLOB NOT NULL,
    sent INTEGER                      -- epoch seconds of the server's acknowledgement
) STRICT;
CREATE INDEX IF NOT EXISTS outbox_key ON outbox (key);
CREATE INDEX IF NOT EXISTS outbox_sent ON outbox (sent) WHERE sent IS NOT NULL;
"""

_MERGED_MAX: Final = 500
"""Postings in one message."""
_MERGED_BYTES_MAX: Final = 512 * 1024
"""Bytes of postings in one message, where the server takes as many; by default it takes 1 MiB."""
_SINGLES_MAX: Final = 256
"""Other messages in flight at once."""
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


class Outbox:
    """Sends rows in order, and says which ones the server has acknowledged."""

    def __init__(self, jetstream: JetStreamContext, store_id: str) -> None:
        """Take the context to publish with, and the id of the database the rows are from."""
        self._jetstream = jetstream
        self._store_id = store_id
        self._waiting: deque[Row] = deque()
        self._sent: list[int] = []
        self._wake = asyncio.Event()
        self._flight: asyncio.Task[None] | None = None

    @property
    def depth(self) -> int:
        """Give the number of rows that wait to be sent."""
        return len(self._waiting)

    def add(self, rows: Iterable[Row]) -> None:
        """Take committed rows, in the order of their ids."""
        self._waiting.extend(rows)
        if self._waiting:
            self._wake.set()

    def take_sent(self) -> list[int]:
        """Give the ids acknowledged since the last call, to be marked in the next transaction."""
        sent, self._sent = self._sent, []
        return sent

    def interrupt(self) -> None:
        """Send again at once what is in flight: after a reconnect its acknowledgement will not come."""
        if self._flight is not None:
            self._flight.cancel()

    async def run(self) -> None:
        """Send until cancelled; what fails is tried again, in order, with a growing delay."""
        delay = 0.05
        while True:
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
            rows = self._sendable(self._next())
            if not rows:
                continue
            try:
                await self._send(rows)
            except (NatsError, OSError, TimeoutError) as error:
                log.warning("outbox could not send, tries again", stream=rows[0].stream, rows=len(rows), error=repr(error))
                await asyncio.sleep(delay)
                delay = min(delay * 2, _RETRY_SECONDS_MAX)
                continue
            delay = 0.05
            for _ in rows:
                self._waiting.popleft()
            self._sent.extend(row.id for row in rows)

    @property
    def _bytes_max(self) -> int:
        """Give the longest body the server takes."""
        return self._jetstream._nc.max_payload - _HEADERS_BYTES  # noqa: SLF001 - nats-py gives the context no other way to its connection

    def _sendable(self, rows: list[Row]) -> list[Row]:
        """Give the rows up to the first that no server would take; one that stands first is given up: it must not block the others."""
        limit = self._bytes_max
        for number, row in enumerate(rows):
            if len(row.body) <= limit:
                continue
            if number:
                return rows[:number]
            log.error("a message is too large for the server and is given up", stream=row.stream, key=row.key, bytes=len(row.body))
            self._waiting.popleft()
            self._sent.append(row.id)
            return []
        return rows

    def _next(self) -> list[Row]:
        first = self._waiting[0]
        merged = first.stream == subjects.POSTINGS
        limit = min(_MERGED_BYTES_MAX, self._bytes_max)
        rows: list[Row] = []
        size = 0
        for row in self._waiting:
            if len(rows) == (_MERGED_MAX if merged else _SINGLES_MAX) or (row.stream == subjects.POSTINGS) != merged:
                break
            size += len(row.body) + 1
            if merged and (row.subject != first.subject or (rows and size > limit)):
                break
            rows.append(row)
        return rows

    async def _send(self, rows: Sequence[Row]) -> None:
        send = self._send_postings if rows[0].stream == subjects.POSTINGS else self._send_singles
        self._flight = asyncio.create_task(send(rows))
        try:
            await asyncio.wait({self._flight})
        finally:
            self._flight.cancel()
        if self._flight.cancelled():
            raise TimeoutError("the connection was cut")
        self._flight.result()

    async def _send_postings(self, rows: Sequence[Row]) -> None:
        # The id names this very cut: another cut of the same rows is another message.
        batch = f"{self._store_id}:{rows[0].id}-{rows[-1].id}:{len(rows)}"
        body = b'{"id":"%s","postings":[%s]}' % (batch.encode(), b",".join(row.body for row in rows))
        headers = {"Nats-Msg-Id": batch}
        await self._jetstream.publish(rows[0].subject, body, timeout=_ACK_SECONDS, stream=rows[0].stream, headers=headers)

    async def _send_singles(self, rows: Sequence[Row]) -> None:
        await together(self._send_single(row) for row in rows)

    async def _send_single(self, row: Row) -> None:
        headers = {"Nats-Msg-Id": f"{self._store_id}:{row.id}"}
        await self._jetstream.publish(row.subject, row.body, timeout=_ACK_SECONDS, stream=row.stream, headers=headers)


def insert(db: sqlite3.Connection, stream: str, subject: str, key: str, body: bytes) -> Row:
    """Write one row; belongs to the transaction of its cause."""
    done = db.execute("INSERT INTO outbox (stream, subject, key, body) VALUES (?, ?, ?, ?)", (stream, subject, key, body))
    return Row(done.lastrowid or 0, stream, subject, key, body)


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


def mark_sent(db: sqlite3.Connection, ids: Sequence[int], now: datetime) -> None:
    """Note what the server acknowledged."""
    db.executemany("UPDATE outbox SET sent = ? WHERE id = ?", [(int(now.timestamp()), id_) for id_ in ids])


def sweep(db: sqlite3.Connection, now: datetime) -> None:
    """Remove what was acknowledged a day ago (postings go when their outcome is seen)."""
    db.execute("DELETE FROM outbox WHERE sent < ? AND stream <> ?", (int((now - _KEPT).timestamp()), subjects.POSTINGS))


def now() -> datetime:
    """Give the wall clock: for the bookkeeping of sending only, no rule reads it."""
    return datetime.now(UTC)
