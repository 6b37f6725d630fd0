"""What `grant` answers, and what the one who gets the coins is told."""

from libs.common.config.economy import Currency
from services.commands.replies.coins import coins
from services.commands.replies.common import because


def granted(user: str, amount: int, balance: int, currency: Currency) -> str:
    """Tell the administrator."""
    return f"Granted {coins(amount, currency)} to {user}, who now has {coins(balance, currency)}."


def opened() -> str:
    """Add that nobody of that name was known: it may be a slip of the fingers."""
    return "That is a new account: nobody had one by that name."


def received(admin: str, amount: int, reason: str | None, currency: Currency) -> str:
    """Tell the viewer."""
    return f"{admin} gave you {coins(amount, currency)}{because(reason)}"
