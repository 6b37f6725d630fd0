"""Who is to be raised to which CyTube rank."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from libs.common.names import fold
from services.shop.times import micros, moment

SCHEMA: Final = """
CREATE TABLE raises (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,               -- folded
    name TEXT NOT NULL,
    level INTEGER NOT NULL,
    sale TEXT,                        -- NULL: a rank of the economy brings it
    tries INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL CHECK (due IN (0, 1)),
    at INTEGER NOT NULL,              -- when it last came to be due
    PRIMARY KEY (channel, user)
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Raise:
    """Somebody to be raised."""

    channel: str
    name: str
    level: int
    sale: str | None
    tries: int
    at: datetime

    @property
    def user(self) -> str:
        """The name, folded."""
        return fold(self.name)


def add(db: sqlite3.Connection, wanted: Raise, *, due: bool) -> None:
    """Keep somebody to be raised; a sale, or a higher level, takes the place of what was there."""
    row = (wanted.channel, wanted.user, wanted.name, wanted.level, wanted.sale, wanted.tries, due, micros(wanted.at))
    db.execute("INSERT OR REPLACE INTO raises (channel, user, name, level, sale, tries, due, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def find(db: sqlite3.Connection, channel: str, user: str) -> Raise | None:
    """Give how somebody (folded) is to be raised."""
    rows = _read(db, "WHERE channel = ? AND user = ?", (channel, user))
    return rows[0] if rows else None


def due(db: sqlite3.Connection) -> list[Raise]:
    """Give whom to raise now."""
    return _read(db, "WHERE due = 1", ())


def sold(db: sqlite3.Connection) -> list[Raise]:
    """Give those who bought it and wait."""
    return _read(db, "WHERE sale IS NOT NULL AND due = 0", ())


def call(db: sqlite3.Connection, channel: str, user: str, at: datetime) -> None:
    """Have somebody raised now."""
    db.execute("UPDATE raises SET due = 1, at = ? WHERE channel = ? AND user = ?", (micros(at), channel, user))


def tried(db: sqlite3.Connection, channel: str, user: str) -> None:
    """Count a try."""
    db.execute("UPDATE raises SET due = 0, tries = tries + 1 WHERE channel = ? AND user = ?", (channel, user))


def drop(db: sqlite3.Connection, channel: str, user: str) -> None:
    """Forget somebody."""
    db.execute("DELETE FROM raises WHERE channel = ? AND user = ?", (channel, user))


def _read(db: sqlite3.Connection, where: str, values: tuple[str, ...]) -> list[Raise]:
    rows = db.execute(f"SELECT channel, name, level, sale, tries, at FROM raises {where} ORDER BY at, user", values)  # noqa: S608 - our own
    return [Raise(channel, name, level, sale, tries, moment(at)) for channel, name, level, sale, tries, at in rows.fetchall()]
