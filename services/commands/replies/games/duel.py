"""What `challenge`, `accept` and `decline` answer."""

from libs.common.config.economy import Currency
from libs.common.contracts.duels import DuelAnswer, DuelsAnswer, OfferAnswer, OpenDuel
from libs.common.names import fold
from services.commands.replies.coins import coins


def no_wager() -> str:
    """Answer a challenge without a stake."""
    return "For how much?"


def offered(offer: OfferAnswer, currency: Currency) -> str:
    """Tell the challenger that it stands."""
    left = "" if offer.balance is None else f" You have {coins(offer.balance, currency)} left."
    return (
        f"{offer.target} is challenged: {coins(offer.wager, currency)} each, the winner takes {coins(offer.prize, currency)}. "
        f"There are {offer.seconds} s to answer.{left}\nThe draw is sealed: {offer.commitment}"
    )


def ended(by: str, offer: OfferAnswer, currency: Currency) -> str:
    """Tell whoever ended an offer."""
    if fold(by) != fold(offer.challenger):
        return f"You declined {offer.challenger}'s duel."
    stake = coins(offer.wager, currency)
    words = {
        "back": f"your {stake} are back.",
        "later": f"your {stake} come back by themselves, as soon as they can.",
        "settled": f"what became of your {stake} before that, 'history' tells.",
    }
    return f"Your challenge to {offer.target} is taken back; {words[offer.stake]}"


def fought(duel: DuelAnswer, currency: Currency) -> str:
    """Tell the target who took the offer how it came out."""
    has = f"You have {coins(duel.balance, currency)}."
    if duel.winner == duel.target:
        kept = f" ({coins(duel.rake, currency)} of the pot were kept)" if duel.rake else ""
        result = f"You won the duel against {duel.challenger}: {duel.net:+,} {currency.symbol}{kept}. {has}"
    else:
        result = f"You lost the duel against {duel.challenger}: -{coins(duel.wager, currency)}. {has}"
    return (
        f"{result}\nTo check: HMAC-SHA256 with the key {duel.seed} (hex) over '{duel.client_seed}:1:challenge:0'; "
        f"an even last digit is {duel.challenger}'s, an odd one {duel.target}'s."
    )


def listed(by: str, answer: DuelsAnswer, currency: Currency) -> str:
    """List the offers that wait."""
    if not answer.duels:
        return "No challenge of yours or to you is open. 'challenge @user 100' makes one."
    return "\n".join(_open(by, duel, currency) for duel in answer.duels)


def _open(by: str, duel: OpenDuel, currency: Currency) -> str:
    stake = coins(duel.wager, currency)
    if fold(by) == fold(duel.challenger):
        return f"You challenged {duel.target}: {stake}, {duel.seconds} s left ('challenge cancel @{duel.target}')."
    return f"{duel.challenger} challenges you: {stake}, {duel.seconds} s left ('accept @{duel.challenger}')."
