"""What `rank` answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from libs.common.config.economy import Currency
from libs.common.ranks import Tier
from services.commands.replies.coins import coins

_BAR: Final = 10


@dataclass(frozen=True, slots=True)
class Way:
    """How far somebody has come."""

    ladder: tuple[Tier, ...]
    place: int
    """On the ladder, from 0."""
    earned: int
    """In a lifetime."""


def rank(way: Way, brings: Iterable[str], currency: Currency) -> str:
    """Tell somebody's rank, the next one, and what it brings."""
    name, steps = way.ladder[way.place].name, len(way.ladder)
    lines = [f"You are {name}, rank {way.place + 1} of {steps}: {coins(way.earned, currency)} earned so far.", _next(way, currency)]
    listed = ", ".join(brings)
    if listed:
        lines.append(f"It brings you: {listed}.")
    return "\n".join(lines)


def bar(part: float) -> str:
    """Draw a part of a whole, 0 to 1; full only when all of it is there."""
    full = min(int(part * _BAR), _BAR)
    return f"{'▰' * full}{'▱' * (_BAR - full)}"


def percent(part: float) -> str:
    """Give a part of a whole in whole per cent, rounded down: 100 only when all of it is there."""
    return f"{int(min(part, 1) * 100)}%"


def _next(way: Way, currency: Currency) -> str:
    if way.place + 1 >= len(way.ladder):
        return "There is no higher one."
    tier = way.ladder[way.place + 1]
    part = way.earned / tier.min_lifetime_earned if tier.min_lifetime_earned else 1.0
    left = max(tier.min_lifetime_earned - way.earned, 0)
    return f"Next: {tier.name}, in {coins(left, currency)}. {bar(part)} {percent(part)}"
