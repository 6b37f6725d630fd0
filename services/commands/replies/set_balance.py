"""What `set_balance` answers."""

from libs.common.config.economy import Currency
from services.commands.replies.coins import coins


def was_set(user: str, old: int, new: int, currency: Currency) -> str:
    """Tell the administrator."""
    if old == new:
        return f"{user} had {coins(new, currency)} already."
    return f"{user} now has {coins(new, currency)} instead of {coins(old, currency)}."


def negative() -> str:
    """Refuse an amount below 0."""
    return "Nothing done: nobody can have less than 0."
