"""For which date a job was last done, and what it noted then."""

import sqlite3
from typing import Final, NamedTuple

TABLES: Final = """
CREATE TABLE diary (
    channel TEXT NOT NULL,
    job TEXT NOT NULL,
    date TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (channel, job)
) STRICT, WITHOUT ROWID;
"""


class Entry(NamedTuple):
    """What a job did last."""

    date: str
    note: str
    """The job's own; may be empty."""


class Diary:
    """Reads and writes what was done. Outlives a job that is switched off, so that switching it on again repeats nothing."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Take a connection inside a transaction."""
        self._db = db

    def last(self, channel: str, job: str) -> Entry | None:
        """Give what a job did last; None for one that did nothing yet."""
        row = self._db.execute("SELECT date, note FROM diary WHERE channel = ? AND job = ?", (channel, job)).fetchone()
        return None if row is None else Entry(*row)

    def date(self, channel: str, job: str) -> str | None:
        """Give only the date."""
        last = self.last(channel, job)
        return None if last is None else last.date

    def write(self, channel: str, job: str, date: str, note: str = "") -> None:
        """Note that a job is done for a date."""
        self._db.execute("INSERT OR REPLACE INTO diary VALUES (?, ?, ?, ?)", (channel, job, date, note))
