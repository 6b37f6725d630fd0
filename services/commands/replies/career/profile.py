"""What `profile` answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from libs.common.config.economy import Currency
from libs.common.contracts.earning.careers import CareerAnswer
from libs.common.contracts.games import GameTotals
from libs.common.contracts.ledger import AccountState
from services.commands.replies.coins import coins

_THINGS: Final = {"custom_greeting": "a greeting", "chat_color": "a color", "rename_currency": "a name for the coin"}
_MINUTES: Final = 60


@dataclass(frozen=True, slots=True)
class Known:
    """All there is to tell."""

    account: AccountState
    rank: str
    career: CareerAnswer | None
    """None where earning can't tell right now."""
    owned: Mapping[str, str]
    """What was bought, by item."""
    games: Sequence[GameTotals]


def profile(known: Known, currency: Currency) -> str:
    """Tell it."""
    account, career = known.account, known.career
    has, earned = coins(account.balance, currency), coins(account.lifetime_earned, currency)
    lines = [f"{account.account}: {known.rank}. {has} ({currency.plural}) at hand, {earned} earned so far."]
    if career is not None:
        lines.append(_career(career))
    things = [words for item, words in _THINGS.items() if item in known.owned]
    if things:
        lines.append(f"Owns {', '.join(things)}.")
    rounds = sum(game.rounds for game in known.games)
    if rounds:
        net = sum(game.won - game.wagered for game in known.games)
        lines.append(f"Played {rounds:,} round{'' if rounds == 1 else 's'}, {net:+,} {currency.symbol} all in all.")
    return "\n".join(lines)


def _career(career: CareerAnswer) -> str:
    hours = career.minutes // _MINUTES
    told = [f"{hours:,} hour{'' if hours == 1 else 's'} here", f"{career.messages:,} line{'' if career.messages == 1 else 's'}"]
    if career.streak:
        told.append(f"{career.streak} day{'' if career.streak == 1 else 's'} in a row")
    told.append(f"{career.badges} badge{'' if career.badges == 1 else 's'}")
    return f"{', '.join(told)}."
