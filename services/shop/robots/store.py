"""What is known of the robots."""

import sqlite3
from dataclasses import dataclass
from typing import Final

SCHEMA: Final = """
CREATE TABLE robots (
    channel TEXT PRIMARY KEY,
    state TEXT NOT NULL DEFAULT 'unknown',  -- as the last tick said: connected, away, unknown
    rank REAL                               -- in the channel; NULL until something told it
) STRICT, WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Robot:
    """One channel's robot."""

    state: str = "unknown"
    rank: float | None = None

    @property
    def is_away(self) -> bool:
        """Whether it is known not to be in the room."""
        return self.state == "away"


def find(db: sqlite3.Connection, channel: str) -> Robot:
    """Give what is known of a channel's robot."""
    row = db.execute("SELECT state, rank FROM robots WHERE channel = ?", (channel,)).fetchone()
    return Robot() if row is None else Robot(*row)


def keep_state(db: sqlite3.Connection, channel: str, state: str) -> None:
    """Keep whether it is there; nothing is written where nothing changed."""
    if find(db, channel).state != state:
        db.execute("INSERT INTO robots (channel, state) VALUES (?, ?) ON CONFLICT DO UPDATE SET state = excluded.state", (channel, state))


def keep_rank(db: sqlite3.Connection, channel: str, rank: float) -> None:
    """Keep its rank."""
    db.execute("INSERT INTO robots (channel, rank) VALUES (?, ?) ON CONFLICT DO UPDATE SET rank = excluded.rank", (channel, rank))
