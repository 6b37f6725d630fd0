"""What somebody stakes."""

from libs.common.contracts.ledger import AccountState
from services.commands.arguments import Stake


def staked(wager: Stake, account: AccountState | None) -> int:
    """Give the coins; of nobody's account, all is nothing."""
    return wager.of(0 if account is None else account.balance)
