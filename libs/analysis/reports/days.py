"""Day by day: what moved, and what there was in the evening."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from duckdb import DuckDBPyConnection

from libs.analysis.reports.asked import Asked
from libs.analysis.tables import EARNED

_QUERY: Final = f"""
WITH each AS (
    SELECT day_of(happened) AS day, sum(amount) FILTER (NOT starts_with(folded, '@')) AS spendable,
        sum(amount) FILTER (folded = '@escrow') AS escrow, sum(amount) FILTER (folded = '@house') AS house
    FROM entries WHERE channel = $channel AND happened < $until GROUP BY ALL
), evening AS (
    SELECT day, sum(spendable) OVER (ORDER BY day) AS spendable, sum(escrow) OVER (ORDER BY day) AS escrow,
        sum(house) OVER (ORDER BY day) AS house
    FROM each
), moved AS (
    SELECT day_of(happened) AS day, sum(amount) FILTER ({EARNED}) AS earned, -sum(amount) FILTER (counts = 'spent') AS spent,
        -sum(amount) FILTER (counts = 'wagered') AS wagered, sum(amount) FILTER (counts = 'won') AS won,
        -sum(amount) FILTER (folded = '@mint') AS minted, sum(amount) FILTER (folded = '@burn') AS burnt,
        count(*) FILTER (leg = 0) AS postings, count(DISTINCT folded) FILTER (NOT starts_with(folded, '@')) AS active
    FROM entries WHERE channel = $channel AND happened >= $since AND happened < $until GROUP BY ALL
)
SELECT day, coalesce(earned, 0), coalesce(spent, 0), coalesce(wagered, 0), coalesce(won, 0), coalesce(minted, 0), coalesce(burnt, 0),
    postings, active, coalesce(spendable, 0), coalesce(escrow, 0), coalesce(house, 0)
FROM moved JOIN evening USING (day) ORDER BY day
"""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the economy, in the time zone that was asked for."""

    day: date
    """In the time zone asked for."""
    earned: int
    """By a day's work."""
    spent: int
    """For good."""
    wagered: int
    """Staked, once the stake was played."""
    won: int
    """The stakes included."""
    minted: int
    """Coins that came into being."""
    burnt: int
    """Coins that went for good."""
    postings: int
    """How many."""
    active: int
    """Viewers with at least one entry."""
    spendable: int
    """What viewers could spend in the evening."""
    escrow: int
    """Held in the evening."""
    house: int
    """The games' bank in the evening."""


def days(db: DuckDBPyConnection, asked: Asked) -> list[Day]:
    """Give the days of a span, the oldest first; days on which nothing happened are left out."""
    return [Day(row[0], *map(int, row[1:])) for row in db.execute(_QUERY, asked.span).fetchall()]
