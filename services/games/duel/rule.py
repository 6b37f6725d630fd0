"""A duel: two equal stakes, one draw, the winner takes both less the rake."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from services.games.fair.draws import RandomSource

Data = dict[str, Any]
"""Plain JSON."""


@dataclass(frozen=True, slots=True)
class Fight:
    """How a duel came out."""

    winner: str
    loser: str
    wager: int
    """What each of them staked."""
    prize: int
    rake: int

    def payout(self, user: str) -> int:
        """Give what one of them is paid."""
        return self.prize if user == self.winner else 0


def rake(wager: int, percent: Decimal) -> int:
    """Give what is kept of both stakes, rounded down."""
    return int(2 * wager * Fraction(percent) / 100)


def recipe(rule: Data, terms: Data, source: RandomSource) -> Data:
    """Play as it is kept in the book of draws: one number below two; 0 is the challenger's, 1 the target's."""
    players = terms["challenger"], terms["target"]
    winner = source.below(2)
    kept = rake(terms["wager"], Decimal(rule["rake_percent"]))
    return {"winner": players[winner], "loser": players[1 - winner], "rake": kept, "payout": 2 * terms["wager"] - kept}


def read(result: Data, wager: int) -> Fight:
    """Give a result back as what it means."""
    return Fight(result["winner"], result["loser"], wager, result["payout"], result["rake"])
