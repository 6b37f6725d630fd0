"""What `deduct` answers, and what the one who loses the coins is told."""

from libs.common.config.economy import Currency
from services.commands.replies.coins import coins
from services.commands.replies.common import because


def deducted(user: str, amount: int, balance: int, currency: Currency) -> str:
    """Tell the administrator."""
    return f"Took {coins(amount, currency)} from {user}, who now has {coins(balance, currency)}."


def taken(admin: str, amount: int, reason: str | None, currency: Currency) -> str:
    """Tell the viewer."""
    return f"{admin} took {coins(amount, currency)} from you{because(reason)}"


def too_little(user: str, balance: int, currency: Currency) -> str:
    """Refuse to take what is not there."""
    return f"Nothing taken: {user} has only {coins(balance, currency)}."
