"""What is kept of rooms and their viewers: configuration, clocks, presence, fractions, notices, wishes.

Times are microseconds since 1970, dates those of the economy's time zone, users folded names. Everything is written within the unit of
work of the event that caused it, and read back for the next one; nothing is kept in memory between two events.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from services.earning.people.viewer import Viewer
from services.earning.presence.standing import Standing, State

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
_HERE: Final = "channel = ? AND state = 1 AND state <> 0"
"""Who is present. That 1 is not 0 has to be said, or the index of those who are here is passed over."""
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
    job_due: int | None = None
    """When the next job is due."""


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
        self.db = db

    # Configuration, and what came before the first

    def version(self) -> str | None:
        """Give the version of the current configuration; None before the first."""
        row = self.db.execute("SELECT version FROM configuration").fetchone()
        return None if row is None else str(row[0])

    def settings(self) -> str:
        """Give the current configuration's settings, as JSON."""
        row = self.db.execute("SELECT settings FROM configuration").fetchone()
        return str(row[0])

    def configure(self, version: str, settings: str) -> None:
        """Keep a configuration as the current one."""
        self.db.execute("INSERT OR REPLACE INTO configuration (only, version, settings) VALUES (1, ?, ?)", (version, settings))

    def hold(self, event: Held) -> None:
        """Keep an event that came before the first configuration."""
        self.db.execute("INSERT INTO early (sequence, stream, subject, body, stored) VALUES (?, ?, ?, ?, ?)", event)

    def held(self) -> Iterator[Held]:
        """Give the events that were held, in order, a piece at a time."""
        statement = "SELECT sequence, stream, subject, body, stored FROM early WHERE sequence > ? ORDER BY sequence LIMIT ?"
        last = 0
        while piece := self.db.execute(statement, (last, _PIECE)).fetchall():
            yield from (Held(*row) for row in piece)
            last = piece[-1][0]

    def let_go(self) -> None:
        """Remove the held events, now that they have happened."""
        self.db.execute("DELETE FROM early")

    # Channels

    def clock(self, channel: str) -> Clock | None:
        """Give a channel's clock; None for a channel never heard of."""
        row = self.db.execute(
            "SELECT proof, epoch, listed_raw, (SELECT min(due) FROM notices WHERE notices.channel = channels.channel), broken,"
            " (SELECT min(due) FROM plans WHERE plans.channel = channels.channel)"
            " FROM channels WHERE channel = ?",
            (channel,),
        ).fetchone()
        return None if row is None else Clock(*row)

    def begin(self, channel: str, epoch: int, at: int) -> None:
        """Begin a channel, or a new count of raw sequences in it: those of the old one say nothing any more."""
        self.db.execute(
            "INSERT INTO channels (channel, epoch, broken) VALUES (?, ?, ?)"
            " ON CONFLICT (channel) DO UPDATE SET epoch = excluded.epoch, listed_raw = 0, broken = excluded.broken",
            (channel, epoch, at),
        )
        self.db.execute("UPDATE viewers SET seen_raw = 0, left_raw = 0, told_raw = 0 WHERE channel = ?", (channel,))

    def prove(self, channel: str, at: int) -> None:
        """Note that the robot was in the room at `at`."""
        self.db.execute("UPDATE channels SET proof = ? WHERE channel = ?", (at, channel))

    def breaks(self, channel: str, at: int) -> None:
        """Note that a robot session began or ended at `at`, or events are missing."""
        self.db.execute("UPDATE channels SET broken = ? WHERE channel = ?", (at, channel))

    def list_at(self, channel: str, raw: int) -> None:
        """Note where the last user list stands."""
        self.db.execute("UPDATE channels SET listed_raw = ? WHERE channel = ?", (raw, channel))

    def channels(self) -> list[str]:
        """Give all channels ever heard of."""
        return [str(row[0]) for row in self.db.execute("SELECT channel FROM channels ORDER BY channel")]

    # Viewers

    def viewer(self, channel: str, user: str) -> Viewer | None:
        """Give one viewer."""
        row = self.db.execute(f"SELECT {_VIEWER} FROM viewers WHERE channel = ? AND user = ?", (channel, user)).fetchone()  # noqa: S608
        return None if row is None else _viewer(row)

    def present(self, channel: str) -> list[Viewer]:
        """Give everybody present."""
        rows = self.db.execute(f"SELECT {_VIEWER} FROM viewers WHERE {_HERE}", (channel,))  # noqa: S608
        return [_viewer(row) for row in rows]

    def population(self, channel: str, outsiders: Collection[str]) -> int:
        """Count who is present, outsiders (folded) aside."""
        count: int = self.db.execute(f"SELECT count(*) FROM viewers WHERE {_HERE}", (channel,)).fetchone()[0]  # noqa: S608 - our own words
        marks = ", ".join("?" * len(outsiders))
        outside = f"SELECT count(*) FROM viewers WHERE {_HERE} AND user IN ({marks})"  # noqa: S608 - question marks
        return count - int(self.db.execute(outside, (channel, *outsiders)).fetchone()[0])

    def are_present(self, channel: str, count: int, outsiders: Collection[str]) -> bool:
        """Tell whether so many are present, outsiders (folded) aside; looks at no more of them than it needs."""
        marks = ", ".join("?" * len(outsiders))
        here = f"SELECT 1 FROM viewers WHERE {_HERE} AND user NOT IN ({marks}) LIMIT ?"  # noqa: S608 - question marks
        found: int = self.db.execute(f"SELECT count(*) FROM ({here})", (channel, *outsiders, count)).fetchone()[0]  # noqa: S608
        return found >= count

    def known(self, channel: str, users: Sequence[str]) -> list[Viewer]:
        """Give those of these names (folded) that were ever seen."""
        named = f"SELECT {_VIEWER} FROM viewers WHERE channel = ? AND user IN (SELECT value FROM json_each(?))"  # noqa: S608
        return [_viewer(row) for row in self.db.execute(named, (channel, json.dumps(users)))]

    def here_since(self, channel: str, at: int) -> list[Viewer]:
        """Give everybody who is present or suspended, and whoever left since `at`."""
        found = f"SELECT {_VIEWER} FROM viewers WHERE channel = ? AND (state <> 0 OR left >= ?)"  # noqa: S608 - our own column names
        return [_viewer(row) for row in self.db.execute(found, (channel, at))]

    def not_away(self, channel: str) -> dict[str, Viewer]:
        """Give everybody present or suspended, by user."""
        rows = self.db.execute(f"SELECT {_VIEWER} FROM viewers WHERE channel = ? AND state <> 0", (channel,))  # noqa: S608
        return {row[0]: _viewer(row) for row in rows}

    def save(self, channel: str, viewers: Iterable[Viewer]) -> None:
        """Keep viewers as they are now."""
        self.db.executemany(_SAVE_VIEWER, ((channel, *_row(viewer)) for viewer in viewers))

    def forget_strangers(self, channel: str, before: int) -> None:
        """Forget whoever never had an account here and has not been here since `before`."""
        self.db.execute("DELETE FROM viewers WHERE channel = ? AND state = 0 AND NOT opened AND left < ?", (channel, before))

    # Fractions

    def fraction(self, channel: str, user: str, trigger: str) -> Decimal:
        """Give the fraction of a coin carried for somebody and a trigger."""
        row = self.db.execute(
            "SELECT amount FROM fractions WHERE channel = ? AND user = ? AND trigger = ?", (channel, user, trigger)
        ).fetchone()
        return Decimal(0) if row is None else Decimal(row[0])

    def fractions(self, channel: str, user: str) -> dict[str, Decimal]:
        """Give the fractions carried for somebody, by trigger."""
        rows = self.db.execute("SELECT trigger, amount FROM fractions WHERE channel = ? AND user = ?", (channel, user))
        return {trigger: Decimal(amount) for trigger, amount in rows}

    def fractions_for(self, channel: str, trigger: str) -> dict[str, Decimal]:
        """Give the fractions carried for a trigger, by user."""
        rows = self.db.execute("SELECT user, amount FROM fractions WHERE channel = ? AND trigger = ?", (channel, trigger))
        return {user: Decimal(amount) for user, amount in rows}

    def save_fractions(self, channel: str, fractions: Mapping[tuple[str, str], Decimal]) -> None:
        """Keep fractions, by (user, trigger)."""
        self.db.executemany(
            "INSERT OR REPLACE INTO fractions (channel, user, trigger, amount) VALUES (?, ?, ?, ?)",
            [(channel, user, trigger, str(amount)) for (user, trigger), amount in fractions.items()],
        )

    # Notices

    def tell_later(self, channel: str, notice: WaitingNotice) -> None:
        """Keep a PM until it is due."""
        statement = "INSERT OR IGNORE INTO notices (channel, due, key, user, name, text) VALUES (?, ?, ?, ?, ?, ?)"
        self.db.execute(statement, (channel, *notice))

    def due(self, channel: str, at: int) -> list[WaitingNotice]:
        """Give the PMs that are due."""
        rows = self.db.execute(
            "SELECT due, key, user, name, text FROM notices WHERE channel = ? AND due <= ? ORDER BY due, key", (channel, at)
        )
        return [WaitingNotice(*row) for row in rows]

    def forget_notice(self, key: str) -> None:
        """Remove a PM: it was said, or need not be."""
        self.db.execute("DELETE FROM notices WHERE key = ?", (key,))

    # Wishes

    def wish(self, channel: str, user: str, *, quiet: bool, at: int) -> None:
        """Keep what somebody said of notices at `at`, unless something later is kept."""
        self.db.execute(
            "INSERT INTO wishes (channel, user, quiet, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (channel, user) DO UPDATE SET quiet = excluded.quiet, at = excluded.at WHERE excluded.at >= at",
            (channel, user, quiet, at),
        )

    def is_quiet(self, channel: str, user: str) -> bool:
        """Tell whether somebody wants to hear nothing that nobody asked for."""
        row = self.db.execute("SELECT quiet FROM wishes WHERE channel = ? AND user = ?", (channel, user)).fetchone()
        return row is not None and bool(row[0])


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
