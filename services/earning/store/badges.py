"""The badges viewers have, and the others they have exchanged tips with."""

import sqlite3
from typing import Final, NamedTuple

TABLES: Final = """
-- Each once, whatever becomes of its achievement.
CREATE TABLE badges (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    id TEXT NOT NULL,
    words TEXT NOT NULL,              -- what it was called then
    coins INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, user, id)
) STRICT, WITHOUT ROWID;
-- Who ever gave a tip to whom.
CREATE TABLE tips (
    channel TEXT NOT NULL,
    giver TEXT NOT NULL,
    taker TEXT NOT NULL,
    PRIMARY KEY (channel, giver, taker)
) STRICT, WITHOUT ROWID;
"""


class Badge(NamedTuple):
    """One badge."""

    user: str
    """Folded."""
    id: str
    words: str
    coins: int
    """That came with it."""
    at: int
    """Microseconds since 1970."""


class Badges:
    """Reads and writes it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Take a connection inside a transaction."""
        self._db = db

    def has(self, channel: str, user: str, id_: str) -> bool:
        """Tell whether somebody has a badge."""
        found = self._db.execute("SELECT 1 FROM badges WHERE channel = ? AND user = ? AND id = ?", (channel, user, id_))
        return found.fetchone() is not None

    def add(self, channel: str, badge: Badge) -> None:
        """Keep a new badge."""
        self._db.execute("INSERT INTO badges (channel, user, id, words, coins, at) VALUES (?, ?, ?, ?, ?, ?)", (channel, *badge))

    def of(self, channel: str, user: str) -> list[Badge]:
        """Give somebody's badges, in the order in which they were earned."""
        statement = "SELECT user, id, words, coins, at FROM badges WHERE channel = ? AND user = ? ORDER BY at, id"
        return [Badge(*row) for row in self._db.execute(statement, (channel, user))]

    def tip(self, channel: str, giver: str, taker: str) -> bool:
        """Note that one gave a tip to the other (both folded); tell whether it was the first."""
        added = self._db.execute("INSERT OR IGNORE INTO tips (channel, giver, taker) VALUES (?, ?, ?)", (channel, giver, taker))
        return added.rowcount == 1
