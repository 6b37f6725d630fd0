"""What an owner keeps of its errands: what the ledger is to do until it has, and the answers of what was done."""

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from libs.common.names import fold

SCHEMA: Final = """
CREATE TABLE errands (                -- begun and not settled: the ledger is asked until it has answered
    key TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    verb TEXT NOT NULL,
    user TEXT NOT NULL,
    request BLOB NOT NULL,
    posting BLOB NOT NULL,
    note TEXT NOT NULL
) STRICT;
CREATE TABLE settled (                -- answers of errands that were done
    key TEXT PRIMARY KEY,
    fingerprint BLOB NOT NULL,
    answer BLOB NOT NULL,
    at INTEGER NOT NULL               -- epoch seconds
) STRICT;
CREATE INDEX settled_at ON settled (at);
CREATE TABLE decided (                -- when somebody's last request was decided: their time never runs backwards
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    at INTEGER NOT NULL,              -- microseconds since 1970
    PRIMARY KEY (channel, user)
) STRICT, WITHOUT ROWID;
"""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Kept(NamedTuple):
    """An errand that is under way."""

    channel: str
    verb: str
    request: bytes
    posting: bytes
    note: str
    """JSON."""


def known(db: sqlite3.Connection, key: str) -> bool:
    """Tell whether there is an errand of that key, or an answer: one look, since most often there is neither."""
    row: tuple[int] = db.execute(
        "SELECT EXISTS (SELECT 1 FROM settled WHERE key = ?1) OR EXISTS (SELECT 1 FROM errands WHERE key = ?1)", (key,)
    ).fetchone()
    return row[0] == 1


def find(db: sqlite3.Connection, key: str) -> Kept | None:
    """Give an errand."""
    row = db.execute("SELECT channel, verb, request, posting, note FROM errands WHERE key = ?", (key,)).fetchone()
    return None if row is None else Kept(*row)


def answer(db: sqlite3.Connection, key: str) -> tuple[bytes, bytes] | None:
    """Give the fingerprint of a request that was done, and its answer."""
    row: tuple[bytes, bytes] | None = db.execute("SELECT fingerprint, answer FROM settled WHERE key = ?", (key,)).fetchone()
    return row


def begin(db: sqlite3.Connection, key: str, user: str, kept: Kept) -> None:
    """Keep an errand."""
    row = (key, user, *kept)
    db.execute("INSERT INTO errands (key, user, channel, verb, request, posting, note) VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def end(db: sqlite3.Connection, key: str) -> None:
    """Forget an errand: the ledger has answered."""
    db.execute("DELETE FROM errands WHERE key = ?", (key,))


def settle(db: sqlite3.Connection, key: str, fingerprint: bytes, told: bytes, at: datetime) -> None:
    """Keep the answer of what was done."""
    row = (key, fingerprint, told, int(at.timestamp()))
    db.execute("INSERT OR REPLACE INTO settled (key, fingerprint, answer, at) VALUES (?, ?, ?, ?)", row)


def under_way(db: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Give key, channel and user of all errands, in the order in which they were begun."""
    return db.execute("SELECT key, channel, user FROM errands ORDER BY rowid").fetchall()


def sweep(db: sqlite3.Connection, before: datetime) -> None:
    """Forget the answers of before a moment."""
    db.execute("DELETE FROM settled WHERE at < ?", (int(before.timestamp()),))


def later(db: sqlite3.Connection, channel: str, user: str, at: datetime) -> datetime:
    """Give this time, or that of somebody's last decision, whichever is later; and remember it."""
    who, micros = (channel, fold(user)), (at - _EPOCH) // _MICROSECOND
    last: tuple[int] | None = db.execute("SELECT at FROM decided WHERE channel = ? AND user = ?", who).fetchone()
    if last is not None and last[0] >= micros:
        return _EPOCH + timedelta(microseconds=last[0])
    db.execute("INSERT OR REPLACE INTO decided VALUES (?, ?, ?)", (*who, micros))
    return _EPOCH + timedelta(microseconds=micros)
