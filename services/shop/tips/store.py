"""The tips that were given."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from libs.common.names import fold
from services.shop.times import micros

SCHEMA: Final = """
CREATE TABLE tips (
    key TEXT PRIMARY KEY,
    channel TEXT NOT NULL,
    sender TEXT NOT NULL,             -- folded, like the receiver
    receiver TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    date TEXT NOT NULL,               -- of the economy, to whose limit it counted
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tips_of_somebody ON tips (channel, sender, at);
CREATE TABLE given (                  -- what each viewer gave away on a day
    channel TEXT NOT NULL,
    sender TEXT NOT NULL,
    date TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0),
    PRIMARY KEY (channel, sender, date)
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Tip:
    """One tip, as it is kept."""

    key: str
    channel: str
    sender: str
    receiver: str
    amount: int
    date: str
    at: datetime


def keep(db: sqlite3.Connection, tip: Tip) -> int:
    """Keep a tip, once under its key; give what its sender gave away that day."""
    sender = fold(tip.sender)
    row = (tip.key, tip.channel, sender, fold(tip.receiver), tip.amount, tip.date, micros(tip.at))
    done = db.execute("INSERT OR IGNORE INTO tips (key, channel, sender, receiver, amount, date, at) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    if not done.rowcount:
        return given(db, tip.channel, sender, tip.date)
    total: tuple[int] = db.execute(
        "INSERT INTO given (channel, sender, date, amount) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET amount = amount + excluded.amount RETURNING amount",
        (tip.channel, sender, tip.date, tip.amount),
    ).fetchone()
    return total[0]


def given(db: sqlite3.Connection, channel: str, sender: str, date: str) -> int:
    """Give what somebody gave away on a day."""
    query = "SELECT amount FROM given WHERE channel = ? AND sender = ? AND date = ?"
    row: tuple[int] | None = db.execute(query, (channel, fold(sender), date)).fetchone()
    return 0 if row is None else row[0]


def sweep(db: sqlite3.Connection, before: datetime) -> None:
    """Forget what was given away on the days before a moment."""
    db.execute("DELETE FROM given WHERE date < ?", (before.date().isoformat(),))
