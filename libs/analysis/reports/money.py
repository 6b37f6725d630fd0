"""Where all coins are, at any moment."""

from dataclasses import dataclass
from typing import Final

from duckdb import DuckDBPyConnection

from libs.analysis.reports.asked import Asked

_QUERY: Final = """
SELECT
    (SELECT count(*) FROM transactions WHERE channel = $channel AND kind = 'opened' AND committed <= $at),
    coalesce(sum(amount) FILTER (NOT starts_with(folded, '@')), 0), coalesce(sum(amount) FILTER (folded = '@escrow'), 0),
    coalesce(sum(amount) FILTER (folded = '@house'), 0), -coalesce(sum(amount) FILTER (folded = '@mint'), 0),
    coalesce(sum(amount) FILTER (folded = '@burn'), 0)
FROM entries WHERE channel = $channel AND committed <= $at
"""


@dataclass(frozen=True, slots=True)
class Money:
    """All coins of a channel."""

    accounts: int
    """Viewers' accounts."""
    circulation: int
    """What viewers have, or what is held for them."""
    spendable: int
    """What they can spend."""
    escrow: int
    """Held for rounds, bounties and approvals under way."""
    house: int
    """The games' bank; below zero where players won more than it has."""
    minted: int
    """Ever."""
    burnt: int
    """Ever."""


def money(db: DuckDBPyConnection, asked: Asked) -> list[Money]:
    """Give one row: where the coins were at `at`."""
    accounts, spendable, escrow, house, minted, burnt = db.execute(_QUERY, asked.moment).fetchall()[0]
    return [Money(accounts, int(spendable + escrow), int(spendable), int(escrow), int(house), int(minted), int(burnt))]
