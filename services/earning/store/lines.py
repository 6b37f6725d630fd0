"""What was said and who came a short while ago, and which emotes there are and were used."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

TABLES: Final = """
-- When somebody last said something that counts; no row while that is unknown.
CREATE TABLE silences (
    channel TEXT PRIMARY KEY,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Lines of a short while: to know one that comes again, and to know what is laughed about.
CREATE TABLE lines (
    number INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    id TEXT NOT NULL,
    user TEXT NOT NULL,
    at INTEGER NOT NULL,
    joke INTEGER NOT NULL,            -- 1 for what others may laugh about
    UNIQUE (channel, id)
) STRICT;
CREATE INDEX lines_at ON lines (channel, joke, at);

-- Genuine arrivals of a short while.
CREATE TABLE arrivals (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX arrivals_at ON arrivals (channel, at);

-- Who called the robot in the room a short while ago, and was not answered.
CREATE TABLE calls (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, user)
) STRICT, WITHOUT ROWID;

-- When a public line of the economy's own was last asked for.
CREATE TABLE own_lines (
    channel TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The emotes there are, which each viewer has used on a day, and which ever.
CREATE TABLE emotes (
    channel TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (channel, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE emotes_of_day (
    channel TEXT NOT NULL,
    date TEXT NOT NULL,
    user TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (channel, date, user, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE emotes_used (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (channel, user, name)
) STRICT, WITHOUT ROWID;
"""


class Told(NamedTuple):
    """A line, as it is remembered."""

    id: str
    user: str
    at: int
    is_joke: bool


class Lines:
    """Reads and writes them."""

    def __init__(self, db: sqlite3.Connection, channel: str) -> None:
        """Take a connection inside a transaction."""
        self._db = db
        self._channel = channel

    # Silence

    def silence_since(self) -> int | None:
        """Give when something was last said that counts; None while that is unknown."""
        row = self._db.execute("SELECT since FROM silences WHERE channel = ?", (self._channel,)).fetchone()
        return None if row is None else int(row[0])

    def end_silence(self, at: int) -> None:
        """Note that something was said at `at`."""
        statement = "INSERT INTO silences VALUES (?, ?) ON CONFLICT DO UPDATE SET since = max(since, excluded.since)"
        self._db.execute(statement, (self._channel, at))

    def forget_silence(self) -> None:
        """Note that it is unknown when something was last said."""
        self._db.execute("DELETE FROM silences WHERE channel = ?", (self._channel,))

    # Lines

    def remember(self, line: Told, since: int) -> bool:
        """Remember a line, and no longer what was said before `since`; tell whether it is a new one."""
        self._db.execute("DELETE FROM lines WHERE channel = ? AND joke IN (0, 1) AND at < ?", (self._channel, since))
        statement = "INSERT OR IGNORE INTO lines (channel, id, user, at, joke) VALUES (?, ?, ?, ?, ?)"
        return bool(self._db.execute(statement, (self._channel, *line)).rowcount)

    def joke(self, since: int, until: int, but: str | None) -> tuple[str, str] | None:
        """Give id and author of the last line said in a span that others may laugh about, `but` one author's."""
        told = (
            "SELECT id, user FROM lines WHERE channel = ? AND joke = 1 AND at BETWEEN ? AND ? AND user IS NOT ? "
            "ORDER BY at DESC, number DESC LIMIT 1"
        )
        row = self._db.execute(told, (self._channel, since, until, but)).fetchone()
        return None if row is None else (row[0], row[1])

    # Arrivals

    def arrive(self, user: str, arrival: str, at: int, since: int) -> None:
        """Remember an arrival, and no longer those before `since`."""
        self._db.execute("DELETE FROM arrivals WHERE channel = ? AND at < ?", (self._channel, since))
        self._db.execute("INSERT OR REPLACE INTO arrivals VALUES (?, ?, ?, ?)", (self._channel, user, arrival, at))

    def arrived(self, users: Sequence[str], since: int) -> dict[str, str]:
        """Give who of these arrived since then, and the arrivals' ids. Looked up by name: a whole room may have just arrived."""
        statement = "SELECT user, id FROM arrivals WHERE channel = ? AND user IN (SELECT value FROM json_each(?)) AND +at >= ?"
        return dict(self._db.execute(statement, (self._channel, json.dumps(users), since)).fetchall())

    # Calls for the robot

    def call(self, user: str, at: int, since: int) -> None:
        """Remember that somebody called the robot, and no longer who did before `since`."""
        self._db.execute("DELETE FROM calls WHERE channel = ? AND at < ?", (self._channel, since))
        self._db.execute("INSERT OR REPLACE INTO calls VALUES (?, ?, ?)", (self._channel, user, at))

    def calling(self, since: int, until: int) -> list[str]:
        """Give who called the robot in that time and was not answered, the last one first."""
        statement = "SELECT user FROM calls WHERE channel = ? AND at BETWEEN ? AND ? ORDER BY at DESC, user"
        return [user for (user,) in self._db.execute(statement, (self._channel, since, until))]

    def answered(self, user: str) -> None:
        """Note that somebody who called the robot was answered."""
        self._db.execute("DELETE FROM calls WHERE channel = ? AND user = ?", (self._channel, user))

    def say(self, at: int) -> None:
        """Note that we have something said in the room."""
        self._db.execute("INSERT OR REPLACE INTO own_lines VALUES (?, ?)", (self._channel, at))

    def have_said(self, since: int) -> bool:
        """Tell whether we have had something said in the room since then."""
        return self._db.execute("SELECT 1 FROM own_lines WHERE channel = ? AND at >= ?", (self._channel, since)).fetchone() is not None

    # Emotes

    def list_emotes(self, names: Iterable[str]) -> None:
        """Take these as the room's emotes, and no others."""
        self._db.execute("DELETE FROM emotes WHERE channel = ?", (self._channel,))
        self.add_emotes(names)

    def add_emotes(self, names: Iterable[str]) -> None:
        """Add emotes to the room's."""
        self._db.executemany("INSERT OR IGNORE INTO emotes VALUES (?, ?)", [(self._channel, name) for name in names])

    def remove_emotes(self, names: Iterable[str]) -> None:
        """Remove emotes from the room's."""
        self._db.executemany("DELETE FROM emotes WHERE channel = ? AND name = ?", [(self._channel, name) for name in names])

    def emotes_among(self, words: Sequence[str]) -> list[str]:
        """Give which of these are emotes of the room."""
        statement = "SELECT name FROM emotes WHERE channel = ? AND name IN (SELECT value FROM json_each(?)) ORDER BY name"
        return [name for (name,) in self._db.execute(statement, (self._channel, json.dumps(words)))]

    def use_emotes(self, user: str, date: str, names: Sequence[str]) -> tuple[int, int]:
        """Note that somebody used emotes; give how many of them were new on that day, and how many in their life."""
        rows = [(self._channel, date, user, name) for name in names]
        of_day = self._db.executemany("INSERT OR IGNORE INTO emotes_of_day VALUES (?, ?, ?, ?)", rows).rowcount
        if not of_day:
            return 0, 0
        used = [(self._channel, user, name) for name in names]
        ever = self._db.executemany("INSERT OR IGNORE INTO emotes_used VALUES (?, ?, ?)", used).rowcount
        return of_day, ever

    def forget_emotes_before(self, date: str) -> None:
        """Forget which emotes were used on the days before."""
        self._db.execute("DELETE FROM emotes_of_day WHERE channel = ? AND date < ?", (self._channel, date))
