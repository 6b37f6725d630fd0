"""What `tip` answers, and what the one who gets the coins is told."""

from libs.common.config.economy import Currency
from libs.common.contracts.shop.tips import Tipped
from services.commands.replies.coins import coins


def given(tip: Tipped, currency: Currency) -> str:
    """Tell who gave."""
    return f"{coins(tip.amount, currency)} for {tip.target}. You have {coins(tip.balance, currency)}."


def received(giver: str, amount: int, currency: Currency) -> str:
    """Tell who got."""
    return f"{giver} tipped you {coins(amount, currency)}!"
