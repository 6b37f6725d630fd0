"""What plays, what has played and is not settled, and who was there meanwhile."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from services.earning.media.playing import Play, Span

TABLES: Final = """
-- What plays in each channel, and what has ended while it was open who was there.
CREATE TABLE plays (
    channel TEXT NOT NULL,
    id TEXT NOT NULL,                 -- of the event that told of it first
    type TEXT NOT NULL,
    media_id TEXT NOT NULL,
    title TEXT NOT NULL,
    length INTEGER NOT NULL CHECK (length >= 0),
    start INTEGER NOT NULL,
    since INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    seen INTEGER,
    ended INTEGER,
    PRIMARY KEY (channel, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX plays_now ON plays (channel) WHERE ended IS NULL;

-- When somebody was in the room; whoever is there now has no row for that yet.
CREATE TABLE watches (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    begins INTEGER NOT NULL,
    ends INTEGER NOT NULL CHECK (ends > begins),
    PRIMARY KEY (channel, user, begins)
) STRICT, WITHOUT ROWID;
"""

_PLAY: Final = ", ".join(Play._fields)


class Plays:
    """Reads and writes plays."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Take a connection inside a transaction."""
        self._db = db

    def now(self, channel: str) -> Play | None:
        """Give what was said last to play."""
        statement = f"SELECT {_PLAY} FROM plays WHERE channel = ? AND ended IS NULL"  # noqa: S608 - our own column names
        row = self._db.execute(statement, (channel,)).fetchone()
        return None if row is None else Play(*row)

    def ended(self, channel: str) -> list[Play]:
        """Give what has ended and is not settled."""
        statement = f"SELECT {_PLAY} FROM plays WHERE channel = ? AND ended IS NOT NULL ORDER BY ended, id"  # noqa: S608
        return [Play(*row) for row in self._db.execute(statement, (channel,))]

    def keep(self, channel: str, play: Play) -> None:
        """Keep a play as it is now."""
        statement = f"INSERT OR REPLACE INTO plays (channel, {_PLAY}) VALUES (?{', ?' * len(play)})"  # noqa: S608
        self._db.execute(statement, (channel, *play))

    def forget(self, channel: str, play: Play) -> None:
        """Remove a play."""
        self._db.execute("DELETE FROM plays WHERE channel = ? AND id = ?", (channel, play.id))

    def is_anybody_open(self, channel: str, since: int) -> bool:
        """Tell whether it is open of anybody whether they are here, and not for longer than since then."""
        found = self._db.execute("SELECT 1 FROM viewers WHERE channel = ? AND state = 2 AND since >= ? LIMIT 1", (channel, since))
        return found.fetchone() is not None

    # Who was there

    def watch(self, channel: str, spans: Iterable[tuple[str, Span]]) -> None:
        """Keep when somebody (folded) was in the room."""
        rows = [(channel, user, *span) for user, span in spans]
        self._db.executemany("INSERT OR REPLACE INTO watches (channel, user, begins, ends) VALUES (?, ?, ?, ?)", rows)

    def watches(self, channel: str) -> dict[str, list[Span]]:
        """Give when each was in the room, who is there now since then aside."""
        found: dict[str, list[Span]] = defaultdict(list)
        for user, begins, ends in self._db.execute("SELECT user, begins, ends FROM watches WHERE channel = ?", (channel,)):
            found[user].append((begins, ends))
        return found

    def sweep(self, channel: str, until: int) -> None:
        """Remove what ended by then."""
        self._db.execute("DELETE FROM watches WHERE channel = ? AND ends <= ?", (channel, until))
