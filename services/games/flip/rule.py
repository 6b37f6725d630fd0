"""Coin flip: one wager, one draw, double or nothing, one posting."""

from decimal import Decimal
from typing import Any

from libs.common.contracts.ledger import MAX_AMOUNT
from services.games.fair.draws import RandomSource, scale, whole


def is_won(win_chance: Decimal, source: RandomSource) -> bool:
    """Toss the coin. The house keeps 1 - 2 * win_chance of the wager on average."""
    of = scale(win_chance)
    return source.below(of) < whole(win_chance, of)


def payout(wager: int, *, won: bool) -> int:
    """Give what is paid, the stake included."""
    return min(2 * wager, MAX_AMOUNT) if won else 0


def recipe(rule: dict[str, Any], terms: dict[str, Any], source: RandomSource) -> dict[str, Any]:
    """Play as it is kept in the book of draws."""
    won = is_won(Decimal(rule["win_chance"]), source)
    return {"won": won, "payout": payout(terms["wager"], won=won)}
