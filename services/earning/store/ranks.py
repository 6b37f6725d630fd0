"""What the room was told of ranks, and what it is still to be told."""

import sqlite3
from typing import Final

from services.earning.ranks.slots import Risen, Said

TABLES: Final = """
-- The last public line about ranks, and the highest rank told of on its date.
CREATE TABLE rank_lines (
    channel TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    date TEXT NOT NULL,
    best INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- Who rose and was not told of yet.
CREATE TABLE risen (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    name TEXT NOT NULL,
    tier INTEGER NOT NULL,
    rank TEXT NOT NULL,
    date TEXT NOT NULL,
    PRIMARY KEY (channel, user)
) STRICT, WITHOUT ROWID;
"""


class RankNews:
    """Reads and writes it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Take a connection inside a transaction."""
        self._db = db

    def said(self, channel: str) -> Said | None:
        """Give the last line; None before the first."""
        row = self._db.execute("SELECT at, date, best FROM rank_lines WHERE channel = ?", (channel,)).fetchone()
        return None if row is None else Said(*row)

    def say(self, channel: str, said: Said) -> None:
        """Keep the last line."""
        self._db.execute("INSERT OR REPLACE INTO rank_lines (channel, at, date, best) VALUES (?, ?, ?, ?)", (channel, *said))

    def add(self, channel: str, risen: Risen) -> None:
        """Keep who is to be told of; of two ranks of one viewer, the later."""
        statement = "INSERT OR REPLACE INTO risen (channel, user, name, tier, rank, date) VALUES (?, ?, ?, ?, ?, ?)"
        self._db.execute(statement, (channel, *risen))

    def take(self, channel: str) -> list[Risen]:
        """Give whoever is to be told of, the highest rank first, and forget them."""
        rows = self._db.execute("DELETE FROM risen WHERE channel = ? RETURNING user, name, tier, rank, date", (channel,))
        return sorted((Risen(*row) for row in rows.fetchall()), key=lambda risen: (-risen.tier, risen.user))
