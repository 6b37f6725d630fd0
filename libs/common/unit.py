"""A unit of work: what a handler may do inside the group's transaction. Runs on the writer thread; knows nothing of NATS."""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar
from uuid import uuid4

from libs.common import outbox, subjects
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.base import Contract
from libs.common.contracts.deadletters import DeadLetter
from libs.common.contracts.ledger import Posting
from libs.common.position import Mark, Position
from libs.common.reader import Message

T = TypeVar("T")

SCHEMA: Final = (
    outbox.SCHEMA
    + """
CREATE TABLE IF NOT EXISTS positions (
    stream TEXT PRIMARY KEY,
    sequence INTEGER NOT NULL,
    id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    number INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    answer BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS store (id TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS probe (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL) STRICT;
"""
)
"""The tables every service with state has, beside its own."""

_AT_ONCE_MIN: Final = 8
"""Fewer rows are written as quickly one by one."""
LETTER_BYTES_MAX: Final = 100_000
"""So much of a message is kept in a dead letter: escaped, it must still fit into one message of the server."""
PASSING: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""SQLite's failures that may pass by themselves: the group is tried again."""
DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_READONLY})
"""SQLite's failures that say something of the file: the service ends. All others are the message's own."""


class KeyConflict(Exception):
    """The same key came with other contents: the second is not a repetition but a mistake, and has no effect."""


@dataclass(frozen=True)
class Feed(Generic[T]):
    """One stream a service reads from its own position."""

    stream: str
    decode: Callable[[bytes], T]
    """Raising makes the message a dead letter."""
    mark: Callable[[T], Mark]
    handle: Callable[["Unit", T, Message], None]
    """Runs on the writer thread, in a savepoint. What it raises is rolled back and makes the message a dead letter."""
    subjects: tuple[str, ...] = ()
    """Only these of the stream's subjects; empty for all."""
    group_max: int = 500
    """Messages in one transaction."""
    ack_wait_seconds: float = 30.0


def dead_letter(service: str, message: Message, error: Exception, at: datetime) -> DeadLetter:
    """Write down a message that a service can't handle, and why."""
    return DeadLetter(
        id=f"{service}:{message.stream}:{message.sequence}",
        service=service,
        stream=message.stream,
        sequence=message.sequence,
        subject=message.subject,
        body=message.body[:LETTER_BYTES_MAX].decode("utf-8", "backslashreplace"),
        error=f"{type(error).__name__}: {error}"[:2_000],
        at=at,
    )


