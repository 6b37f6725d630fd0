"""What is kept of duels: the only place of them that knows SQL. Times are microseconds since 1970, UTC."""

import sqlite3
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from libs.common.names import fold
from services.games.duel.duel import Duel, State

SCHEMA: Final = """
CREATE TABLE duels (
    id TEXT PRIMARY KEY,                  -- the key of the request that offered it
    channel TEXT NOT NULL,
    challenger TEXT NOT NULL,             -- folded
    challenger_name TEXT NOT NULL,        -- as the room spells it
    target TEXT NOT NULL,
    target_name TEXT NOT NULL,
    wager INTEGER NOT NULL CHECK (wager > 0),
    rake_percent TEXT NOT NULL,
    public INTEGER NOT NULL CHECK (public IN (0, 1)),
    deadline INTEGER NOT NULL,
    version TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('asked', 'open', 'accepted', 'ending', 'settled', 'declined', 'withdrawn', 'expired', 'void')),
    answer TEXT,                          -- the key of the request that took or ended it
    CHECK (challenger <> target)
) STRICT;
-- One offer at a time from one to the other.
CREATE UNIQUE INDEX duels_pair ON duels (channel, challenger, target)
WHERE state = 'asked' OR state = 'open' OR state = 'accepted' OR state = 'ending';
CREATE INDEX duels_due ON duels (deadline) WHERE state = 'open';
CREATE INDEX duels_target ON duels (channel, target) WHERE state = 'open';
CREATE INDEX duels_answer ON duels (answer) WHERE answer IS NOT NULL;
CREATE TRIGGER duels_end_once BEFORE UPDATE OF state ON duels
WHEN OLD.state IN ('settled', 'declined', 'withdrawn', 'expired', 'void')
BEGIN SELECT RAISE(ABORT, 'a duel ends once'); END;
"""

LISTED_MAX: Final = 20
"""So many offers are looked at for one viewer; nobody can read more."""
DUE_MAX: Final = 100
"""So many end with one event; the rest with the next."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_READ: Final = "id, channel, challenger_name, target_name, wager, rake_percent, public, deadline, version, state, answer FROM duels"


def put(db: sqlite3.Connection, duel: Duel) -> None:
    """Keep a new one."""
    row = (
        duel.id,
        duel.channel,
        fold(duel.challenger),
        duel.challenger,
        fold(duel.target),
        duel.target,
        duel.wager,
        str(duel.rake_percent),
        duel.public,
        _micros(duel.deadline),
        duel.version,
        duel.state,
    )
    db.execute(
        "INSERT INTO duels (id, channel, challenger, challenger_name, target, target_name, wager, rake_percent, public, deadline,"
        " version, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row,
    )


def get(db: sqlite3.Connection, id_: str) -> Duel:
    """Give one that is kept."""
    return _duel(db.execute(f"SELECT {_READ} WHERE id = ?", (id_,)).fetchone())


def drop(db: sqlite3.Connection, id_: str) -> None:
    """Forget an offer the ledger refused."""
    db.execute("DELETE FROM duels WHERE id = ? AND state = 'asked'", (id_,))


def move(db: sqlite3.Connection, id_: str, before: State, after: State, answer: str | None = None) -> bool:
    """Bring a duel from one state to the next; False if it is in another one."""
    changed = db.execute(
        "UPDATE duels SET state = ?, answer = coalesce(?, answer) WHERE id = ? AND state = ?",
        (after, answer, id_, before),
    )
    return changed.rowcount == 1


def is_between(db: sqlite3.Connection, channel: str, challenger: str, target: str) -> bool:
    """Tell whether one has challenged the other, and it has not come to an end."""
    found = db.execute(
        "SELECT 1 FROM duels WHERE channel = ? AND challenger = ? AND target = ?"
        " AND (state = 'asked' OR state = 'open' OR state = 'accepted' OR state = 'ending')",
        (channel, fold(challenger), fold(target)),
    )
    return found.fetchone() is not None


def aimed_at(db: sqlite3.Connection, channel: str, target: str, challenger: str | None = None) -> list[Duel]:
    """Give the open offers somebody got (from one), the oldest first."""
    rows = db.execute(
        f"SELECT {_READ} WHERE channel = ? AND target = ? AND state = 'open' AND challenger = coalesce(?, challenger)"
        f" ORDER BY deadline, id LIMIT {LISTED_MAX}",
        (channel, fold(target), None if challenger is None else fold(challenger)),
    )
    return [_duel(row) for row in rows]


def offered_by(db: sqlite3.Connection, channel: str, challenger: str, target: str | None = None) -> list[Duel]:
    """Give the open offers somebody made (to one), the oldest first."""
    rows = db.execute(
        f"SELECT {_READ} WHERE channel = ? AND challenger = ? AND target = coalesce(?, target)"
        " AND (state = 'asked' OR state = 'open' OR state = 'accepted' OR state = 'ending') AND state = 'open'"
        f" ORDER BY deadline, id LIMIT {LISTED_MAX}",
        (channel, fold(challenger), None if target is None else fold(target)),
    )
    return [_duel(row) for row in rows]


def answered_by(db: sqlite3.Connection, key: str) -> Duel | None:
    """Give the duel that was taken or ended under a key."""
    row = db.execute(f"SELECT {_READ} WHERE answer = ?", (key,)).fetchone()
    return None if row is None else _duel(row)


def due(db: sqlite3.Connection, at: datetime, channel: str | None) -> list[Duel]:
    """Give the open offers whose time has run out, of one channel or of all."""
    rows = db.execute(
        f"SELECT {_READ} WHERE state = 'open' AND deadline <= ? AND channel = coalesce(?, channel) ORDER BY deadline LIMIT {DUE_MAX}",
        (_micros(at), channel),
    )
    return [_duel(row) for row in rows]


def _duel(row: tuple[Any, ...]) -> Duel:
    id_, channel, challenger, target, wager, percent, public, deadline, version, state, answer = row
    until = _EPOCH + deadline * _MICROSECOND
    return Duel(id_, channel, challenger, target, wager, Decimal(percent), bool(public), until, version, state=state, answer=answer)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND
