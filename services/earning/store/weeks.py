"""Which kinds of days somebody was there in the current week."""

import sqlite3
from typing import Final

from services.earning.streaks.rules import Week

TABLES: Final = """
-- The last week in which somebody had a day that counts.
CREATE TABLE weeks (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    week TEXT NOT NULL,               -- its first day
    weekend INTEGER NOT NULL,
    weekday INTEGER NOT NULL,
    paid INTEGER NOT NULL,
    reminded INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (channel, user)
) STRICT, WITHOUT ROWID;
"""


class Weeks:
    """Reads and writes weeks."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Take a connection inside a transaction."""
        self._db = db

    def week(self, channel: str, user: str, week: str) -> Week:
        """Give what somebody did in a week; an empty one if another was the last."""
        statement = "SELECT weekend, weekday, paid FROM weeks WHERE channel = ? AND user = ? AND week = ?"
        row = self._db.execute(statement, (channel, user, week)).fetchone()
        return Week(week, *map(bool, row or ()))

    def keep(self, channel: str, user: str, week: Week) -> None:
        """Keep a week as somebody's last."""
        self._db.execute(
            "INSERT INTO weeks (channel, user, week, weekend, weekday, paid) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (channel, user) DO UPDATE SET weekend = excluded.weekend, weekday = excluded.weekday, paid = excluded.paid,"
            " reminded = CASE week WHEN excluded.week THEN reminded ELSE 0 END, week = excluded.week",
            (channel, user, *week),
        )

    def is_reminded(self, channel: str, user: str, week: str) -> bool:
        """Tell whether somebody was told this week that a weekday is missing."""
        statement = "SELECT reminded FROM weeks WHERE channel = ? AND user = ? AND week = ?"
        row = self._db.execute(statement, (channel, user, week)).fetchone()
        return row is not None and bool(row[0])

    def remind(self, channel: str, user: str) -> None:
        """Note that somebody was told."""
        self._db.execute("UPDATE weeks SET reminded = 1 WHERE channel = ? AND user = ?", (channel, user))
