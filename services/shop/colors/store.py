"""What is known of the style sheets. Who has which color stands with the other things for oneself."""

import json
import sqlite3
from typing import Final

from libs.common.names import fold
from services.shop.colors.canvas import Canvas

SCHEMA: Final = """
CREATE TABLE canvases (
    channel TEXT PRIMARY KEY,
    css TEXT NOT NULL,                -- as the room shows it; empty: not readable
    base TEXT NOT NULL,               -- what ours is put on
    sent TEXT,                        -- digest of what is on its way
    ours TEXT NOT NULL,               -- JSON: digests of what was sent
    sends INTEGER NOT NULL,
    patience INTEGER NOT NULL
) STRICT;
CREATE TABLE struck (                 -- colors that were taken away, while the sheet may still show them
    channel TEXT NOT NULL,
    user TEXT NOT NULL,               -- folded
    color TEXT NOT NULL,
    PRIMARY KEY (channel, user)
) STRICT, WITHOUT ROWID;
"""


def find(db: sqlite3.Connection, channel: str) -> Canvas:
    """Give what is known of a channel's sheet."""
    row = db.execute("SELECT css, base, sent, ours, sends, patience FROM canvases WHERE channel = ?", (channel,)).fetchone()
    if row is None:
        return Canvas()
    css, base, sent, ours, sends, patience = row
    return Canvas(css, base, sent, tuple(json.loads(ours)), sends, patience)


def keep(db: sqlite3.Connection, channel: str, canvas: Canvas) -> None:
    """Keep it."""
    row = (channel, canvas.css, canvas.base, canvas.sent, json.dumps(canvas.ours), canvas.sends, canvas.patience)
    db.execute("INSERT OR REPLACE INTO canvases (channel, css, base, sent, ours, sends, patience) VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def at_work(db: sqlite3.Connection) -> list[str]:
    """Give the channels where something is wished, or on its way."""
    return [channel for (channel,) in db.execute("SELECT channel FROM canvases WHERE sends > 0 OR sent IS NOT NULL ORDER BY channel")]


def strike(db: sqlite3.Connection, channel: str, user: str, color: str) -> None:
    """Keep that a color was taken away from somebody."""
    db.execute("INSERT OR REPLACE INTO struck (channel, user, color) VALUES (?, ?, ?)", (channel, fold(user), color))


def struck(db: sqlite3.Connection, channel: str) -> dict[str, str]:
    """Give what was taken away and may still be shown, by folded name."""
    return dict(db.execute("SELECT user, color FROM struck WHERE channel = ?", (channel,)))


def forget_struck(db: sqlite3.Connection, channel: str, user: str) -> None:
    """Take that the sheet no longer shows it."""
    db.execute("DELETE FROM struck WHERE channel = ? AND user = ?", (channel, fold(user)))
