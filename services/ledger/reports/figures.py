"""Figures of how coins are spread."""

from collections.abc import Sequence


def gini(rising: Sequence[int]) -> float:
    """Give the Gini coefficient of balances, lowest first: 2 * sum(place * balance) / (count * sum) - (count + 1) / count."""
    count, coins = len(rising), sum(rising)
    if not coins:
        return 0.0
    weighted = sum(place * balance for place, balance in enumerate(rising, start=1))
    return (2 * weighted - (count + 1) * coins) / (count * coins)


def median(rising: Sequence[int]) -> int:
    """Give the middle one; of an even count, the whole part of the mean of the two in the middle. 0 of none."""
    if not rising:
        return 0
    middle = rising[(len(rising) - 1) // 2 : len(rising) // 2 + 1]
    return sum(middle) // len(middle)
