"""What the two are told by PM, beside the answers to what they ask."""

from datetime import datetime, timedelta
from typing import Final

from libs.common.config.economy import Currency
from libs.common.contracts.announcements import Announcement, Kind
from libs.common.contracts.duels import StakeState
from libs.common.names import fold
from services.games.duel.duel import GAME, Duel, End
from services.games.duel.postings import key
from services.games.duel.rule import Fight

WORTH_SAYING: Final = timedelta(hours=1)
"""So long after it is over, both still want to know."""


def offered(duel: Duel, seconds: int, commitment: str, currency: Currency) -> str:
    """Tell the one who is challenged."""
    stake, prize = _coins(duel.wager, currency), _coins(duel.prize, currency)
    return (
        f"{duel.challenger} challenges you to a duel: {stake} each, the winner takes {prize}. "
        f"Send me 'accept' or 'decline' within {seconds} s.\nThe draw is sealed: {commitment}"
    )


def won(fight: Fight, balance: int, currency: Currency) -> str:
    """Tell the winner what it truly brought."""
    net = f"{fight.prize - fight.wager:+,} {currency.symbol}"
    taken = f" ({_coins(fight.rake, currency)} of the pot were kept)" if fight.rake else ""
    return f"You won the duel against {fight.loser}: {net}{taken}. You have {_coins(balance, currency)}."


def lost(fight: Fight, balance: int, currency: Currency) -> str:
    """Tell the loser."""
    return f"You lost the duel against {fight.winner}: -{_coins(fight.wager, currency)}. You have {_coins(balance, currency)}."


def proof(duel: Duel, seed: str, client_seed: str) -> str:
    """Tell how the draw can be checked."""
    return (
        f"To check: HMAC-SHA256 with the key {seed} (hex) over '{client_seed}:1:{GAME}:0'; "
        f"an even last digit is {duel.challenger}'s, an odd one {duel.target}'s."
    )


def ended(duel: Duel, how: End, to: str, currency: Currency, held: StakeState) -> str:
    """Tell one of the two that there will be no duel."""
    other = duel.target if to == duel.challenger else duel.challenger
    what = {
        "declined": f"{duel.target} declined your duel.",
        "withdrawn": f"{duel.challenger} took the challenge back.",
        "expired": f"Your duel with {other} has run out unanswered.",
        "void": f"Your duel with {other} is off: the stakes could not be paid.",
    }[how]
    if to != duel.challenger:
        return what
    stake = _coins(duel.wager, currency)
    match held:
        case "back":
            return f"{what} Your {stake} are back."
        case "later":
            return f"{what} Your {stake} can't go back as things stand; they will later, by themselves."
        case "settled":
            return f"{what} What became of your {stake} before that, 'history' tells."


def pm(duel: Duel, rule: str, to: str, text: str, at: datetime, until: datetime | None = None, kind: Kind = "notice") -> Announcement:
    """Address it. Said once for each duel, rule and viewer."""
    return Announcement(
        id=f"{key(duel, rule)}:{fold(to)}",
        channel=duel.channel,
        lane="pm",
        to=to,
        text=text,
        kind=kind,
        at=at,
        until=until or at + WORTH_SAYING,
    )


def _coins(amount: int, currency: Currency) -> str:
    return f"{amount:,} {currency.symbol}"
