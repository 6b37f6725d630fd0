"""Whether the economy is well: how coins are spread, and who takes part."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from duckdb import DuckDBPyConnection

from libs.analysis.reports.asked import Asked, utc
from libs.analysis.reports.money import money

WINDOW: Final = timedelta(days=30)
"""Whoever had an entry in it is active."""
WEEK: Final = timedelta(days=7)

_QUERY: Final = """
WITH seen AS (
    SELECT folded, arg_max(balance, number * 1000 + leg) AS balance, bool_or(happened >= $since) AS active,
        bool_or(happened >= $since AND by_choice(amount, trigger, type)) AS chose
    FROM entries WHERE channel = $channel AND committed <= $at AND NOT starts_with(folded, '@') GROUP BY folded
), opened AS (
    SELECT DISTINCT lower(about) AS folded FROM transactions WHERE channel = $channel AND kind = 'opened' AND committed <= $at
), accounts AS (
    SELECT coalesce(balance, 0) AS balance, coalesce(active, false) AS active, coalesce(chose, false) AS chose
    FROM seen FULL JOIN opened USING (folded)
), ordered AS (
    SELECT *, row_number() OVER (ORDER BY balance) AS place, count(*) OVER () AS accounts FROM accounts
)
SELECT count(*), count(*) FILTER (active), count(*) FILTER (chose), CAST(floor(median(balance)) AS BIGINT),
    CAST(floor(median(balance) FILTER (active)) AS BIGINT), CAST(sum(balance) AS BIGINT),
    sum((2 * place - accounts - 1) * balance) / nullif(any_value(accounts) * sum(balance), 0),
    coalesce(sum(balance) FILTER (place > accounts - 10), 0) / nullif(sum(balance), 0)
FROM ordered
"""


@dataclass(frozen=True, slots=True)
class Health:
    """A channel at one moment."""

    accounts: int
    """Viewers' accounts."""
    active: int
    """Viewers with an entry in the 30 days before."""
    participation_percent: float | None
    """Of those, how many did something for it: said something that pays, or gave coins away. None: nobody was there."""
    circulation: int
    """What viewers have, or what is held for them."""
    circulation_change: int
    """Within the seven days before: what was minted less what was burnt, and what the house lost or won."""
    median: int
    """The middle balance of all."""
    median_active: int | None
    """The middle balance of those who were active."""
    gini: float | None
    """How unevenly spendable coins are spread: 0 all have the same, towards 1 one has all."""
    top_ten_percent: float | None
    """What the ten richest have of them."""


def health(db: DuckDBPyConnection, asked: Asked) -> list[Health]:
    """Give one row: the channel as it was at `at`; none where nobody had an account."""
    at = asked.at or datetime.now(UTC)
    rows = db.execute(_QUERY, {**asked.moment, "since": utc(at - WINDOW)}).fetchall()
    accounts, active, chose, median, median_active, _, gini, top_ten = rows[0]
    if not accounts:
        return []
    now = money(db, asked)[0].circulation
    before = money(db, Asked(asked.channel, at=at - WEEK))[0].circulation
    return [
        Health(
            accounts,
            active,
            100 * chose / active if active else None,
            now,
            now - before,
            median,
            median_active,
            gini,
            None if top_ten is None else 100 * top_ten,
        )
    ]
