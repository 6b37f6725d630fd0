"""Seeds and draws, as they are kept. Times are microseconds since 1970."""

import json
import sqlite3
from typing import Any, Final, NamedTuple

from libs.common.unit import store_id

SCHEMA: Final = """
CREATE TABLE seeds (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    owner TEXT NOT NULL,              -- a viewer's folded name; or a round's id behind an @, which no name has
    seed BLOB NOT NULL CHECK (length(seed) = 32),
    client TEXT NOT NULL,
    nonce INTEGER NOT NULL DEFAULT 0, -- of the last draw
    made INTEGER NOT NULL,
    ended_by TEXT                     -- the request at which it was shown, or RESTORED; from then on it is used no more
) STRICT;
CREATE UNIQUE INDEX seeds_in_use ON seeds (channel, owner) WHERE ended_by IS NULL;
CREATE INDEX seeds_of ON seeds (channel, owner, id);
CREATE TABLE rules (                  -- whatever was ever played by, under the hash of its contents
    id TEXT PRIMARY KEY,
    contents TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE draws (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    key TEXT NOT NULL,                -- of the request, and of its posting
    seed INTEGER NOT NULL REFERENCES seeds (id),
    nonce INTEGER NOT NULL,
    client TEXT NOT NULL,             -- the client seed at that time
    game TEXT NOT NULL,
    rule TEXT NOT NULL REFERENCES rules (id),
    terms TEXT NOT NULL,
    numbers TEXT NOT NULL,
    result TEXT NOT NULL,
    at INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0 CHECK (done IN (0, 1)), -- whether the ledger did the posting
    UNIQUE (channel, key),
    UNIQUE (seed, nonce)
) STRICT;
CREATE TRIGGER draws_stand BEFORE UPDATE ON draws
WHEN OLD.done = 1 OR NEW.done = 0 OR NEW.key <> OLD.key OR NEW.seed <> OLD.seed OR NEW.nonce <> OLD.nonce OR NEW.client <> OLD.client
    OR NEW.rule <> OLD.rule OR NEW.terms <> OLD.terms OR NEW.numbers <> OLD.numbers OR NEW.result <> OLD.result
BEGIN SELECT RAISE(ABORT, 'a draw stands'); END;
CREATE TRIGGER draws_keep BEFORE DELETE ON draws BEGIN SELECT RAISE(ABORT, 'draws are kept'); END;
"""
FILE: Final = """
ALTER TABLE seeds ADD COLUMN file TEXT NOT NULL DEFAULT ''; -- the id of the file it was begun in: what takes a backup's place has another
"""

RESTORED: Final = "@restored"
"""In place of a request: the seed came back with a backup."""

Data = dict[str, Any]
"""Plain JSON."""


class Seed(NamedTuple):
    """A server seed, with what goes with it."""

    id: int
    seed: bytes
    client: str
    nonce: int
    """Of the last draw."""
    ended_by: str | None
    file: str
    """The id of the file it was begun in."""


class Draw(NamedTuple):
    """A draw that was made."""

    key: str
    seed: bytes
    nonce: int
    client: str
    game: str
    rule: str
    """The id of what it was played by."""
    numbers: list[list[int]]
    result: Data
    done: bool = False
    """Whether the ledger did the posting: what it refused was not played."""


_SEED: Final = "SELECT id, seed, client, nonce, ended_by, file FROM seeds WHERE channel = ? AND owner = ? "
_DRAW: Final = (
    "SELECT d.key, s.seed, d.nonce, d.client, d.game, d.rule, d.numbers, d.result, d.done FROM draws d JOIN seeds s ON s.id = d.seed WHERE "
)


def seed(db: sqlite3.Connection, channel: str, owner: str) -> Seed | None:
    """Give the seed in use."""
    row = db.execute(_SEED + "AND ended_by IS NULL", (channel, owner)).fetchone()
    return None if row is None else Seed(*row)


def is_restored(db: sqlite3.Connection, seed: Seed) -> bool:
    """Tell whether a seed came out of a backup that was put in this file's place."""
    return seed.file != store_id(db)


def last_ended(db: sqlite3.Connection, channel: str, owner: str) -> Seed | None:
    """Give the one used before it."""
    row = db.execute(_SEED + "AND ended_by IS NOT NULL ORDER BY id DESC LIMIT 1", (channel, owner)).fetchone()
    return None if row is None else Seed(*row)


def add_seed(db: sqlite3.Connection, channel: str, owner: str, seed: bytes, client: str, at: int) -> Seed:
    """Begin a seed."""
    file = store_id(db)
    row = (channel, owner, seed, client, at, file)
    added = db.execute("INSERT INTO seeds (channel, owner, seed, client, made, file) VALUES (?, ?, ?, ?, ?, ?)", row)
    return Seed(int(added.lastrowid or 0), seed, client, 0, None, file)


def end_seed(db: sqlite3.Connection, seed: Seed, key: str) -> None:
    """Use a seed no more."""
    db.execute("UPDATE seeds SET ended_by = ? WHERE id = ?", (key, seed.id))


def set_client(db: sqlite3.Connection, seed: Seed, client: str) -> None:
    """Let another client seed go with it from the next draw on."""
    db.execute("UPDATE seeds SET client = ? WHERE id = ?", (client, seed.id))


def count_up(db: sqlite3.Connection, seed: Seed, nonce: int) -> None:
    """Note a nonce as used."""
    db.execute("UPDATE seeds SET nonce = ? WHERE id = ?", (nonce, seed.id))


def draw(db: sqlite3.Connection, channel: str, key: str) -> Draw | None:
    """Give what was drawn for a request, if anything was."""
    row = db.execute(_DRAW + "d.channel = ? AND d.key = ?", (channel, key)).fetchone()
    return None if row is None else _read(row)


def draws(db: sqlite3.Connection, seed: Seed, count: int) -> list[Draw]:
    """Give the latest draws by a seed, newest first."""
    return [_read(row) for row in db.execute(_DRAW + "d.seed = ? ORDER BY d.nonce DESC LIMIT ?", (seed.id, count))]


def add_draw(db: sqlite3.Connection, channel: str, seed: Seed, draw: Draw, contents: str, terms: Data, at: int) -> None:
    """Keep a draw, and what it was played by."""
    db.execute("INSERT INTO rules (id, contents) VALUES (?, ?) ON CONFLICT DO NOTHING", (draw.rule, contents))
    row = (channel, draw.key, seed.id, draw.nonce, draw.client, draw.game, draw.rule)
    more = (json.dumps(terms), json.dumps(draw.numbers), json.dumps(draw.result), at)
    db.execute(
        "INSERT INTO draws (channel, key, seed, nonce, client, game, rule, terms, numbers, result, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row + more,
    )


def mark_done(db: sqlite3.Connection, channel: str, key: str) -> None:
    """Note that the ledger did what a draw came to."""
    db.execute("UPDATE draws SET done = 1 WHERE channel = ? AND key = ? AND done = 0", (channel, key))


def _read(row: tuple[Any, ...]) -> Draw:
    key, seed, nonce, client, game, rule, numbers, result, done = row
    return Draw(key, seed, nonce, client, game, rule, json.loads(numbers), json.loads(result), bool(done))
