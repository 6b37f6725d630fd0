"""The bounties as they are kept."""

import sqlite3
from datetime import datetime
from typing import Final, Literal, NamedTuple

from libs.common.names import fold
from services.shop.times import micros, moment

SCHEMA: Final = """
CREATE TABLE bounties (
    channel TEXT NOT NULL,
    number INTEGER NOT NULL,
    user TEXT NOT NULL,               -- who set it out, folded
    creator TEXT NOT NULL,            -- the same, for show
    amount INTEGER NOT NULL,
    refund INTEGER NOT NULL CHECK (refund BETWEEN 0 AND amount),  -- what comes back at its end, or when its creator ends it
    text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('making', 'open', 'ending', 'claimed', 'expired', 'cancelled')),
    made INTEGER NOT NULL,            -- microseconds since 1970, as are all moments here
    ends INTEGER NOT NULL,
    due INTEGER NOT NULL,             -- when its end is next tried
    winner TEXT,
    ended INTEGER,
    PRIMARY KEY (channel, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX bounties_due ON bounties (due) WHERE state = 'open';
CREATE INDEX bounties_unended ON bounties (channel, user) WHERE ended IS NULL;
"""

State = Literal["making", "open", "ending", "claimed", "expired", "cancelled"]
End = Literal["claimed", "expired", "cancelled"]


class Bounty(NamedTuple):
    """One of them."""

    channel: str
    number: int
    user: str
    creator: str
    amount: int
    refund: int
    text: str
    state: State
    made: datetime
    ends: datetime

    @property
    def hold(self) -> str:
        """What its coins are held under: its number alone would come again where the shop's database is lost or put back."""
        return f"bounty:{self.number}:{micros(self.made)}"

    @property
    def id(self) -> str:
        """The same over all channels: what keys and ids about it begin with."""
        return f"{self.hold}:{self.channel}"


_BOUNTY: Final = "channel, number, user, creator, amount, refund, text, state, made, ends"
# Nothing but our own column names is put into these texts.
_ADD: Final = f"""
INSERT INTO bounties (channel, number, user, creator, amount, refund, text, state, made, ends, due)
VALUES (?1, (SELECT coalesce(max(number), 0) + 1 FROM bounties WHERE channel = ?1), ?2, ?3, ?4, ?5, ?6, 'making', ?7, ?8, ?8)
RETURNING {_BOUNTY}"""  # noqa: S608
_FIND: Final = f"SELECT {_BOUNTY} FROM bounties WHERE channel = ? AND number = ?"  # noqa: S608
_NEWEST: Final = f"SELECT {_BOUNTY} FROM bounties WHERE channel = ? AND state = 'open' ORDER BY number DESC LIMIT ?"  # noqa: S608
_DUE: Final = f"SELECT {_BOUNTY} FROM bounties WHERE state = 'open' AND due <= ? ORDER BY due LIMIT ?"  # noqa: S608


def add(db: sqlite3.Connection, channel: str, creator: str, amount: int, refund: int, text: str, made: datetime, ends: datetime) -> Bounty:
    """Keep a new one, whose coins are still to be held; it has the channel's next number."""
    row = db.execute(_ADD, (channel, fold(creator), creator, amount, refund, text, micros(made), micros(ends))).fetchone()
    return _read(row)


def drop(db: sqlite3.Connection, channel: str, number: int) -> None:
    """Forget one whose coins could not be held: its number was told to nobody."""
    db.execute("DELETE FROM bounties WHERE channel = ? AND number = ? AND state = 'making'", (channel, number))


def find(db: sqlite3.Connection, channel: str, number: int) -> Bounty | None:
    """Give one by its number."""
    row = db.execute(_FIND, (channel, number)).fetchone()
    return None if row is None else _read(row)


def move(db: sqlite3.Connection, channel: str, number: int, before: State, after: State) -> bool:
    """Change its state from `before`; False, and nothing happens, where it is not in that one."""
    moved = db.execute("UPDATE bounties SET state = ? WHERE channel = ? AND number = ? AND state = ?", (after, channel, number, before))
    return moved.rowcount == 1


def end(db: sqlite3.Connection, channel: str, number: int, how: End, at: datetime, winner: str | None = None) -> None:
    """End one that was being ended."""
    db.execute(
        "UPDATE bounties SET state = ?, ended = ?, winner = ? WHERE channel = ? AND number = ? AND state = 'ending'",
        (how, micros(at), winner, channel, number),
    )


def postpone(db: sqlite3.Connection, channel: str, number: int, due: datetime) -> None:
    """Open one again whose end was refused, and try that again from `due` on."""
    db.execute(
        "UPDATE bounties SET state = 'open', due = ? WHERE channel = ? AND number = ? AND state = 'ending'",
        (micros(due), channel, number),
    )


def unended(db: sqlite3.Connection, channel: str, user: str) -> int:
    """Count those of one viewer that have not come to an end."""
    row = db.execute("SELECT count(*) FROM bounties WHERE channel = ? AND user = ? AND ended IS NULL", (channel, fold(user))).fetchone()
    count: int = row[0]
    return count


def newest(db: sqlite3.Connection, channel: str, most: int) -> tuple[int, list[Bounty]]:
    """Give how many are open, and the newest of them."""
    (total,) = db.execute("SELECT count(*) FROM bounties WHERE channel = ? AND state = 'open'", (channel,)).fetchone()
    rows = db.execute(_NEWEST, (channel, most))
    return total, [_read(row) for row in rows]


def due(db: sqlite3.Connection, at: datetime, most: int) -> list[Bounty]:
    """Give open ones whose end is to be tried by now, over all channels."""
    rows = db.execute(_DUE, (micros(at), most))
    return [_read(row) for row in rows]


def _read(row: tuple[str, int, str, str, int, int, str, State, int, int]) -> Bounty:
    return Bounty(*row[:8], moment(row[8]), moment(row[9]))
