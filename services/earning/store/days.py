"""What everybody has done on each day."""

import sqlite3
from collections.abc import Iterable
from dataclasses import fields
from typing import Final, NamedTuple

from services.earning.people.viewer import Day

_COUNTED: Final = tuple(field.name for field in fields(Day) if field.type is int)
_NEW: Final = _COUNTED[2:]
"""The first two were there from the first version on."""

TABLES: Final = "".join(f"ALTER TABLE days ADD COLUMN {name} INTEGER NOT NULL DEFAULT 0;\n" for name in _NEW)

_COLUMNS: Final = ", ".join(_COUNTED)
_SAVE: Final = (
    f"INSERT INTO days (channel, date, user, {_COLUMNS}) VALUES (?, ?, ?{', ?' * len(_COUNTED)})"  # noqa: S608 - our own column names
    f" ON CONFLICT (channel, date, user) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COUNTED)}"
)


class Sums(NamedTuple):
    """Counters of several days, added up."""

    present: int = 0
    earned: int = 0
    spent: int = 0
    wagered: int = 0
    won: int = 0


class Days:
    """Reads and writes days."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Take a connection inside a transaction."""
        self._db = db

    def all(self, channel: str, date: str) -> dict[str, Day]:
        """Give everybody's counters of a day, by user."""
        rows = self._db.execute(f"SELECT user, {_COLUMNS} FROM days WHERE channel = ? AND date = ?", (channel, date))  # noqa: S608
        days = {user: Day(user, date, *counted) for user, *counted in rows}
        for user, claim in self._db.execute("SELECT user, claim FROM claims WHERE channel = ? AND date = ?", (channel, date)):
            days.setdefault(user, Day(user, date)).claimed.add(claim)
        return days

    def one(self, channel: str, user: str, date: str) -> Day:
        """Give somebody's counters of a day."""
        key = (channel, date, user)
        row = self._db.execute(f"SELECT {_COLUMNS} FROM days WHERE channel = ? AND date = ? AND user = ?", key).fetchone()  # noqa: S608
        day = Day(user, date, *(row or ()))
        day.claimed.update(
            claim for (claim,) in self._db.execute("SELECT claim FROM claims WHERE channel = ? AND date = ? AND user = ?", key)
        )
        return day

    def save(self, channel: str, days: Iterable[Day]) -> None:
        """Keep counters, and what was newly claimed."""
        days = list(days)
        self._db.executemany(_SAVE, [(channel, day.date, day.user, *(getattr(day, name) for name in _COUNTED)) for day in days])
        claims = [(channel, day.date, day.user, claim) for day in days for claim in day.claiming]
        self._db.executemany("INSERT INTO claims (channel, date, user, claim) VALUES (?, ?, ?, ?)", claims)
        for day in days:
            day.claiming.clear()

    def add(self, channel: str, user: str, date: str, more: Sums) -> None:
        """Add to somebody's counters of a day."""
        self._db.execute(
            "INSERT INTO days (channel, date, user, present, active, earned, spent, wagered, won) VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?)"
            " ON CONFLICT (channel, date, user) DO UPDATE SET present = present + excluded.present, earned = earned + excluded.earned,"
            " spent = spent + excluded.spent, wagered = wagered + excluded.wagered, won = won + excluded.won",
            (channel, date, user, *more),
        )

    def sums(self, channel: str, first: str, last: str, user: str | None = None) -> dict[str, Sums]:
        """Give what everybody, or one viewer, did from one date to another, both included; by user."""
        rows = self._db.execute(
            "SELECT user, sum(present), sum(earned), sum(spent), sum(wagered), sum(won) FROM days"
            " WHERE channel = ? AND date BETWEEN ? AND ? AND (? IS NULL OR user = ?) GROUP BY user",
            (channel, first, last, user, user),
        )
        return {who: Sums(*summed) for who, *summed in rows}

    def there_on(self, channel: str, date: str) -> set[str]:
        """Give who had a minute counted on a day."""
        return {user for (user,) in self._db.execute("SELECT user FROM days WHERE channel = ? AND date = ? AND present", (channel, date))}

    def forget_claims_before(self, channel: str, date: str) -> None:
        """Forget what was had on the days before; what was counted on them stays."""
        self._db.execute("DELETE FROM claims WHERE channel = ? AND date < ?", (channel, date))
