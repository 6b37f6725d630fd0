"""The tables of `games.db`: who played what and when, everybody's totals, and those of the parts in folders of their own.

Times are microseconds since 1970, users folded names.
"""

import sqlite3
from typing import Final, NamedTuple

from libs.common import aliases, owner, rulebook
from services.games.duel import store as duel
from services.games.fair import store as fair

SCHEMA: Final = """
CREATE TABLE totals (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    game TEXT NOT NULL,
    rounds INTEGER NOT NULL CHECK (rounds > 0),
    wagered INTEGER NOT NULL CHECK (wagered >= 0),
    won INTEGER NOT NULL CHECK (won >= 0),
    biggest_win INTEGER NOT NULL CHECK (biggest_win >= 0),
    biggest_loss INTEGER NOT NULL CHECK (biggest_loss >= 0),
    PRIMARY KEY (channel, user, game)
) STRICT, WITHOUT ROWID;
CREATE TABLE plays (                  -- the last round of somebody in a game
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    game TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, user, game)
) STRICT, WITHOUT ROWID;
CREATE TABLE heard (                  -- what a room has heard of its wins
    channel TEXT PRIMARY KEY,
    day TEXT NOT NULL,                -- the economy's date of the last one told
    best INTEGER NOT NULL,            -- highest payout told that day
    at INTEGER NOT NULL               -- of the last one told
) STRICT, WITHOUT ROWID;
"""

MIGRATIONS: Final = (rulebook.SCHEMA + owner.SCHEMA + SCHEMA + fair.SCHEMA + duel.SCHEMA + aliases.SCHEMA, fair.FILE)
"""The first is what stands today: each part's own `SCHEMA`. What changes later is a migration of its own."""

ROOM: Final = ""
"""In place of a viewer: the totals of the whole room, where a round of several counts once."""


class Totals(NamedTuple):
    """Of one game."""

    game: str
    rounds: int
    wagered: int
    won: int
    biggest_win: int
    biggest_loss: int


class Heard(NamedTuple):
    """The wins a room was told of."""

    day: str
    best: int
    at: int


_COLUMNS: Final = "game, rounds, wagered, won, biggest_win, biggest_loss"


def count(db: sqlite3.Connection, channel: str, user: str, totals: Totals) -> None:
    """Add one round to a viewer's totals, or the room's."""
    db.execute(
        f"INSERT INTO totals (channel, user, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - our own column names
        " ON CONFLICT DO UPDATE SET rounds = rounds + excluded.rounds, wagered = wagered + excluded.wagered, won = won + excluded.won,"
        " biggest_win = max(biggest_win, excluded.biggest_win), biggest_loss = max(biggest_loss, excluded.biggest_loss)",
        (channel, user, *totals),
    )


def totals(db: sqlite3.Connection, channel: str, user: str) -> list[Totals]:
    """Give all that a viewer, or the room, ever played, most played first."""
    query = f"SELECT {_COLUMNS} FROM totals WHERE channel = ? AND user = ? ORDER BY rounds DESC, game"  # noqa: S608
    return [Totals(*row) for row in db.execute(query, (channel, user))]


def note_play(db: sqlite3.Connection, channel: str, user: str, game: str, at: int) -> None:
    """Note a round: the cooldown runs from it."""
    db.execute(
        "INSERT INTO plays VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
        (channel, user, game, at),
    )


def last_play(db: sqlite3.Connection, channel: str, user: str, game: str) -> int | None:
    """Give when somebody last played a game."""
    row = db.execute("SELECT at FROM plays WHERE channel = ? AND user = ? AND game = ?", (channel, user, game)).fetchone()
    return None if row is None else int(row[0])


def heard(db: sqlite3.Connection, channel: str) -> Heard | None:
    """Give what a room has heard of its wins."""
    row = db.execute("SELECT day, best, at FROM heard WHERE channel = ?", (channel,)).fetchone()
    return None if row is None else Heard(*row)


def note_heard(db: sqlite3.Connection, channel: str, heard: Heard) -> None:
    """Note what a room has heard."""
    db.execute("INSERT OR REPLACE INTO heard VALUES (?, ?, ?, ?)", (channel, *heard))
