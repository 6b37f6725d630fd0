"""What comes back of what is staked, on average: a plain formula for each game. Plain numbers in, exact decimals out; 1 is all of it.

Payouts are rounded down to whole coins, which these formulas leave aside: of small stakes a little less comes back.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

TRIVIA_ANSWERS: Final = 4
"""To each question."""

_BLACKJACK_BEST_PLAY: Final = Decimal("0.9976")
"""Worked out over all hands and all decks, played as well as can be; dealer hits soft 17, a natural wins 1.5."""
_STANDING_ON_SOFT_17: Final = Decimal("0.00197")
"""What the player gains when the dealer stands on soft 17."""
_NATURAL_PAID: Final = Decimal(2 * 4 * 16) / (52 * 51) * (1 - Decimal(2 * 3 * 15) / (50 * 49))
"""How often ace and ten come at once, and the dealer has not the same."""


def chances(probabilities: Iterable[Decimal]) -> list[Decimal]:
    """Give how often each row of a table comes when one draw runs down the table: what lies beyond 1 never does."""
    rest = Decimal(1)
    given = []
    for probability in probabilities:
        given.append(min(probability, rest))
        rest -= given[-1]
    return given


def slots(rows: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """Give the return of a table of (multiplier, probability)."""
    often = chances(probability for _, probability in rows)
    return sum((multiplier * chance for (multiplier, _), chance in zip(rows, often, strict=True)), Decimal(0))


def flip(win_chance: Decimal) -> Decimal:
    """Give the return of double or nothing."""
    return 2 * win_chance


def duel(rake_percent: Decimal) -> Decimal:
    """Give what both duellists together have back of their stakes."""
    return 1 - rake_percent / 100


def heist_multiplier(base: Decimal, bonus_per_member: Decimal, crew: int) -> Decimal:
    """Give what a crew wins on its stakes."""
    return base + bonus_per_member * (crew - 1)


def heist(success: Decimal, push: Decimal, push_fee: Decimal, multiplier: Decimal) -> Decimal:
    """Give the return of a heist with this multiplier."""
    won, even = chances((success, push))
    return won * multiplier + even * (1 - push_fee)


def trivia(multiplier: Decimal, accuracy: Decimal = Decimal(1) / TRIVIA_ANSWERS) -> Decimal:
    """Give the return for somebody who is right so often; by guessing, once in four times."""
    return multiplier * accuracy


def race_pool(rake: Decimal, backed: Iterable[Decimal], win_chances: Sequence[Decimal]) -> Decimal:
    """Give what comes back of all bets when the cars with chances `backed` are bet on: only a winner somebody backed pays."""
    return (1 - rake) * sum(backed, Decimal(0)) / sum(win_chances)


def race_fixed(rake: Decimal, win_chances: Sequence[Decimal]) -> Decimal:
    """Give the return of each car at odds by its own chance: the draw takes chances as parts of their sum, the odds do not."""
    return (1 - rake) / sum(win_chances)


def blackjack(natural_pays: Decimal, *, hits_soft_17: bool) -> Decimal:
    """Give the return of the first stake for somebody who plays as well as can be."""
    return _BLACKJACK_BEST_PLAY + _NATURAL_PAID * (natural_pays - Decimal("1.5")) + (0 if hits_soft_17 else _STANDING_ON_SOFT_17)
