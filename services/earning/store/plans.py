"""When each job is due next."""

import sqlite3
from typing import Final

TABLES: Final = """
CREATE TABLE plans (
    channel TEXT NOT NULL,
    job TEXT NOT NULL,
    due INTEGER NOT NULL,
    PRIMARY KEY (channel, job)
) STRICT, WITHOUT ROWID;
"""


class Plans:
    """Reads and writes due times."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Take a connection inside a transaction."""
        self._db = db

    def all(self, channel: str) -> dict[str, int]:
        """Give when each job is due."""
        return dict(self._db.execute("SELECT job, due FROM plans WHERE channel = ?", (channel,)).fetchall())

    def due(self, channel: str, at: int) -> list[tuple[str, int]]:
        """Give the jobs that are due, and since when."""
        return self._db.execute("SELECT job, due FROM plans WHERE channel = ? AND due <= ?", (channel, at)).fetchall()

    def keep(self, channel: str, job: str, due: int | None) -> None:
        """Keep when a job is due next; None for never."""
        if due is None:
            self._db.execute("DELETE FROM plans WHERE channel = ? AND job = ?", (channel, job))
        else:
            self._db.execute("INSERT OR REPLACE INTO plans (channel, job, due) VALUES (?, ?, ?)", (channel, job, due))
