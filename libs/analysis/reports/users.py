"""One viewer, at any moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from duckdb import DuckDBPyConnection

from libs.analysis.reports.asked import Asked, NobodyNamed, aware
from libs.common.names import fold

_QUERY: Final = """
SELECT
    arg_max(account, number * 1000 + leg) FILTER (folded = $user),
    coalesce(arg_max(balance, number * 1000 + leg) FILTER (folded = $user), 0),
    coalesce(sum(amount) FILTER (folded = '@escrow'), 0), coalesce(sum(amount) FILTER (counts = 'earned'), 0),
    -coalesce(sum(amount) FILTER (counts = 'spent'), 0), -coalesce(sum(amount) FILTER (counts = 'wagered'), 0),
    coalesce(sum(amount) FILTER (counts = 'won'), 0), count(*) FILTER (folded = $user), min(happened), max(happened)
FROM entries WHERE channel = $channel AND committed <= $at AND (folded = $user OR owner = $user)
"""
_OPENED: Final = """
SELECT arg_max(about, number) FROM transactions
WHERE channel = $channel AND kind = 'opened' AND committed <= $at AND lower(about) = $user
"""


@dataclass(frozen=True, slots=True)
class User:
    """A viewer's account as it was."""

    account: str
    """As last spelt."""
    balance: int
    """What they could spend."""
    held: int
    """Of theirs, in escrow."""
    earned: int
    """Ever, until then: what ranks go by."""
    spent: int
    """Ever, until then."""
    wagered: int
    """Ever, until then."""
    won: int
    """Ever, until then; the stakes included."""
    entries: int
    """How often coins moved."""
    first: datetime | None
    """When they first did."""
    last: datetime | None
    """When they last did."""


def user(db: DuckDBPyConnection, asked: Asked) -> list[User]:
    """Give one row: the account as it was at `at`; none where there was no such account.

    Raises:
        NobodyNamed: it was not said who.
    """
    if not asked.user:
        raise NobodyNamed("whose account? Name a viewer")
    parameters = {**asked.moment, "user": fold(asked.user)}
    name, balance, held, earned, spent, wagered, won, entries, first, last = db.execute(_QUERY, parameters).fetchall()[0]
    if name is None:
        opened = db.execute(_OPENED, parameters).fetchall()[0][0]
        return [] if opened is None else [User(opened, 0, 0, 0, 0, 0, 0, 0, None, None)]
    return [User(name, balance, int(held), int(earned), int(spent), int(wagered), int(won), entries, aware(first), aware(last))]
