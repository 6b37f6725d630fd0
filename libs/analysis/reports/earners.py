"""Who earned most."""

from dataclasses import dataclass
from typing import Final

from duckdb import DuckDBPyConnection

from libs.analysis.reports.asked import Asked
from libs.analysis.tables import EARNED

_QUERY: Final = f"""
SELECT arg_max(account, number), sum(amount) AS earned
FROM entries WHERE channel = $channel AND happened >= $since AND happened < $until AND {EARNED} AND NOT starts_with(folded, '@')
GROUP BY folded HAVING sum(amount) > 0 ORDER BY earned DESC, folded LIMIT $limit
"""


@dataclass(frozen=True, slots=True)
class Earner:
    """One of those who earned most in a span of time."""

    account: str
    """As last spelt."""
    earned: int
    """Coins."""


def earners(db: DuckDBPyConnection, asked: Asked) -> list[Earner]:
    """Give the first `limit`, by the rule of the ledger's leaderboard."""
    return [Earner(name, int(earned)) for name, earned in db.execute(_QUERY, {**asked.span, "limit": asked.limit}).fetchall()]
