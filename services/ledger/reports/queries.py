"""What reports read of the books. Reads only, on any connection to the database."""

import sqlite3
from collections.abc import Sequence
from itertools import islice
from typing import Any, Final

from libs.common.contracts.ledger import BY_HAND
from libs.common.contracts.ledger_requests import Action, ActionsRequest, Spread
from services.ledger import callers
from services.ledger.reports.figures import gini, median
from services.ledger.times import moment

_RICHEST: Final = 10
_TO_EACH: Final = "admin_rain"
"""What a command pays to each by a posting of its own."""
_LOOKED_AT_MAX: Final = 5_000
"""Postings looked at for one answer: rain on thousands, again and again, shall not keep the books from their work."""
_BY_HAND: Final = ", ".join(f"'{kind}'" for kind in sorted(BY_HAND))
_ACTIONS: Final = f"""
SELECT j.number, j.kind, j.at, j.caller, j.actor, coalesce(a.display, j.about), j.detail, j.cause
FROM journal j LEFT JOIN accounts a ON a.id = j.account
WHERE j.channel = ?1
    AND j.kind <> 'refused' AND j.kind <> 'opened' AND (j.actor IS NOT NULL OR j.kind <> 'posting' OR j.caller = '{callers.OPERATOR}')
    AND (j.kind <> 'posting' OR j.caller = '{callers.OPERATOR}'
        OR EXISTS (SELECT 1 FROM entries e WHERE e.number = j.number AND e.type IN ({_BY_HAND})))
    AND (?2 IS NULL OR lower(j.actor) = ?2 OR a.name = ?2 OR lower(j.about) = ?2
        OR EXISTS (SELECT 1 FROM entries e JOIN accounts o ON o.id = e.account WHERE e.number = j.number AND o.name = ?2))
ORDER BY j.number DESC
"""  # noqa: S608 - our own words; the index's condition stands there word for word
_MOVED: Final = """
SELECT (
    SELECT o.display FROM entries f JOIN accounts o ON o.id = f.account WHERE f.number = ?1 AND o.kind = 'user' ORDER BY f.leg LIMIT 1
), count(DISTINCT e.account), coalesce(sum(e.amount), 0), min(e.type), min(e.reason),
    (SELECT min(reversed) FROM reversals WHERE number = ?1), EXISTS (SELECT 1 FROM reversals WHERE reversed = ?1)
FROM entries e JOIN accounts a ON a.id = e.account WHERE e.number = ?1 AND a.kind = 'user'
"""
_BALANCES: Final = "SELECT balance FROM accounts WHERE channel = ? AND kind = 'user' ORDER BY balance"
_ACTIVE: Final = """
SELECT balance FROM accounts
WHERE kind = 'user' AND id IN (SELECT account FROM quarters WHERE channel = ? AND quarter >= ? AND quarter < ?) ORDER BY balance
"""


def spread(db: sqlite3.Connection, channel: str, window: tuple[int, int]) -> Spread:
    """Give how the channel's coins are spread; `window`, in quarters, says who counts as active."""
    balances = [balance for (balance,) in db.execute(_BALANCES, (channel,))]
    active = [balance for (balance,) in db.execute(_ACTIVE, (channel, *window))]
    return Spread(gini=gini(balances), top_ten=sum(balances[-_RICHEST:]), active=len(active), active_median=median(active))


def actions(db: sqlite3.Connection, channel: str, request: ActionsRequest) -> list[Action]:
    """Give what people did by hand, newest first; what one command posted to many, as rain is, together."""
    user = None if request.user is None else request.user.casefold()
    found: dict[str, Action] = {}
    for *row, cause in islice(db.execute(_ACTIONS, (channel, user)), _LOOKED_AT_MAX):
        action = _action(db, row)
        one = cause if cause and action.type == _TO_EACH else f"#{action.number}"
        known = found.get(one)
        if known is None and len(found) == request.limit:
            break
        found[one] = action if known is None else _together(known, action)
    return list(found.values())


def _together(newer: Action, older: Action) -> Action:
    sums = {name: getattr(newer, name) + getattr(older, name) for name in ("viewers", "amount", "postings")}
    return newer.model_copy(update={**sums, "account": older.account, "undone": newer.undone and older.undone})


def _action(db: sqlite3.Connection, row: Sequence[Any]) -> Action:
    number, kind, at, caller, actor, about, detail = row
    common = {"number": number, "kind": kind, "at": moment(at), "caller": caller, "actor": actor}
    if kind != "posting":
        return Action.model_validate({**common, "account": about, "reason": detail})
    account, viewers, amount, movement, reason, reverses, undone = db.execute(_MOVED, (number,)).fetchone()
    moved = {"account": account, "viewers": viewers, "amount": amount, "type": movement, "reason": reason}
    return Action.model_validate({**common, **moved, "reverses": reverses, "undone": bool(undone)})
