"""What viewers were paid for."""

from dataclasses import dataclass
from typing import Final

from duckdb import DuckDBPyConnection

from libs.analysis.reports.asked import Asked

_QUERY: Final = """
SELECT coalesce(trigger, type) AS what, count(*) FILTER (amount > 0), count(DISTINCT folded), sum(amount)
FROM entries
WHERE channel = $channel AND happened >= $since AND happened < $until AND counts = 'earned'
GROUP BY what ORDER BY 2 DESC, what
"""


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger in a span of time."""

    trigger: str
    """What paid; the type, where nothing is named."""
    hits: int
    """How often it paid."""
    viewers: int
    """How many different viewers, over the whole span."""
    coins: int
    """Less what was taken back."""


def triggers(db: DuckDBPyConnection, asked: Asked) -> list[Trigger]:
    """Give every trigger that paid, the busiest first."""
    return [Trigger(name, hits, viewers, int(coins)) for name, hits, viewers, coins in db.execute(_QUERY, asked.span).fetchall()]
