"""What viewers have bought for themselves. Users are folded names; `name` is how the room spells them."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from libs.common.names import fold
from services.shop.times import micros, moment

SCHEMA: Final = """
CREATE TABLE vanity_items (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    item TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    key TEXT NOT NULL,                -- of the purchase
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, user, item)
) STRICT, WITHOUT ROWID;
CREATE TABLE fortunes (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    date TEXT NOT NULL,               -- of the economy
    text TEXT NOT NULL,
    PRIMARY KEY (channel, user, date)
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Owned:
    """Something somebody has."""

    name: str
    value: str
    key: str
    at: datetime


def keep(db: sqlite3.Connection, channel: str, item: str, owned: Owned) -> None:
    """Keep what somebody bought, in the place of what they had of it before."""
    row = (channel, fold(owned.name), item, owned.name, owned.value, owned.key, micros(owned.at))
    db.execute("INSERT OR REPLACE INTO vanity_items (channel, user, item, name, value, key, at) VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def value(db: sqlite3.Connection, channel: str, user: str, item: str) -> str | None:
    """Give what somebody has of an item."""
    query = "SELECT value FROM vanity_items WHERE channel = ? AND user = ? AND item = ?"
    row = db.execute(query, (channel, fold(user), item)).fetchone()
    return None if row is None else str(row[0])


def values(db: sqlite3.Connection, channel: str, user: str) -> dict[str, str]:
    """Give all somebody has, by item."""
    return dict(db.execute("SELECT item, value FROM vanity_items WHERE channel = ? AND user = ?", (channel, fold(user))))


def everybodys(db: sqlite3.Connection, channel: str, item: str) -> Iterator[Owned]:
    """Give what everybody has of an item."""
    query = "SELECT name, value, key, at FROM vanity_items WHERE channel = ? AND item = ? ORDER BY user"
    for name, value_, key, at in db.execute(query, (channel, item)).fetchall():
        yield Owned(name, value_, key, moment(at))


def take(db: sqlite3.Connection, channel: str, user: str, item: str) -> Owned | None:
    """Take away what somebody has of an item; give what it was."""
    query = "DELETE FROM vanity_items WHERE channel = ? AND user = ? AND item = ? RETURNING name, value, key, at"
    row = db.execute(query, (channel, fold(user), item)).fetchone()
    return None if row is None else Owned(row[0], row[1], row[2], moment(row[3]))


def keep_fortune(db: sqlite3.Connection, channel: str, user: str, date: str, text: str) -> None:
    """Keep what somebody was told of a day; fortunes of days before it are let go."""
    db.execute("DELETE FROM fortunes WHERE channel = ? AND user = ? AND date < ?", (channel, fold(user), date))
    db.execute("INSERT OR REPLACE INTO fortunes (channel, user, date, text) VALUES (?, ?, ?, ?)", (channel, fold(user), date, text))


def fortune(db: sqlite3.Connection, channel: str, user: str, date: str) -> str | None:
    """Give what somebody was told of a day."""
    query = "SELECT text FROM fortunes WHERE channel = ? AND user = ? AND date = ?"
    row = db.execute(query, (channel, fold(user), date)).fetchone()
    return None if row is None else str(row[0])
