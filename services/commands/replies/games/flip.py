"""What `flip` answers."""

from libs.common.config.economy import Currency
from libs.common.contracts.games import FlipAnswer
from services.commands.replies.coins import coins


def tossed(flip: FlipAnswer, currency: Currency) -> str:
    """Tell how it fell, what it brought, and what one has now."""
    has = f"You have {coins(flip.balance, currency)}."
    if flip.won:
        return f"Heads! You won {coins(flip.payout - flip.wager, currency)}. {has}"
    return f"Tails. You lost {coins(flip.wager, currency)}. {has}"
