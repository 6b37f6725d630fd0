"""The payments as they are kept: by the id their asker gave them."""

import sqlite3
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from libs.common.names import fold
from services.shop.queue.rules import Past
from services.shop.times import micros, moment

SCHEMA: Final = """
CREATE TABLE queue_spend_requests (
    request_id TEXT PRIMARY KEY,
    username TEXT NOT NULL,
    user TEXT NOT NULL,               -- the same, folded
    channel TEXT NOT NULL,
    cost_z INTEGER NOT NULL,
    tier TEXT NOT NULL,               -- the asker's own word
    day TEXT NOT NULL,                -- the economy's, on which it counts
    created_at INTEGER NOT NULL,      -- microseconds since 1970
    state TEXT NOT NULL CHECK (state IN ('paying', 'paid', 'refunding', 'refunded', 'void')),  -- void: refunded before it was paid
    refunded INTEGER GENERATED ALWAYS AS (state = 'refunded') VIRTUAL,
    refunded_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_spend_requests_kept ON queue_spend_requests (channel, user, created_at) WHERE state IN ('paying', 'paid', 'refunding');
"""

# Chains of OR: for an IN with more than two values SQLite builds a table of its own, at every insert, update and look.
_COUNTS: Final = "(state = 'paid' OR state = 'paying' OR state = 'refunding')"
QUICKER: Final = f"""
CREATE TABLE payments_before AS SELECT * FROM queue_spend_requests;
DROP TABLE queue_spend_requests;
CREATE TABLE queue_spend_requests (   -- as before, with checks that cost less
    request_id TEXT PRIMARY KEY,
    username TEXT NOT NULL,
    user TEXT NOT NULL,
    channel TEXT NOT NULL,
    cost_z INTEGER NOT NULL,
    tier TEXT NOT NULL,
    day TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state = 'paying' OR state = 'paid' OR state = 'refunding' OR state = 'refunded' OR state = 'void'),
    refunded INTEGER GENERATED ALWAYS AS (state = 'refunded') VIRTUAL,
    refunded_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO queue_spend_requests (request_id, username, user, channel, cost_z, tier, day, created_at, state, refunded_at)
SELECT request_id, username, user, channel, cost_z, tier, day, created_at, state, refunded_at FROM payments_before;
DROP TABLE payments_before;
-- All that is asked of somebody's payments stands in it.
CREATE INDEX queue_spend_requests_kept ON queue_spend_requests (channel, user, created_at, day, state) WHERE {_COUNTS};
"""  # noqa: S608 - our own words

VOIDS: Final = "CREATE INDEX queue_spend_requests_void ON queue_spend_requests (created_at) WHERE state = 'void';"

_DAY_MAX: Final = timedelta(hours=26)
"""No day of any zone is longer."""
PAST: Final = f"""
SELECT
    (SELECT count(*) FROM queue_spend_requests
        WHERE channel = :channel AND user = :user AND {_COUNTS} AND created_at >= :since AND day = :day),
    (SELECT max(created_at) FROM queue_spend_requests WHERE channel = :channel AND user = :user AND {_COUNTS})"""  # noqa: S608 - likewise

State = Literal["paying", "paid", "refunding", "refunded", "void"]


class Payment(NamedTuple):
    """One of them."""

    request_id: str
    username: str
    user: str
    channel: str
    cost: int
    tier: str
    state: State


def find(db: sqlite3.Connection, request_id: str) -> Payment | None:
    """Give a payment by its id."""
    row = db.execute(
        "SELECT request_id, username, user, channel, cost_z, tier, state FROM queue_spend_requests WHERE request_id = ?", (request_id,)
    ).fetchone()
    return None if row is None else Payment(*row)


def past(db: sqlite3.Connection, channel: str, user: str, day: str, at: datetime) -> Past:
    """Give what somebody bought and did not have given back: how much of it on the day of `at`, and when last."""
    today, last = db.execute(PAST, {"channel": channel, "user": fold(user), "day": day, "since": micros(at - _DAY_MAX)}).fetchone()
    return Past(today, None if last is None else moment(last))


def add(db: sqlite3.Connection, channel: str, username: str, request_id: str, cost: int, tier: str, day: str, at: datetime) -> None:
    """Keep a payment whose coins are still to be moved."""
    db.execute(
        "INSERT INTO queue_spend_requests (request_id, username, user, channel, cost_z, tier, day, created_at, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'paying')",
        (request_id, username, fold(username), channel, cost, tier, day, micros(at)),
    )


def drop(db: sqlite3.Connection, request_id: str) -> None:
    """Forget a payment that was refused: the same id may be tried again."""
    db.execute("DELETE FROM queue_spend_requests WHERE request_id = ? AND state = 'paying'", (request_id,))


def move(db: sqlite3.Connection, request_id: str, state: State, refunded_at: datetime | None = None) -> None:
    """Change a payment's state."""
    if refunded_at is None:  # said apart: to Python's sqlite3 a NULL costs as much as three numbers
        db.execute("UPDATE queue_spend_requests SET state = ? WHERE request_id = ?", (state, request_id))
    else:
        given_back = "UPDATE queue_spend_requests SET state = ?, refunded_at = ? WHERE request_id = ?"
        db.execute(given_back, (state, micros(refunded_at), request_id))


def remember_refunded(db: sqlite3.Connection, channel: str, username: str, request_id: str, cost: int, at: datetime) -> None:
    """Make of an id under which nothing is to be paid what was found to have been paid under it, and was given back."""
    db.execute(
        "UPDATE queue_spend_requests SET username = ?, user = ?, channel = ?, cost_z = ?, state = 'refunded', refunded_at = ?"
        " WHERE request_id = ? AND state = 'void'",
        (username, fold(username), channel, cost, micros(at), request_id),
    )


def void(db: sqlite3.Connection, channel: str, username: str, request_id: str, at: datetime) -> None:
    """Keep that nothing is ever to be paid under an id."""
    db.execute(
        "INSERT INTO queue_spend_requests (request_id, username, user, channel, cost_z, tier, day, created_at, state)"
        " VALUES (?, ?, ?, ?, 0, '', '', ?, 'void')",
        (request_id, username, fold(username), channel, micros(at)),
    )


def sweep(db: sqlite3.Connection, before: datetime) -> None:
    """Forget the ids that were void before a moment: what was to be paid under them does not come any more."""
    db.execute("DELETE FROM queue_spend_requests WHERE state = 'void' AND created_at < ?", (micros(before),))
