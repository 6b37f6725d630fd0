"""What the governor keeps."""

import sqlite3
from datetime import datetime
from typing import Final

from services.shop.times import micros, moment

SCHEMA: Final = """
CREATE TABLE circulation (            -- each channel's coins, as the ledger last said
    channel TEXT PRIMARY KEY,
    coins INTEGER NOT NULL,
    read INTEGER NOT NULL             -- event time, microseconds since 1970
) STRICT, WITHOUT ROWID;
"""


def circulation(db: sqlite3.Connection, channel: str) -> tuple[int, datetime] | None:
    """Give the coins in circulation and when they were counted; None before that."""
    row = db.execute("SELECT coins, read FROM circulation WHERE channel = ?", (channel,)).fetchone()
    return None if row is None else (row[0], moment(row[1]))


def keep_circulation(db: sqlite3.Connection, channel: str, coins: int, at: datetime) -> None:
    """Keep a count."""
    db.execute("INSERT OR REPLACE INTO circulation (channel, coins, read) VALUES (?, ?, ?)", (channel, coins, micros(at)))
