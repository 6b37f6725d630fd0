"""What `commands` keeps: the inbox, what the ledger is asked to change, the rate limit's windows, configuration, clock, who is there.

Times are microseconds since 1970, so that they compare as numbers.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from libs.common import rankbook
from libs.common.contracts.events import Configuration, PrivateMessage
from libs.common.names import fold
from services.commands import orders
from services.commands.admission import WINDOW, Window
from services.commands.orders import Begun

MIGRATIONS: Final = (
    """
    CREATE TABLE configuration (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        version TEXT NOT NULL,
        settings TEXT NOT NULL
    ) STRICT;
    CREATE TABLE clock (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        tick_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE rooms (channel TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE present (
        channel TEXT NOT NULL,
        user TEXT NOT NULL,               -- folded
        PRIMARY KEY (channel, user)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE early (                  -- came before the first configuration, which will judge them
        id INTEGER PRIMARY KEY,
        sequence INTEGER NOT NULL,
        event BLOB NOT NULL
    ) STRICT;
    CREATE TABLE inbox (                  -- asked and not answered yet
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        event_id TEXT NOT NULL UNIQUE,
        sequence INTEGER NOT NULL,        -- in ECONOMY_EVENTS
        event BLOB NOT NULL
    ) STRICT;
    CREATE TABLE requests (               -- what exactly is asked of the ledger for one question
        key TEXT PRIMARY KEY,
        inbox_id INTEGER NOT NULL REFERENCES inbox (id) ON DELETE CASCADE,
        posting BLOB NOT NULL
    ) STRICT;
    CREATE INDEX requests_inbox ON requests (inbox_id);
    CREATE TABLE taken (
        channel TEXT NOT NULL,
        user TEXT NOT NULL,               -- folded
        at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX taken_user ON taken (channel, user, at);
    CREATE TABLE warned (
        channel TEXT NOT NULL,
        user TEXT NOT NULL,               -- folded
        at INTEGER NOT NULL,
        PRIMARY KEY (channel, user)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    ALTER TABLE requests RENAME COLUMN posting TO request;
    ALTER TABLE requests ADD COLUMN command TEXT NOT NULL DEFAULT 'grant';    -- before, nothing else could be asked
    ALTER TABLE requests ADD COLUMN verb TEXT NOT NULL DEFAULT 'post';
    ALTER TABLE requests ADD COLUMN remark TEXT NOT NULL DEFAULT '';
    DROP INDEX requests_inbox;
    CREATE UNIQUE INDEX requests_inbox ON requests (inbox_id);
    """,
    """
    ALTER TABLE inbox ADD COLUMN consoled INTEGER NOT NULL DEFAULT 0;         -- whether its sender was told that it takes time
    """,
    """
    CREATE TABLE deeds (                  -- what administrators did that no other book tells of
        id INTEGER PRIMARY KEY,
        channel TEXT NOT NULL,
        at INTEGER NOT NULL,
        user TEXT NOT NULL,
        command TEXT NOT NULL
    ) STRICT;
    CREATE INDEX deeds_newest ON deeds (channel, at);
    """,
    rankbook.SCHEMA,
)

DEEDS_KEPT: Final = timedelta(days=365)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Question:
    """A private message that waits for its answer."""

    id: int
    sequence: int
    """Of its event, in ECONOMY_EVENTS."""
    message: PrivateMessage
    begun: Begun | None = None
    """What the ledger may have been asked to change for it already."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What an administrator did that no other book tells of."""

    at: datetime
    user: str
    command: str


def configuration(db: sqlite3.Connection) -> tuple[str, dict[str, Any]] | None:
    """Give the current configuration's version and settings, None before the first."""
    row = db.execute("SELECT version, settings FROM configuration").fetchone()
    return None if row is None else (row[0], json.loads(row[1]))


def keep_configuration(db: sqlite3.Connection, event: Configuration) -> None:
    """Make it the current one."""
    db.execute("INSERT OR REPLACE INTO configuration VALUES (1, ?, ?)", (event.version, json.dumps(event.settings)))


def last_tick(db: sqlite3.Connection) -> datetime | None:
    """Give the time of the last tick read."""
    row = db.execute("SELECT tick_at FROM clock").fetchone()
    return None if row is None else _time(row[0])


def keep_tick(db: sqlite3.Connection, at: datetime) -> None:
    """Note a tick, and forget windows of the rate limit that have passed by it."""
    db.execute("INSERT OR REPLACE INTO clock VALUES (1, ?)", (_micros(at),))
    db.execute("DELETE FROM warned WHERE at <= ?", (_micros(at - WINDOW),))
    db.execute("DELETE FROM taken WHERE at <= ?", (_micros(at - WINDOW),))


def keep_early(db: sqlite3.Connection, message: PrivateMessage, sequence: int) -> None:
    """Put a message away until there is a configuration."""
    db.execute("INSERT INTO early (sequence, event) VALUES (?, ?)", (sequence, message.encode()))


def take_early(db: sqlite3.Connection) -> list[tuple[int, PrivateMessage]]:
    """Give what was put away, in order, with its sequences, and forget it."""
    rows = db.execute("SELECT sequence, event FROM early ORDER BY id").fetchall()
    db.execute("DELETE FROM early")
    return [(sequence, PrivateMessage.model_validate_json(event)) for sequence, event in rows]


def ask(db: sqlite3.Connection, message: PrivateMessage, sequence: int) -> Question | None:
    """Put a message into the inbox; None if it lies there already."""
    done = db.execute(
        "INSERT INTO inbox (event_id, sequence, event) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (message.id, sequence, message.encode())
    )
    return Question(done.lastrowid or 0, sequence, message) if done.rowcount else None


def questions(db: sqlite3.Connection) -> list[Question]:
    """Give all that waits, oldest first."""
    rows = db.execute(
        "SELECT id, sequence, event, command, verb, request, remark"
        " FROM inbox LEFT JOIN requests ON requests.inbox_id = inbox.id ORDER BY id"
    )
    return [Question(id_, sequence, PrivateMessage.model_validate_json(event), _begun(*kept)) for id_, sequence, event, *kept in rows]


def answered(db: sqlite3.Connection, question: Question) -> bool:
    """Take a question out of the inbox, its order with it; False if it was not there."""
    return db.execute("DELETE FROM inbox WHERE id = ?", (question.id,)).rowcount == 1


def note(db: sqlite3.Connection, channel: str, deed: Deed) -> None:
    """Note what an administrator did; it is kept for a year."""
    row = (channel, _micros(deed.at), deed.user, deed.command)
    db.execute("INSERT INTO deeds (channel, at, user, command) VALUES (?, ?, ?, ?)", row)
    db.execute("DELETE FROM deeds WHERE channel = ? AND at < ?", (channel, _micros(deed.at - DEEDS_KEPT)))


def deeds(db: sqlite3.Connection, channel: str, user: str | None, limit: int) -> list[Deed]:
    """Give what administrators, or one of them, did, newest first."""
    rows = db.execute(
        "SELECT at, user, command FROM deeds WHERE channel = ?1 AND (?2 IS NULL OR lower(user) = ?2) ORDER BY at DESC, id DESC LIMIT ?3",
        (channel, None if user is None else fold(user), limit),
    )
    return [Deed(_time(at), name, command) for at, name, command in rows]


def console(db: sqlite3.Connection, question: Question) -> bool:
    """Note that a question's sender is told that it takes time; False if that was so before, or the answer is there."""
    return db.execute("UPDATE inbox SET consoled = 1 WHERE id = ? AND consoled = 0", (question.id,)).rowcount == 1


def begin(db: sqlite3.Connection, question: Question, begun: Begun) -> None:
    """Keep what a question asks the ledger to change, before the ledger is asked.

    Raises:
        sqlite3.IntegrityError: something was kept for this question before.
    """
    order = begun.order
    db.execute(
        "INSERT INTO requests (key, inbox_id, command, verb, request, remark) VALUES (?, ?, ?, ?, ?, ?)",
        (order.request.key, question.id, begun.command, order.verb, order.request.encode(), order.remark),
    )


def _begun(command: str | None, verb: str, request: bytes, remark: str) -> Begun | None:
    return None if command is None else Begun(command, orders.read(verb, request, remark))


def window(db: sqlite3.Connection, message: PrivateMessage) -> Window:
    """Give what the rate limit remembers of the sender."""
    who = (message.channel, fold(message.user))
    since = _micros(message.at - WINDOW)
    taken = db.execute("SELECT at FROM taken WHERE channel = ? AND user = ? AND at > ? ORDER BY at", (*who, since))
    warned = db.execute("SELECT at FROM warned WHERE channel = ? AND user = ?", who).fetchone()
    return Window([_time(at) for (at,) in taken], None if warned is None else _time(warned[0]))


def note_taken(db: sqlite3.Connection, message: PrivateMessage) -> None:
    """Count a message against the rate limit."""
    db.execute("INSERT INTO taken VALUES (?, ?, ?)", (message.channel, fold(message.user), _micros(message.at)))


def note_warned(db: sqlite3.Connection, message: PrivateMessage) -> None:
    """Note that the sender was warned."""
    db.execute("INSERT OR REPLACE INTO warned VALUES (?, ?, ?)", (message.channel, fold(message.user), _micros(message.at)))


def keep_list(db: sqlite3.Connection, channel: str, users: Iterable[str]) -> None:
    """Note who is in a room, from a whole list."""
    db.execute("INSERT OR IGNORE INTO rooms VALUES (?)", (channel,))
    db.execute("DELETE FROM present WHERE channel = ?", (channel,))
    db.executemany("INSERT OR IGNORE INTO present VALUES (?, ?)", [(channel, fold(user)) for user in users])


def keep_join(db: sqlite3.Connection, channel: str, user: str) -> None:
    """Note that somebody came."""
    db.execute("INSERT OR IGNORE INTO present VALUES (?, ?)", (channel, fold(user)))


def keep_leave(db: sqlite3.Connection, channel: str, user: str) -> None:
    """Note that somebody went."""
    db.execute("DELETE FROM present WHERE channel = ? AND user = ?", (channel, fold(user)))


def sessions(db: sqlite3.Connection, outsiders: Collection[str]) -> int:
    """Count the viewers who are there, in all channels, but for the robot and whom the economy ignores."""
    return sum(user not in outsiders for (user,) in db.execute("SELECT user FROM present"))


def present(db: sqlite3.Connection) -> dict[str, int]:
    """Count who is there, by channel; channels of which a list was seen only."""
    rows = db.execute("SELECT channel, (SELECT count(*) FROM present WHERE present.channel = rooms.channel) FROM rooms")
    return dict(rows.fetchall())


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)


def _time(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)
