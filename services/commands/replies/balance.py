"""What `balance` answers."""

from libs.common.config.economy import Currency
from services.commands.replies.coins import coins


def balance(amount: int, held: int, rank: str, currency: Currency) -> str:
    """Tell what somebody has, what is held in escrow, and the rank."""
    stake = f" {coins(held, currency)} more are at stake." if held else ""
    return f"You have {coins(amount, currency)} ({currency.plural}).{stake} Rank: {rank}."


def none_yet(currency: Currency) -> str:
    """Tell somebody without an account."""
    return f"You have 0 {currency.symbol} and no account yet. It opens by itself once you may earn {currency.plural} here."
