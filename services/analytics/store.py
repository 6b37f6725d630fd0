"""What analytics keeps: counters that outlive it, the totals of the last days, who is there, the configuration.

Users are folded names, days those of the economy's time zone.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from libs.common import subjects
from libs.common.config.ranks import Tier
from libs.common.names import fold
from services.analytics.queries import DAYS_KEPT
from services.analytics.tally import Tally

MIGRATIONS: Final = (
    """
CREATE TABLE configuration (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    version TEXT NOT NULL,
    settings TEXT NOT NULL
) STRICT;
CREATE TABLE counters (
    name TEXT NOT NULL,
    channel TEXT NOT NULL,
    label TEXT NOT NULL,
    value INTEGER NOT NULL CHECK (value >= 0),
    PRIMARY KEY (name, channel, label)
) STRICT, WITHOUT ROWID;
CREATE TABLE movements (
    channel TEXT NOT NULL,
    type TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    times INTEGER NOT NULL,
    coins INTEGER NOT NULL,
    PRIMARY KEY (channel, type, "trigger")
) STRICT, WITHOUT ROWID;
CREATE TABLE days (
    day TEXT NOT NULL,
    channel TEXT NOT NULL,
    total TEXT NOT NULL,
    coins INTEGER NOT NULL,
    PRIMARY KEY (day, channel, total)
) STRICT, WITHOUT ROWID;
CREATE TABLE active (
    day TEXT NOT NULL,
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    by_choice INTEGER NOT NULL,
    PRIMARY KEY (day, channel, user)
) STRICT, WITHOUT ROWID;
CREATE TABLE viewers (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    earned INTEGER NOT NULL,
    PRIMARY KEY (channel, user)
) STRICT, WITHOUT ROWID;
CREATE TABLE present (
    channel TEXT NOT NULL,
    user TEXT NOT NULL,
    PRIMARY KEY (channel, user)
) STRICT, WITHOUT ROWID;
""",
    """
CREATE TABLE told (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL CHECK (value >= 0)
) STRICT, WITHOUT ROWID;
""",
    """
-- Up to which number transactions are in the figures: raised in the transaction that adds to them.
CREATE TABLE counted (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    number INTEGER NOT NULL CHECK (number >= 0)
) STRICT;
""",
)
"""The scripts that make the database, in order; a released one is never changed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the database says at one moment."""

    counters: dict[tuple[str, str, str], int]
    """By name, channel and label."""
    movements: dict[tuple[str, str, str], tuple[int, int]]
    """How often and how many coins, by channel, type and trigger."""
    today: dict[tuple[str, str], int]
    """Coins by channel and lifetime total."""
    active: dict[str, tuple[int, int]]
    """Viewers with at least one entry today by channel, and how many of them did something themselves."""
    ranks: dict[tuple[str, str], int]
    """Viewers by channel and rank."""
    present: dict[str, int]
    """Viewers who are there, by channel."""


def counted(db: sqlite3.Connection) -> int:
    """Give the number up to which transactions are counted; an older database has it as a position in the stream."""
    row: tuple[int] = db.execute(
        "SELECT coalesce((SELECT number FROM counted), (SELECT number FROM positions WHERE stream = ?), 0)", (subjects.TRANSACTIONS,)
    ).fetchone()
    return row[0]


def add(db: sqlite3.Connection, sums: Tally, up_to: int) -> None:
    """Add what transactions came to, and note up to which number they are counted."""
    db.execute("INSERT OR REPLACE INTO counted VALUES (1, ?)", (up_to,))
    for channel, caller, times in sums.postings:
        count(db, "postings", channel, caller, times)
    for channel, refusal, times in sums.refused:
        count(db, "refused", channel, refusal, times)
    for channel, times in sums.rains:
        count(db, "rains", channel, by=times)
    for channel, total, coins in sums.lifetime:
        count(db, total, channel, by=coins)
    db.executemany(
        "INSERT INTO movements VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET times = times + excluded.times, coins = coins + excluded.coins",
        sums.movements,
    )
    db.executemany(
        "INSERT INTO days VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET coins = coins + excluded.coins",
        [(day.isoformat(), *rest) for day, *rest in sums.days],
    )
    db.executemany(
        "INSERT INTO active VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET by_choice = max(by_choice, excluded.by_choice)",
        [(day.isoformat(), *rest) for day, *rest in sums.active],
    )
    db.executemany(
        "INSERT INTO viewers VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET earned = earned + excluded.earned",
        [*((channel, user, 0) for channel, user in sums.opened), *sums.earned],
    )


def count(db: sqlite3.Connection, name: str, channel: str, label: str = "", by: int = 1) -> None:
    """Raise a counter."""
    db.execute(
        "INSERT INTO counters VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value", (name, channel, label, by)
    )


def follow(db: sqlite3.Connection, name: str, told: int) -> None:
    """Raise a counter by what another process's has risen since it was told last; that one begins at 0 with its process."""
    row = db.execute("SELECT value FROM told WHERE name = ?", (name,)).fetchone()
    last = row[0] if row else 0
    if told != last:
        count(db, name, "", by=told - last if told > last else told)
        db.execute("INSERT OR REPLACE INTO told VALUES (?, ?)", (name, told))


