"""How viewers stood at the beginning of a past day, by what earning keeps today: days, badges and first sights never change any more."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from services.earning.store.badges import Badge


class Known(NamedTuple):
    """Somebody who was seen before."""

    user: str
    """Folded."""
    name: str
    rank: float | None
    """Today's: in the room, the next list tells that of then."""
    first_seen: int
    opened: bool


class Dated(NamedTuple):
    """One day of somebody."""

    user: str
    date: str
    present: int
    messages: int


class NoPast(Exception):
    """What earning keeps can't be read; says why."""


class Past:
    """Reads an earning.db while its service runs, and writes nothing."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Take a connection that only reads."""
        self._db = db

    def known(self, channel: str, before: int) -> list[Known]:
        """Give whoever was first seen before an instant."""
        statement = "SELECT user, name, rank, first_seen, opened FROM viewers WHERE channel = ? AND first_seen < ?"
        rows = self._rows(statement, (channel, before))
        return [Known(user, name, rank, first_seen, bool(opened)) for user, name, rank, first_seen, opened in rows]

    def days(self, channel: str, before: str) -> Iterator[Dated]:
        """Give all days before a date, those of one viewer together and in order."""
        statement = "SELECT user, date, present, messages_sent FROM days WHERE channel = ? AND date < ? ORDER BY user, date"
        return (Dated(*row) for row in self._rows(statement, (channel, before)))

    def badges(self, channel: str, before: int) -> list[Badge]:
        """Give the badges that were had before an instant."""
        statement = "SELECT user, id, words, coins, at FROM badges WHERE channel = ? AND at < ?"
        return [Badge(*row) for row in self._rows(statement, (channel, before))]

    def _rows(self, statement: str, values: tuple[object, ...]) -> sqlite3.Cursor:
        try:
            return self._db.execute(statement, values)
        except sqlite3.DatabaseError as error:
            raise NoPast(str(error)) from error


@contextmanager
def past(path: Path) -> Iterator[Past]:
    """Open the file.

    Raises:
        NoPast: it is not there, or not readable.
    """
    if not path.is_file():
        raise NoPast(f"there is no {path}")
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.DatabaseError as error:
        raise NoPast(f"{path}: {error}") from error
    try:
        yield Past(db)
    finally:
        db.close()
