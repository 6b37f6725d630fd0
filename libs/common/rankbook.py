"""The rank that earning told of each viewer last, kept by whoever goes by it in the service's own database."""

import sqlite3
from typing import Final

from libs.common.names import fold

SCHEMA: Final = """
CREATE TABLE ranks (                  -- the last one that earning told of, by name
    channel TEXT NOT NULL,
    user TEXT NOT NULL,               -- folded
    rank TEXT NOT NULL,
    PRIMARY KEY (channel, user)
) STRICT, WITHOUT ROWID;
"""


def keep(db: sqlite3.Connection, channel: str, user: str, rank: str) -> None:
    """Keep what was told."""
    db.execute("INSERT OR REPLACE INTO ranks (channel, user, rank) VALUES (?, ?, ?)", (channel, fold(user), rank))


def told(db: sqlite3.Connection, channel: str, user: str) -> str | None:
    """Give the rank that was told last; None where nothing was."""
    row = db.execute("SELECT rank FROM ranks WHERE channel = ? AND user = ?", (channel, fold(user))).fetchone()
    return None if row is None else str(row[0])


def everybody(db: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Give what was told of everybody, by channel and folded name."""
    return {(channel, user): rank for channel, user, rank in db.execute("SELECT channel, user, rank FROM ranks")}
