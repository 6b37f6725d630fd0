"""What `spin` answers."""

from libs.common.config.economy import Currency
from libs.common.contracts.games import SpinAnswer
from services.commands.replies.coins import coins


def spun(spin: SpinAnswer, currency: Currency) -> str:
    """Tell what was shown, what it brought, and what one has now."""
    head = f"{'Free spin' if spin.free else 'Spin'}: {spin.symbols}"
    has = f"You have {coins(spin.balance, currency)}."
    if spin.free and not spin.payout:
        return f"{head} Nothing this time. {has}"
    net = coins(abs(spin.net), currency)
    match spin.result:
        case "jackpot":
            return f"{head} JACKPOT! It pays {coins(spin.payout, currency)}: {net} more than before. {has}"
        case "win":
            return f"{head} It pays {coins(spin.payout, currency)}: {net} more than before. {has}"
        case "push":
            return f"{head} Your stake of {coins(spin.wager, currency)} comes back. {has}"
        case "loss" if spin.payout:
            return f"{head} It pays {coins(spin.payout, currency)}, {net} less than you staked. {has}"
        case _:
            return f"{head} You lost {net}. {has}"