class Unit:
    """The transaction as a handler sees it: its database, and what is to be sent once it is committed."""

    def __init__(self, db: sqlite3.Connection, service: str = "test") -> None:
        """Take the connection, inside a transaction, and the service's name for dead letters."""
        self.db = db
        self.rows: list[outbox.Row] = []
        """Outbox rows written so far."""
        self.calls: list[Callable[[], None]] = []
        """What runs on the event loop after the commit."""
        self._service = service

    def send(self, stream: str, subject: str, key: str, body: bytes) -> None:
        """Put any message into the outbox."""
        self.rows.append(outbox.insert(self.db, stream, subject, key, body))

    def post(self, channel: str, posting: Posting) -> None:
        """Ask the ledger, without waiting: the outcome comes in the transactions."""
        self.send(subjects.POSTINGS, subjects.postings(channel, self._service), posting.key, posting.encode())

    def post_many(self, channel: str, postings: Sequence[Posting]) -> None:
        """Ask the ledger for independent postings."""
        if len(postings) < _AT_ONCE_MIN:
            for posting in postings:
                self.post(channel, posting)
            return
        messages = [(posting.key, posting.encode()) for posting in postings]
        self.rows += outbox.insert_many(self.db, subjects.POSTINGS, subjects.postings(channel, self._service), messages)

    def announce(self, announcement: Announcement) -> None:
        """Have something said."""
        subject = subjects.announcement(announcement.channel, announcement.lane)
        self.send(subjects.ANNOUNCEMENTS, subject, announcement.id, announcement.encode())

    def fact(self, channel: str, kind: str, key: str, fact: Contract) -> None:
        """Tell what was found out, to whoever cares."""
        self.send(subjects.FACTS, subjects.fact(channel, kind), key, fact.encode())

    def settle(self, posting_key: str) -> None:
        """Note that a posting's outcome was seen: it need not be sent again."""
        outbox.settle(self.db, posting_key)

    def unsettled(self, posting_key: str) -> Posting | None:
        """Give a posting whose outcome was not seen yet."""
        body = outbox.posting(self.db, posting_key)
        return None if body is None else Posting.model_validate_json(body)

    def dead_letter(self, message: Message, error: Exception) -> None:
        """Keep a message that can't be handled, with its error, for operators."""
        letter = dead_letter(self._service, message, error, outbox.now())
        self.send(subjects.DEADLETTERS, subjects.deadletter(self._service), letter.id, letter.encode())

    def after_commit(self, call: Callable[[], None]) -> None:
        """Have `call` run on the event loop, only once the commit is durable."""
        self.calls.append(call)

    def attempt(self, work: Callable[["Unit"], T]) -> tuple[T | None, Exception | None]:
        """Run `work` in a savepoint: its result, or its error with everything it did undone.

        Raises:
            sqlite3.OperationalError: the database refuses for now; the whole group is to be tried again.
            sqlite3.DatabaseError: the file is damaged, or may not be written; no message is to blame for that.
            MemoryError: nor for that; the process ends, and starts with more of it.
        """
        rows, calls = len(self.rows), len(self.calls)
        self.db.execute("SAVEPOINT attempt")
        try:
            result = work(self)
        except MemoryError:
            raise
        except Exception as error:
            if isinstance(error, sqlite3.DatabaseError) and (passes(error) or damages(error)):
                raise
            self.db.execute("ROLLBACK TO attempt")
            self.db.execute("RELEASE attempt")
            del self.rows[rows:], self.calls[calls:]
            return None, error
        self.db.execute("RELEASE attempt")
        return result, None

    def once(self, key: str, contents: bytes, work: Callable[[], bytes]) -> bytes:
        """Do `work` under `key`, or give the answer kept for it.

        Raises:
            KeyConflict: the key was used with other contents.
        """
        kept = self.kept(key, contents)
        if kept is None:
            kept = work()
            self.keep(key, contents, kept)
        return kept

    def kept(self, key: str, contents: bytes) -> bytes | None:
        """Give the answer kept under `key`.

        Raises:
            KeyConflict: the key was used with other contents.
        """
        row = self.db.execute("SELECT fingerprint, answer FROM answers WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        if row[0] != hashlib.sha256(contents).digest():
            raise KeyConflict(f"key {key!r} was used with other contents")
        answer: bytes = row[1]
        return answer

    def keep(self, key: str, contents: bytes, answer: bytes) -> None:
        """Keep what these contents were answered under a key that is free."""
        row = (key, hashlib.sha256(contents).digest(), answer)
        self.db.execute("INSERT INTO answers (key, fingerprint, answer) VALUES (?, ?, ?)", row)

    def keep_position(self, stream: str, position: Position) -> None:
        """Move a position, in the transaction of what was done up to there."""
        mark = position.mark
        self.db.execute(
            "INSERT INTO positions VALUES (?, ?, ?, ?, ?) ON CONFLICT (stream) DO UPDATE SET"
            " sequence = excluded.sequence, id = excluded.id, epoch = excluded.epoch, number = excluded.number",
            (stream, position.sequence, mark.id, mark.epoch, mark.number),
        )


def positions(db: sqlite3.Connection) -> dict[str, Position]:
    """Read how far each stream is handled."""
    rows = db.execute("SELECT stream, sequence, id, epoch, number FROM positions")
    return {stream: Position(sequence, Mark(id_, epoch, number)) for stream, sequence, id_, epoch, number in rows}


def store_id(db: sqlite3.Connection) -> str:
    """Give the id of this very file, made with it: ids of what it sends must not repeat those of another."""
    row = db.execute("SELECT id FROM store").fetchone()
    if row is None:
        row = (uuid4().hex[:16],)
        db.execute("INSERT INTO store (id) VALUES (?)", row)
    found: str = row[0]
    return found


def renew_store_id(db: sqlite3.Connection) -> str:
    """Give a file another id: an older copy that takes its place counts its messages from an earlier number."""
    db.execute("DELETE FROM store")
    return store_id(db)


def passes(error: sqlite3.DatabaseError) -> bool:
    """Tell whether the failure may pass by itself."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in PASSING


def damages(error: sqlite3.DatabaseError) -> bool:
    """Tell whether the file itself is at fault."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in DAMAGE


def encoded(answer: Any) -> bytes:
    """Give an answer as it is sent."""
    return answer.encode() if isinstance(answer, Contract) else bytes(answer)
