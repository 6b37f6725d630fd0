"""Counters behind caps: so many of something within a window."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from services.earning.pay.caps import Cap

TABLES: Final = """
-- How often something was paid: to whom it belongs ('' for the room), within what (a date, a thing that played), or from when on.
CREATE TABLE counters (
    channel TEXT NOT NULL,
    name TEXT NOT NULL,
    user TEXT NOT NULL,
    scope TEXT NOT NULL,
    count INTEGER NOT NULL,
    since INTEGER NOT NULL,           -- of the first hit
    until INTEGER NOT NULL,           -- from then on it says nothing any more
    PRIMARY KEY (channel, name, user, scope)
) STRICT, WITHOUT ROWID;
CREATE INDEX counters_until ON counters (until);
"""


class Counters:
    """Consumes caps."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Take a connection inside a transaction."""
        self._db = db

    def take(self, channel: str, caps: Sequence[Cap], at: int) -> Cap | None:
        """Count one more hit of each cap, unless one is full: then give that one, and count none."""
        rows = []
        for cap in caps:
            count, since, until = self._standing(channel, cap, at)
            if cap.maximum and count >= cap.maximum:
                return cap
            rows.append((channel, cap.name, cap.user, cap.scope, count + 1, since, until))
        self._db.executemany("INSERT OR REPLACE INTO counters VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        return None

    def count(self, channel: str, cap: Cap, at: int) -> int:
        """Give how many hits a cap has had."""
        return self._standing(channel, cap, at)[0]

    def sweep(self, at: int) -> None:
        """Remove what says nothing any more."""
        self._db.execute("DELETE FROM counters WHERE until <= ?", (at,))

    def _standing(self, channel: str, cap: Cap, at: int) -> tuple[int, int, int]:
        statement = "SELECT count, since, until FROM counters WHERE channel = ? AND name = ? AND user = ? AND scope = ?"
        row = self._db.execute(statement, (channel, cap.name, cap.user, cap.scope)).fetchone()
        if row is None or (cap.window_us is not None and at >= row[1] + cap.window_us):
            return 0, at, at + (cap.keep_us if cap.window_us is None else cap.window_us)
        return int(row[0]), int(row[1]), int(row[2])
