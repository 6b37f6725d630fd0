"""The sales whose effect is outside."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from libs.common.names import fold
from services.shop.times import micros, moment

State = Literal["delivering", "seen", "failed", "paid", "returned"]

SCHEMA: Final = """
CREATE TABLE sales (                  -- what is paid once its effect was seen
    id TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    ware TEXT NOT NULL,
    user TEXT NOT NULL,               -- folded
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    price INTEGER NOT NULL CHECK (price >= 0),
    state TEXT NOT NULL CHECK (state IN ('delivering', 'seen', 'failed', 'paid', 'returned')),
    reason TEXT,                      -- why it failed
    at INTEGER NOT NULL,              -- when it was bought; event time, microseconds since 1970, like all times here
    until INTEGER NOT NULL,           -- until when the effect is brought about
    patience INTEGER NOT NULL         -- so many ticks that say the robot is there are waited for after that
) STRICT;
CREATE INDEX sales_by_state ON sales (state, ware, channel);
CREATE INDEX sales_of ON sales (channel, user, ware, at);
"""


@dataclass(frozen=True, slots=True)
class Sale:
    """One sale."""

    id: str
    channel: str
    ware: str
    name: str
    """The buyer's, as the room spells it."""
    value: str
    price: int
    """Coins held for it; 0 where it is free."""
    state: State
    at: datetime
    until: datetime
    patience: int
    reason: str | None = None

    @property
    def user(self) -> str:
        """The buyer, folded."""
        return fold(self.name)


def add(db: sqlite3.Connection, sale: Sale) -> bool:
    """Keep a new sale; False where it was kept before."""
    row = (sale.id, sale.channel, sale.ware, sale.user, sale.name, sale.value, sale.price, sale.state)
    times = (micros(sale.at), micros(sale.until), sale.patience)
    added = db.execute(
        "INSERT INTO sales (id, channel, ware, user, name, value, price, state, at, until, patience)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (*row, *times),
    )
    return added.rowcount == 1


def find(db: sqlite3.Connection, id_: str) -> Sale | None:
    """Give a sale."""
    return next(_read(db.execute("SELECT * FROM sales WHERE id = ?", (id_,))), None)


def move(db: sqlite3.Connection, id_: str, before: State, after: State, reason: str | None = None) -> bool:
    """Change a sale's state, if it is as it was; tell whether it was."""
    moved = db.execute("UPDATE sales SET state = ?, reason = coalesce(?, reason) WHERE id = ? AND state = ?", (after, reason, id_, before))
    return moved.rowcount == 1


def delivering(db: sqlite3.Connection, ware: str, channel: str) -> list[Sale]:
    """Give the sales whose effect is waited for, the oldest first."""
    query = "SELECT * FROM sales WHERE ware = ? AND channel = ? AND state = 'delivering' ORDER BY at, rowid"
    return list(_read(db.execute(query, (ware, channel))))


def under_way(db: sqlite3.Connection, ware: str, channel: str) -> list[Sale]:
    """Give the sales whose effect is waited for, or was seen and is not paid yet; the oldest first."""
    query = "SELECT * FROM sales WHERE ware = ? AND channel = ? AND state IN ('delivering', 'seen') ORDER BY at, rowid"
    return list(_read(db.execute(query, (ware, channel))))


def undone(db: sqlite3.Connection, ware: str, channel: str, since: datetime) -> list[Sale]:
    """Give the sales that failed, and whose coins went back or are on their way back; the oldest first."""
    query = "SELECT * FROM sales WHERE ware = ? AND channel = ? AND state IN ('failed', 'returned') AND at >= ? ORDER BY at, rowid"
    return list(_read(db.execute(query, (ware, channel, micros(since)))))


def last(db: sqlite3.Connection, ware: str, channel: str, user: str) -> Sale | None:
    """Give somebody's last sale that did not fail."""
    query = (
        "SELECT * FROM sales WHERE channel = ? AND user = ? AND ware = ? AND state NOT IN ('failed', 'returned')"
        " ORDER BY at DESC, rowid DESC LIMIT 1"
    )
    return next(_read(db.execute(query, (channel, user, ware))), None)


def wait(db: sqlite3.Connection, ware: str, channel: str, at: datetime) -> None:
    """Take one tick that says the robot is there off the patience with those that are late."""
    db.execute(
        "UPDATE sales SET patience = patience - 1 WHERE ware = ? AND channel = ? AND state = 'delivering' AND until <= ?",
        (ware, channel, micros(at)),
    )


def overdue(db: sqlite3.Connection, ware: str, until: datetime) -> list[Sale]:
    """Give the sales nobody has patience with any more, and those that should have come about by `until`."""
    query = "SELECT * FROM sales WHERE ware = ? AND state = 'delivering' AND (patience <= 0 OR until <= ?) ORDER BY at, rowid"
    return list(_read(db.execute(query, (ware, micros(until)))))


def _read(rows: sqlite3.Cursor) -> Iterator[Sale]:
    for id_, channel, ware, _, name, value, price, state, reason, at, until, patience in rows:
        yield Sale(id_, channel, ware, name, value, price, state, moment(at), moment(until), patience, reason)
