"""What people did to the books by hand, by the rule of the ledger's own answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from duckdb import DuckDBPyConnection

from libs.analysis.reports.asked import Asked, aware
from libs.common.contracts.ledger import BY_HAND
from libs.common.names import fold

_TYPES: Final = ", ".join(f"'{kind}'" for kind in sorted(BY_HAND))
_QUERY: Final = f"""
WITH told AS (
    SELECT * FROM transactions
    WHERE channel = $channel AND happened >= $since AND happened < $until AND kind <> 'refused' AND kind <> 'opened'
        AND (actor IS NOT NULL OR kind <> 'posting' OR caller = 'operator')
), moved AS (
    SELECT number, min_by(account, leg) AS account, count(DISTINCT folded) AS viewers, sum(amount) AS amount, min(type) AS type,
        min(reason) AS reason, list(folded) AS names
    FROM entries WHERE number IN (SELECT number FROM told) AND NOT starts_with(folded, '@') GROUP BY number
), decided AS (
    SELECT DISTINCT number FROM entries WHERE number IN (SELECT number FROM told) AND type IN ({_TYPES})
)
SELECT number, happened, kind, caller, actor, coalesce(moved.account, about), coalesce(viewers, 0), coalesce(amount, 0), type,
    coalesce(reason, detail), reverses
FROM told LEFT JOIN moved USING (number)
WHERE (kind <> 'posting' OR caller = 'operator' OR number IN (SELECT number FROM decided))
    AND ($user IS NULL OR lower(actor) = $user OR lower(about) = $user OR list_contains(names, $user))
ORDER BY number DESC LIMIT $limit
"""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing somebody did."""

    number: int
    """Its place in the ledger's numbering."""
    at: datetime | None
    kind: str
    caller: str
    """The service that asked."""
    actor: str | None
    """Who wanted it."""
    account: str | None
    """The viewer concerned; of several, the first."""
    viewers: int
    amount: int
    """What it came to for all of them."""
    type: str | None
    reason: str | None
    reverses: str | None
    """The key of the posting it undoes."""


def actions(db: DuckDBPyConnection, asked: Asked) -> list[Action]:
    """Give the newest `limit`, newest first; with a viewer, those by or to that person."""
    parameters = {**asked.span, "user": None if asked.user is None else fold(asked.user), "limit": asked.limit}
    return [_action(*row) for row in db.execute(_QUERY, parameters).fetchall()]


def _action(number: int, at: datetime, kind: str, caller: str, actor: str | None, account: str | None, *moved: Any) -> Action:
    viewers, amount, movement, reason, reverses = moved
    return Action(number, aware(at), kind, caller, actor, account, viewers, int(amount), movement, reason, reverses)
