"""Slots: one wager (or the free spin of the day), one draw down the table, one posting."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import permutations
from typing import Any, Final, Literal

from libs.common.contracts.ledger import MAX_AMOUNT
from services.games.fair.draws import RandomSource, scale, whole

JACKPOT: Final = 50
"""From which multiplier on it is called one."""
SYMBOLS: Final = ("🍒", "🍋", "💎", "7️⃣", "🍊", "🍇", "⭐", "🔔")
PARTIAL: Final = "partial"
"""A row shown as two alike and another."""
LOSS: Final = "loss"
"""A row shown as three different ones; also what comes beyond the end of the table."""

Result = Literal["jackpot", "win", "push", "loss"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: what is shown, what it pays on the wager, how often it comes."""

    symbols: str
    multiplier: Decimal
    probability: Decimal


_BEYOND: Final = Row(LOSS, Decimal(0), Decimal(0))


def turn(table: Sequence[Row], source: RandomSource) -> Row:
    """Draw a row: one number, run down the table in its order. What the rows leave of 1 loses; what goes beyond 1 never comes."""
    of = scale(*(row.probability for row in table))
    left = source.below(of)
    for row in table:
        share = whole(row.probability, of)
        if left < share:
            return row
        left -= share
    return _BEYOND


def payout(wager: int, multiplier: Decimal) -> int:
    """Give what a row pays: wager times multiplier, rounded down to whole coins."""
    numerator, denominator = multiplier.as_integer_ratio()
    return min(wager * numerator // denominator, MAX_AMOUNT)


def result(multiplier: Decimal, net: int) -> Result:
    """Say what came of it for who staked."""
    if net > 0:
        return "jackpot" if multiplier >= JACKPOT else "win"
    return "push" if net == 0 else "loss"


def shown(row: str, table: Sequence[Row], salt: str) -> str:
    """Give the symbols to be shown for a row. Which of several is only for the eye: it follows from `salt`, not from the draw."""
    taken = frozenset("".join(each.symbols.split()) for each in table)
    choices = _faces(row, taken) if row in {PARTIAL, LOSS} else (row,)
    number = int.from_bytes(hashlib.blake2b(salt.encode(), digest_size=8).digest())
    return choices[number % len(choices)] if choices else "· · ·"


@lru_cache(maxsize=8)
def _faces(row: str, taken: frozenset[str]) -> tuple[str, ...]:
    """Give the ways to show two alike, or none, that mean nothing else by this table."""
    if row == LOSS:
        faces = ["".join(each) for each in permutations(SYMBOLS, 3)]
    else:
        faces = [face for a, b in permutations(SYMBOLS, 2) for face in (a + a + b, a + b + a, b + a + a)]
    return tuple(face for face in faces if face not in taken)


def recipe(rule: dict[str, Any], terms: dict[str, Any], source: RandomSource) -> dict[str, Any]:
    """Play as it is kept in the book of draws."""
    row = turn(read(rule), source)
    return {"row": row.symbols, "multiplier": str(row.multiplier), "payout": payout(terms["wager"], row.multiplier)}


def read(rule: dict[str, Any]) -> list[Row]:
    """Read a table as it is kept."""
    return [Row(symbols, Decimal(multiplier), Decimal(probability)) for symbols, multiplier, probability in rule["payouts"]]


def written(table: Sequence[Row]) -> dict[str, Any]:
    """Give a table as it is kept."""
    return {"payouts": [[row.symbols, str(row.multiplier), str(row.probability)] for row in table]}