def forget_days(db: sqlite3.Connection, today: date) -> None:
    """Remove the days nobody asks for any more."""
    before = (today - timedelta(days=DAYS_KEPT)).isoformat()
    db.execute("DELETE FROM days WHERE day < ?", (before,))
    db.execute("DELETE FROM active WHERE day < ?", (before,))


def keep_list(db: sqlite3.Connection, channel: str, users: Iterable[str]) -> None:
    """Note who is in a room, from a whole list."""
    db.execute("DELETE FROM present WHERE channel = ?", (channel,))
    db.executemany("INSERT OR IGNORE INTO present VALUES (?, ?)", [(channel, fold(user)) for user in users])


def keep_join(db: sqlite3.Connection, channel: str, user: str) -> None:
    """Note that somebody came."""
    db.execute("INSERT OR IGNORE INTO present VALUES (?, ?)", (channel, fold(user)))


def keep_leave(db: sqlite3.Connection, channel: str, user: str) -> None:
    """Note that somebody went."""
    db.execute("DELETE FROM present WHERE channel = ? AND user = ?", (channel, fold(user)))


def configure(db: sqlite3.Connection, version: str, settings: dict[str, Any]) -> None:
    """Keep the configuration."""
    db.execute("INSERT OR REPLACE INTO configuration VALUES (1, ?, ?)", (version, json.dumps(settings)))


def version(db: sqlite3.Connection) -> str | None:
    """Give the version of the configuration that was kept."""
    row = db.execute("SELECT version FROM configuration").fetchone()
    return row[0] if row else None


def settings(db: sqlite3.Connection) -> dict[str, Any]:
    """Give the configuration that was kept."""
    found: dict[str, Any] = json.loads(db.execute("SELECT settings FROM configuration").fetchone()[0])
    return found


def kept(db: sqlite3.Connection, today: date, ladder: Sequence[Tier], outsiders: Collection[str]) -> Kept:
    """Read everything at once; `ladder` lowest rank first."""
    day = today.isoformat()
    counters = db.execute("SELECT name, channel, label, value FROM counters")
    movements = db.execute('SELECT channel, type, "trigger", times, coins FROM movements')
    totals = db.execute("SELECT channel, total, coins FROM days WHERE day = ?", (day,))
    active = db.execute("SELECT channel, count(*), sum(by_choice) FROM active WHERE day = ? GROUP BY channel", (day,))
    present: dict[str, int] = {}
    for channel, user in db.execute("SELECT channel, user FROM present"):
        present[channel] = present.get(channel, 0) + (user not in outsiders)
    return Kept(
        counters={(name, channel, label): value for name, channel, label, value in counters},
        movements={(channel, kind, trigger): (times, coins) for channel, kind, trigger, times, coins in movements},
        today={(channel, total): coins for channel, total, coins in totals},
        active={channel: (viewers, by_choice) for channel, viewers, by_choice in active},
        ranks=_ranks(db, ladder),
        present=present,
    )


def _ranks(db: sqlite3.Connection, ladder: Sequence[Tier]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    ceilings = [tier.min_lifetime_earned for tier in ladder[1:]]
    for number, tier in enumerate(ladder):
        floor = tier.min_lifetime_earned if number else -(2**62)  # below all thresholds one holds the lowest rank
        ceiling = ceilings[number] if number < len(ceilings) else 2**62
        rows = db.execute("SELECT channel, count(*) FROM viewers WHERE earned >= ? AND earned < ? GROUP BY channel", (floor, ceiling))
        for channel, viewers in rows:
            found[channel, tier.name] = found.get((channel, tier.name), 0) + viewers
    return found
