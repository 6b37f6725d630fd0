"""What everybody has reached in their life."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Final

from services.earning.people.career import Career

_KEPT: Final = tuple(field.name for field in fields(Career))[1:]

TABLES: Final = """
CREATE TABLE careers (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    banned INTEGER NOT NULL DEFAULT 0,
    balance INTEGER,                  -- NULL until the ledger next tells of one that was there before this table
    earned INTEGER NOT NULL DEFAULT 0,
    spent INTEGER NOT NULL DEFAULT 0,
    wagered INTEGER NOT NULL DEFAULT 0,
    biggest_win INTEGER NOT NULL DEFAULT 0,
    messages INTEGER NOT NULL DEFAULT 0,
    minutes INTEGER NOT NULL DEFAULT 0,
    streak INTEGER NOT NULL DEFAULT 0,
    longest_streak INTEGER NOT NULL DEFAULT 0,
    streak_date TEXT,
    tipped INTEGER NOT NULL DEFAULT 0,
    tippers INTEGER NOT NULL DEFAULT 0,
    emotes INTEGER NOT NULL DEFAULT 0,
    tier INTEGER NOT NULL DEFAULT 0,
    tier_name TEXT,
    tier_set TEXT,
    checked TEXT,
    PRIMARY KEY (channel, user)
) STRICT, WITHOUT ROWID;
INSERT INTO careers (channel, user, banned, earned) SELECT channel, user, banned, lifetime FROM accounts;
INSERT INTO careers (channel, user, minutes) SELECT channel, user, sum(present) FROM days WHERE true GROUP BY channel, user
    ON CONFLICT DO UPDATE SET minutes = excluded.minutes;
INSERT INTO careers (channel, user, messages) SELECT channel, user, messages FROM viewers WHERE true
    ON CONFLICT DO UPDATE SET messages = excluded.messages;
CREATE INDEX careers_unchecked ON careers (channel) WHERE checked IS NULL;
DROP TABLE accounts;
"""

_COLUMNS: Final = ", ".join(_KEPT)
_SAVE: Final = (
    f"INSERT INTO careers (channel, user, {_COLUMNS}) VALUES (?, ?{', ?' * len(_KEPT)})"  # noqa: S608 - our own column names
    f" ON CONFLICT (channel, user) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _KEPT)}"
)
_HERE: Final = "SELECT user FROM viewers WHERE viewers.channel = careers.channel AND state <> 0"


@dataclass(slots=True)
class Change:
    """What is to be added to somebody's career."""

    balance: int = 0
    told: int | None = None
    """The balance by the ledger's word, where none was known."""
    earned: int = 0
    spent: int = 0
    wagered: int = 0
    tipped: int = 0
    tippers: int = 0
    banned: int | None = None
    """None: as before."""


_CHANGED: Final = tuple(field.name for field in fields(Change))


class CareerTable:
    """Reads and writes careers."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Take a connection inside a transaction."""
        self._db = db

    def one(self, channel: str, user: str) -> Career:
        """Give somebody's career; an empty one for whoever has none."""
        row = self._db.execute(f"SELECT {_COLUMNS} FROM careers WHERE channel = ? AND user = ?", (channel, user)).fetchone()  # noqa: S608
        return Career(user, *(row or ()))

    def of_those_here(self, channel: str) -> dict[str, Career]:
        """Give the careers of those who are in the room, by user."""
        rows = self._db.execute(f"SELECT user, {_COLUMNS} FROM careers WHERE channel = ? AND user IN ({_HERE})", (channel,))  # noqa: S608
        return {row[0]: Career(*row) for row in rows}

    def unchecked(self, channel: str) -> list[str]:
        """Give those (folded) whose ranks and achievements are to be looked at anew."""
        # Left alone, SQLite looks through the whole channel: it takes both ways for the same.
        statement = "SELECT user FROM careers INDEXED BY careers_unchecked WHERE channel = ? AND checked IS NULL"
        return [user for (user,) in self._db.execute(statement, (channel,))]

    def all(self, channel: str) -> Iterable[Career]:
        """Give all careers of a channel, one by one."""
        rows = self._db.execute(f"SELECT user, {_COLUMNS} FROM careers WHERE channel = ? ORDER BY user", (channel,))  # noqa: S608
        return (Career(*row) for row in rows)

    def banned(self) -> list[tuple[str, str]]:
        """Give the channel and the user of everybody who is banned."""
        return self._db.execute("SELECT channel, user FROM careers WHERE banned").fetchall()

    def with_at_least(self, channel: str, coins: int) -> list[str]:
        """Give who (folded) had so many coins when their career was last written."""
        return [user for (user,) in self._db.execute("SELECT user FROM careers WHERE channel = ? AND balance >= ?", (channel, coins))]

    def circulation(self, channel: str) -> int:
        """Give the coins that all viewers have together."""
        row = self._db.execute("SELECT coalesce(sum(balance), 0) FROM careers WHERE channel = ?", (channel,)).fetchone()
        return int(row[0])

    def change(self, channel: str, user: str, change: Change) -> None:
        """Add to somebody's career, and have it looked at with the next event."""
        self._db.execute(
            "INSERT INTO careers (channel, user, balance, earned, spent, wagered, tipped, tippers, banned)"
            " VALUES (:channel, :user, :balance, :earned, :spent, :wagered, :tipped, :tippers, coalesce(:banned, 0))"
            " ON CONFLICT (channel, user) DO UPDATE SET balance = coalesce(balance + :balance, :told), earned = earned + :earned,"
            " spent = spent + :spent, wagered = wagered + :wagered, tipped = tipped + :tipped, tippers = tippers + :tippers,"
            " banned = coalesce(:banned, banned), checked = NULL",
            {"channel": channel, "user": user, **{name: getattr(change, name) for name in _CHANGED}},
        )

    def learn_balance(self, channel: str, user: str, balance: int) -> None:
        """Keep a balance where none was known."""
        statement = "UPDATE careers SET balance = ? WHERE channel = ? AND user = ? AND balance IS NULL"
        self._db.execute(statement, (balance, channel, user))

    def save(self, channel: str, careers: Iterable[Career]) -> None:
        """Keep careers as they are now."""
        self._db.executemany(_SAVE, [(channel, career.user, *(getattr(career, name) for name in _KEPT)) for career in careers])
