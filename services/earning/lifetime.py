"""What counts towards somebody's lifetime earnings."""

from typing import Final

from libs.common.contracts.ledger import Transaction
from libs.common.names import fold

_COUNTS: Final = frozenset(
    {
        "earn",
        "milestone",
        "streak_bonus",
        "welcome_wallet",
        "welcome_back",
        "rain",
        "admin_rain",
        "interest",
        "event_bonus",
        "competition",
        "achievement",
        "presence",
        "bounty_claim",
        "admin_grant",
        "admin_adjust",
    }
)
"""Transfer types by which a viewer's lifetime grows: income, not winnings, gifts or refunds."""


def lifetime_changes(transaction: Transaction) -> dict[str, int]:
    """Give by how much each viewer's (folded name) lifetime earnings grow."""
    changes: dict[str, int] = {}
    for entry in transaction.entries:
        if entry.amount > 0 and entry.type in _COUNTS and not entry.account.startswith("@"):
            user = fold(entry.account)
            changes[user] = changes.get(user, 0) + entry.amount
    return changes
