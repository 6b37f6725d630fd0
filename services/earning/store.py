"""What earning keeps: the only place that knows SQL.

Times are microseconds since 1970, dates those of the economy's time zone, users folded names. Everything is written within the unit of
work of the event that caused it, and read back for the next one; nothing is kept in memory between two events.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from services.earning.presence import Standing, State
from services.earning.viewer import Day, Viewer

MIGRATIONS: Final = (
    """
CREATE TABLE configuration (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    version TEXT NOT NULL,
    settings TEXT NOT NULL
) STRICT;

-- Events that came before the first configuration.
CREATE TABLE early (
    sequence INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    subject TEXT NOT NULL,
    body BLOB NOT NULL,
    stored INTEGER NOT NULL
) STRICT;

CREATE TABLE channels (
    channel TEXT PRIMARY KEY,
    proof INTEGER,
    epoch INTEGER NOT NULL,
    listed_raw INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE viewers (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    name TEXT NOT NULL,
    state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
    since INTEGER CHECK (state = 0 OR since IS NOT NULL),
    left INTEGER,
    settled INTEGER NOT NULL,
    rank REAL,
    afk INTEGER NOT NULL,
    first_seen INTEGER CHECK (state = 0 OR first_seen IS NOT NULL),
    last_spoke INTEGER,
    messages INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    seen_raw INTEGER NOT NULL,
    left_raw INTEGER NOT NULL,
    told_raw INTEGER NOT NULL,
    PRIMARY KEY (channel, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX viewers_here ON viewers (channel, state) WHERE state <> 0;

-- What the ledger says of somebody.
CREATE TABLE accounts (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    lifetime INTEGER NOT NULL DEFAULT 0,
    banned INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (channel, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE days (
    channel TEXT NOT NULL,
    date TEXT NOT NULL,
    user TEXT NOT NULL,
    present INTEGER NOT NULL,
    active INTEGER NOT NULL CHECK (active BETWEEN 0 AND present),
    PRIMARY KEY (channel, date, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE claims (
    channel TEXT NOT NULL,
    date TEXT NOT NULL,
    user TEXT NOT NULL,
    claim TEXT NOT NULL,
    PRIMARY KEY (channel, date, user, claim)
) STRICT, WITHOUT ROWID;

-- Fractions of coins, as exact decimals below one.
CREATE TABLE fractions (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    trigger TEXT NOT NULL,
    amount TEXT NOT NULL,
    PRIMARY KEY (channel, user, trigger)
) STRICT, WITHOUT ROWID;

-- PMs that wait for their time.
CREATE TABLE notices (
    channel TEXT NOT NULL,
    due INTEGER NOT NULL,
    key TEXT NOT NULL UNIQUE,
    user TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (channel, due, key)
) STRICT, WITHOUT ROWID;
""",
    """
-- What viewers said of hearing what nobody asked for; who said nothing hears it.
CREATE TABLE wishes (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    quiet INTEGER NOT NULL CHECK (quiet IN (0, 1)),
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, user)
) STRICT, WITHOUT ROWID;
""",
    "ALTER TABLE channels ADD COLUMN broken INTEGER;",
)

_VIEWER: Final = (
    "user, name, state, since, left, settled, rank, afk, first_seen, last_spoke, messages, opened, seen_raw, left_raw, told_raw"
)
_SAVE_VIEWER: Final = (
    f"INSERT INTO viewers (channel, {_VIEWER}) VALUES (?{', ?' * 15})"  # noqa: S608 - our own column names
    " ON CONFLICT (channel, user) DO UPDATE SET name = excluded.name, state = excluded.state, since = excluded.since, left = excluded.left,"
    " settled = excluded.settled, rank = excluded.rank, afk = excluded.afk, first_seen = excluded.first_seen,"
    " last_spoke = excluded.last_spoke, messages = excluded.messages, opened = excluded.opened, seen_raw = excluded.seen_raw,"
    " left_raw = excluded.left_raw, told_raw = excluded.told_raw"
)
_PIECE: Final = 200


class Held(NamedTuple):
    """An event that waits for the first configuration, as it stood in its stream."""

    sequence: int
    stream: str
    subject: str
    body: bytes
    stored: int


class Clock(NamedTuple):
    """How far a channel's time has come."""

    proof: int | None
    """When the robot was last known to be in the room."""
    epoch: int
    """Of the raw sequences kept."""
    listed_raw: int
    """The raw sequence of the last user list."""
    notice_due: int | None
    """When the next waiting PM is due."""
    broken: int | None
    """When a robot session last began or ended, or events were missing."""


class WaitingNotice(NamedTuple):
    """A PM that waits for its time."""

    due: int
    key: str
    user: str
    name: str
    text: str


class Store:
    """The tables, as the rules need them."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Take a connection inside a transaction; the schema is there."""
        self._db = db

    # Configuration, and what came before the first

    def version(self) -> str | None:
        """Give the version of the current configuration; None before the first."""
        row = self._db.execute("SELECT version FROM configuration").fetchone()
        return None if row is None else str(row[0])

    def settings(self) -> str:
        """Give the current configuration's settings, as JSON."""
        row = self._db.execute("SELECT settings FROM configuration").fetchone()
        return str(row[0])

    def configure(self, version: str, settings: str) -> None:
        """Keep a configuration as the current one."""
        self._db.execute("INSERT OR REPLACE INTO configuration (only, version, settings) VALUES (1, ?, ?)", (version, settings))

    def hold(self, event: Held) -> None:
        """Keep an event that came before the first configuration."""
        self._db.execute("INSERT INTO early (sequence, stream, subject, body, stored) VALUES (?, ?, ?, ?, ?)", event)

    def held(self) -> Iterator[Held]:
        """Give the events that were held, in order, a piece at a time."""
        statement = "SELECT sequence, stream, subject, body, stored FROM early WHERE sequence > ? ORDER BY sequence LIMIT ?"
        last = 0
        while piece := self._db.execute(statement, (last, _PIECE)).fetchall():
            yield from (Held(*row) for row in piece)
            last = piece[-1][0]

    def let_go(self) -> None:
        """Remove the held events, now that they have happened."""
        self._db.execute("DELETE FROM early")

    # Channels

    def clock(self, channel: str) -> Clock | None:
        """Give a channel's clock; None for a channel never heard of."""
        row = self._db.execute(
            "SELECT proof, epoch, listed_raw, (SELECT min(due) FROM notices WHERE notices.channel = channels.channel), broken"
            " FROM channels WHERE channel = ?",
            (channel,),
        ).fetchone()
        return None if row is None else Clock(*row)

    def begin(self, channel: str, epoch: int, at: int) -> None:
        """Begin a channel, or a new count of raw sequences in it: those of the old one say nothing any more."""
        self._db.execute(
            "INSERT INTO channels (channel, epoch, broken) VALUES (?, ?, ?)"
            " ON CONFLICT (channel) DO UPDATE SET epoch = excluded.epoch, listed_raw = 0, broken = excluded.broken",
            (channel, epoch, at),
        )
        self._db.execute("UPDATE viewers SET seen_raw = 0, left_raw = 0, told_raw = 0 WHERE channel = ?", (channel,))

    def prove(self, channel: str, at: int) -> None:
        """Note that the robot was in the room at `at`."""
        self._db.execute("UPDATE channels SET proof = ? WHERE channel = ?", (at, channel))

    def breaks(self, channel: str, at: int) -> None:
        """Note that a robot session began or ended at `at`, or events are missing."""
        self._db.execute("UPDATE channels SET broken = ? WHERE channel = ?", (at, channel))

    def list_at(self, channel: str, raw: int) -> None:
        """Note where the last user list stands."""
        self._db.execute("UPDATE channels SET listed_raw = ? WHERE channel = ?", (raw, channel))

    def channels(self) -> list[str]:
        """Give all channels ever heard of."""
        return [str(row[0]) for row in self._db.execute("SELECT channel FROM channels ORDER BY channel")]

    # Viewers

    def viewer(self, channel: str, user: str) -> Viewer | None:
        """Give one viewer."""
        row = self._db.execute(f"SELECT {_VIEWER} FROM viewers WHERE channel = ? AND user = ?", (channel, user)).fetchone()  # noqa: S608
        return None if row is None else _viewer(row)

    def present(self, channel: str) -> list[Viewer]:
        """Give everybody present."""
        rows = self._db.execute(f"SELECT {_VIEWER} FROM viewers WHERE channel = ? AND state = 1", (channel,))  # noqa: S608
        return [_viewer(row) for row in rows]

    def not_away(self, channel: str) -> dict[str, Viewer]:
        """Give everybody present or suspended, by user."""
        rows = self._db.execute(f"SELECT {_VIEWER} FROM viewers WHERE channel = ? AND state <> 0", (channel,))  # noqa: S608
        return {row[0]: _viewer(row) for row in rows}

    def save(self, channel: str, viewers: Iterable[Viewer]) -> None:
        """Keep viewers as they are now."""
        self._db.executemany(_SAVE_VIEWER, ((channel, *_row(viewer)) for viewer in viewers))

    # Days

    def days(self, channel: str, date: str) -> dict[str, Day]:
        """Give everybody's counters of a day, by user."""
        rows = self._db.execute("SELECT user, present, active FROM days WHERE channel = ? AND date = ?", (channel, date))
        days = {user: Day(user, date, present, active) for user, present, active in rows}
        for user, claim in self._db.execute("SELECT user, claim FROM claims WHERE channel = ? AND date = ?", (channel, date)):
            days.setdefault(user, Day(user, date)).claimed.add(claim)
        return days

    def day(self, channel: str, user: str, date: str) -> Day:
        """Give somebody's counters of a day."""
        key = (channel, date, user)
        row = self._db.execute("SELECT present, active FROM days WHERE channel = ? AND date = ? AND user = ?", key).fetchone()
        present, active = (0, 0) if row is None else row
        claims = self._db.execute("SELECT claim FROM claims WHERE channel = ? AND date = ? AND user = ?", key)
        return Day(user, date, present, active, {claim for (claim,) in claims})

    def save_days(self, channel: str, days: Iterable[Day]) -> None:
        """Keep counters, and what was newly claimed."""
        days = list(days)
        self._db.executemany(
            "INSERT INTO days (channel, date, user, present, active) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (channel, date, user) DO UPDATE SET present = excluded.present, active = excluded.active",
            [(channel, day.date, day.user, day.present, day.active) for day in days],
        )
        claims = [(channel, day.date, day.user, claim) for day in days for claim in day.claiming]
        self._db.executemany("INSERT INTO claims (channel, date, user, claim) VALUES (?, ?, ?, ?)", claims)
        for day in days:
            day.claiming.clear()

    def there_on(self, channel: str, date: str) -> set[str]:
        """Give who had a minute counted on a day."""
        return {user for (user,) in self._db.execute("SELECT user FROM days WHERE channel = ? AND date = ? AND present", (channel, date))}

    # Fractions

    def fraction(self, channel: str, user: str, trigger: str) -> Decimal:
        """Give the fraction of a coin carried for somebody and a trigger."""
        row = self._db.execute(
            "SELECT amount FROM fractions WHERE channel = ? AND user = ? AND trigger = ?", (channel, user, trigger)
        ).fetchone()
        return Decimal(0) if row is None else Decimal(row[0])

    def fractions(self, channel: str, user: str) -> dict[str, Decimal]:
        """Give the fractions carried for somebody, by trigger."""
        rows = self._db.execute("SELECT trigger, amount FROM fractions WHERE channel = ? AND user = ?", (channel, user))
        return {trigger: Decimal(amount) for trigger, amount in rows}

    def save_fractions(self, channel: str, fractions: Mapping[tuple[str, str], Decimal]) -> None:
        """Keep fractions, by (user, trigger)."""
        self._db.executemany(
            "INSERT OR REPLACE INTO fractions (channel, user, trigger, amount) VALUES (?, ?, ?, ?)",
            [(channel, user, trigger, str(amount)) for (user, trigger), amount in fractions.items()],
        )

    # Notices

    def tell_later(self, channel: str, notice: WaitingNotice) -> None:
        """Keep a PM until it is due."""
        statement = "INSERT OR IGNORE INTO notices (channel, due, key, user, name, text) VALUES (?, ?, ?, ?, ?, ?)"
        self._db.execute(statement, (channel, *notice))

    def due(self, channel: str, at: int) -> list[WaitingNotice]:
        """Give the PMs that are due."""
        rows = self._db.execute(
            "SELECT due, key, user, name, text FROM notices WHERE channel = ? AND due <= ? ORDER BY due, key", (channel, at)
        )
        return [WaitingNotice(*row) for row in rows]

    def forget_notice(self, key: str) -> None:
        """Remove a PM: it was said, or need not be."""
        self._db.execute("DELETE FROM notices WHERE key = ?", (key,))

    # Wishes

    def wish(self, channel: str, user: str, *, quiet: bool, at: int) -> None:
        """Keep what somebody said of notices at `at`, unless something later is kept."""
        self._db.execute(
            "INSERT INTO wishes (channel, user, quiet, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (channel, user) DO UPDATE SET quiet = excluded.quiet, at = excluded.at WHERE excluded.at >= at",
            (channel, user, quiet, at),
        )

    def is_quiet(self, channel: str, user: str) -> bool:
        """Tell whether somebody wants to hear nothing that nobody asked for."""
        row = self._db.execute("SELECT quiet FROM wishes WHERE channel = ? AND user = ?", (channel, user)).fetchone()
        return row is not None and bool(row[0])

    # Accounts

    def add_lifetime(self, channel: str, user: str, coins: int) -> None:
        """Add to what somebody has earned in their life."""
        self._db.execute(
            "INSERT INTO accounts (channel, user, lifetime) VALUES (?, ?, ?)"
            " ON CONFLICT (channel, user) DO UPDATE SET lifetime = lifetime + excluded.lifetime",
            (channel, user, coins),
        )

    def ban(self, channel: str, user: str, *, banned: bool) -> None:
        """Note whether somebody is banned."""
        self._db.execute(
            "INSERT INTO accounts (channel, user, banned) VALUES (?, ?, ?)"
            " ON CONFLICT (channel, user) DO UPDATE SET banned = excluded.banned",
            (channel, user, banned),
        )

    def is_banned(self, channel: str, user: str) -> bool:
        """Tell whether somebody is banned, as far as the ledger has told."""
        return self.account(channel, user)[1]

    def account(self, channel: str, user: str) -> tuple[int, bool]:
        """Give somebody's lifetime earnings, and whether they are banned."""
        row = self._db.execute("SELECT lifetime, banned FROM accounts WHERE channel = ? AND user = ?", (channel, user)).fetchone()
        return (0, False) if row is None else (row[0], bool(row[1]))


def _viewer(row: tuple[object, ...]) -> Viewer:
    user, name, state, since, left, settled, rank, afk, *rest = row
    return Viewer(user, name, Standing(State(state), since, left, settled), rank, bool(afk), *rest)  # type: ignore[arg-type]  # the columns' order


def _row(viewer: Viewer) -> tuple[object, ...]:
    return (
        viewer.user,
        viewer.name,
        *viewer.standing,
        viewer.rank,
        viewer.afk,
        viewer.first_seen,
        viewer.last_spoke,
        viewer.messages,
        viewer.opened,
        viewer.seen_raw,
        viewer.left_raw,
        viewer.told_raw,
    )
