"""The schema, version by version. Each part of earning has its tables beside its queries."""

from typing import Final

from libs.common.owner import SCHEMA as OWNER
from services.earning.store import badges, careers, counters, days, diary, happenings, lines, media, plans, ranks, tallies, weeks

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
    OWNER
    + badges.TABLES
    + careers.TABLES
    + days.TABLES
    + counters.TABLES
    + diary.TABLES
    + tallies.TABLES
    + ranks.TABLES
    + plans.TABLES
    + happenings.TABLES
    + weeks.TABLES
    + lines.TABLES
    + media.TABLES,
)
