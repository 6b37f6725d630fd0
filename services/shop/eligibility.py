"""Who may buy anything at all: the checks every door begins with, in the order in which they answer."""

from libs.common.config import Rules
from libs.common.contracts.ledger import AccountState
from libs.common.contracts.owners import Declined
from libs.common.names import fold


def barred(user: str, account: AccountState | None, rules: Rules, *, enabled: bool) -> Declined | None:
    """Say why somebody may not buy something, None where nothing general speaks against it.

    `silent`: who has no part in the economy is not answered.
    """
    if not enabled:
        return Declined(code="off")
    if fold(user) in rules.outsiders:
        return Declined(code="silent")
    if account is None:
        return Declined(code="no_account")
    if account.banned or account.frozen:
        return Declined(code="banned" if account.banned else "frozen")
    return None


def short(account: AccountState, price: int) -> Declined | None:
    """Say that somebody has not enough, if so; what counts is what the ledger says when it does the posting."""
    if account.balance >= price:
        return None
    return Declined(code="too_dear", values={"price": price, "balance": account.balance})
