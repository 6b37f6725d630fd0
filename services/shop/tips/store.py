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
CREATE INDEX tips_of_a_day ON tips (channel, sender, date);
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


def keep(db: sqlite3.Connection, tip: Tip) -> None:
    """Keep a tip, once under its key."""
    row = (tip.key, tip.channel, fold(tip.sender), fold(tip.receiver), tip.amount, tip.date, micros(tip.at))
    db.execute("INSERT OR IGNORE INTO tips (key, channel, sender, receiver, amount, date, at) VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def given(db: sqlite3.Connection, channel: str, sender: str, date: str) -> int:
    """Give what somebody gave away on a day."""
    query = "SELECT coalesce(sum(amount), 0) FROM tips WHERE channel = ? AND sender = ? AND date = ?"
    row: tuple[int] = db.execute(query, (channel, fold(sender), date)).fetchone()
    return row[0]
