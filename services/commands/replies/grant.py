"""What `grant` answers, and what the one who gets the coins is told."""

from libs.common.config.economy import Currency
from services.commands.replies.coins import coins


def granted(user: str, amount: int, balance: int, currency: Currency) -> str:
    """Tell the administrator."""
    return f"Granted {coins(amount, currency)} to {user}, who now has {coins(balance, currency)}."


def received(admin: str, amount: int, reason: str, currency: Currency) -> str:
    """Tell the viewer."""
    return f"{admin} gave you {coins(amount, currency)}{': ' + reason if reason else '.'}"


def amount_too_small() -> str:
    """Refuse an amount below 1."""
    return "Nothing granted: the amount must be at least 1."


def takes_no_part(user: str) -> str:
    """Refuse the robot and those the economy ignores."""
    return f"Nothing granted: {user} takes no part in the economy."
