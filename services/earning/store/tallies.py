"""How often each trigger was looked at with what outcome, by day and viewer."""

import sqlite3
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

Outcome = Literal["paid", "carried", "capped"]

TABLES: Final = """
-- paid: whole coins; carried: not yet a whole coin; capped: a cap was full.
CREATE TABLE tallies (
    channel TEXT NOT NULL,
    date TEXT NOT NULL,
    trigger TEXT NOT NULL,
    user TEXT NOT NULL,
    paid INTEGER NOT NULL,
    carried INTEGER NOT NULL,
    capped INTEGER NOT NULL,
    coins INTEGER NOT NULL,
    PRIMARY KEY (channel, date, trigger, user)
) STRICT, WITHOUT ROWID;
"""


class Tally(NamedTuple):
    """Evaluations of a trigger that awarded or were capped."""

    paid: int = 0
    carried: int = 0
    capped: int = 0
    coins: int = 0


class Tallies:
    """Reads and writes tallies."""

    def __init__(self, db: sqlite3.Connection) -> None:
        """Take a connection inside a transaction."""
        self._db = db

    def add(self, channel: str, counted: Mapping[tuple[str, str, str], Tally]) -> None:
        """Add what was counted, by (date, trigger, user)."""
        self._db.executemany(
            "INSERT INTO tallies VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET paid = paid + excluded.paid,"
            " carried = carried + excluded.carried, capped = capped + excluded.capped, coins = coins + excluded.coins",
            [(channel, *key, *tally) for key, tally in counted.items()],
        )

    def of_user(self, channel: str, user: str, date: str) -> dict[str, Tally]:
        """Give what was counted for somebody on a day, by trigger."""
        statement = "SELECT trigger, paid, carried, capped, coins FROM tallies WHERE channel = ? AND date = ? AND user = ?"
        return {row[0]: Tally(*row[1:]) for row in self._db.execute(statement, (channel, date, user))}

    def of_room(self, channel: str, first: str, last: str) -> dict[str, tuple[Tally, int]]:
        """Give what was counted in a room from one date to another, both included, and for how many viewers; by trigger."""
        statement = (
            "SELECT trigger, count(DISTINCT user), sum(paid), sum(carried), sum(capped), sum(coins) FROM tallies"
            " WHERE channel = ? AND date BETWEEN ? AND ? GROUP BY trigger"
        )
        return {row[0]: (Tally(*row[2:]), row[1]) for row in self._db.execute(statement, (channel, first, last))}

    def forget_before(self, channel: str, date: str) -> None:
        """Forget the days before a date."""
        self._db.execute("DELETE FROM tallies WHERE channel = ? AND date < ?", (channel, date))
