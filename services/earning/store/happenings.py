"""Events: those begun by hand, and of the scheduled ones which run and what was said and paid for them."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

from services.earning.times import moment

TABLES: Final = """
-- Events begun by hand: at most one runs in a channel. What is over stays for a day, for minutes paid late.
CREATE TABLE adhoc_events (
    channel TEXT NOT NULL,
    begins INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    name TEXT NOT NULL,
    factor TEXT NOT NULL,
    ended INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),  -- whether its end was seen to
    PRIMARY KEY (channel, begins)
) STRICT, WITHOUT ROWID;

-- Scheduled events that have begun and whose end has not been seen to yet.
CREATE TABLE happenings (
    channel TEXT NOT NULL,
    name TEXT NOT NULL,
    begins INTEGER NOT NULL,
    told INTEGER NOT NULL CHECK (told IN (0, 1)),              -- whether the room was told, and so is to be told of the end
    bonus_due INTEGER,                                         -- NULL: nothing (more) is paid for being there
    PRIMARY KEY (channel, name, begins)
) STRICT, WITHOUT ROWID;
"""


class Adhoc(NamedTuple):
    """An event begun by hand. Times are microseconds since 1970."""

    begins: int
    ends: int
    name: str
    factor: Decimal

    @property
    def until(self) -> datetime:
        """Give its end."""
        return moment(self.ends)


class Happening(NamedTuple):
    """A scheduled event that has begun."""

    name: str
    begins: int
    told: bool
    bonus_due: int | None


class Happenings:
    """Reads and writes events."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Take a connection inside a transaction."""
        self._db = db

    def adhoc(self, channel: str, at: int) -> Adhoc | None:
        """Give the event begun by hand that runs at an instant."""
        return next(self._adhocs("WHERE channel = ? AND begins <= ? AND ends > ? ORDER BY begins DESC LIMIT 1", channel, at, at), None)

    def ending(self, channel: str) -> Adhoc | None:
        """Give the event begun by hand whose end was not seen to yet."""
        return next(self._adhocs("WHERE channel = ? AND NOT ended", channel), None)

    def begin_adhoc(self, channel: str, event: Adhoc, over_before: int) -> None:
        """Keep an event begun by hand; forget those that were over before an instant."""
        self._db.execute("DELETE FROM adhoc_events WHERE channel = ? AND ended AND ends < ?", (channel, over_before))
        statement = "INSERT OR REPLACE INTO adhoc_events (channel, begins, ends, name, factor) VALUES (?, ?, ?, ?, ?)"
        self._db.execute(statement, (channel, event.begins, event.ends, event.name, str(event.factor)))

    def end_adhoc(self, channel: str, event: Adhoc, at: int) -> None:
        """Note that an event begun by hand ended at an instant, and was seen to."""
        statement = "UPDATE adhoc_events SET ends = ?, ended = 1 WHERE channel = ? AND begins = ?"
        self._db.execute(statement, (at, channel, event.begins))

    def running(self, channel: str) -> list[Happening]:
        """Give the scheduled events that have begun."""
        statement = "SELECT name, begins, told, bonus_due FROM happenings WHERE channel = ? ORDER BY begins, name"
        return [Happening(name, begins, bool(told), due) for name, begins, told, due in self._db.execute(statement, (channel,))]

    def keep(self, channel: str, happening: Happening) -> None:
        """Keep a scheduled event as it stands."""
        self._db.execute("INSERT OR REPLACE INTO happenings VALUES (?, ?, ?, ?, ?)", (channel, *happening))

    def forget(self, channel: str, happening: Happening) -> None:
        """Remove a scheduled event that is over."""
        statement = "DELETE FROM happenings WHERE channel = ? AND name = ? AND begins = ?"
        self._db.execute(statement, (channel, happening.name, happening.begins))

    def _adhocs(self, where: str, *values: object) -> Iterator[Adhoc]:
        rows = self._db.execute(f"SELECT begins, ends, name, factor FROM adhoc_events {where}", values)  # noqa: S608 - our own words
        return (Adhoc(begins, ends, name, Decimal(factor)) for begins, ends, name, factor in rows)
