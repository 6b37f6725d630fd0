"""Ranks: which tier somebody holds, and what it brings.

What was earned in a lifetime reaches a tier. Earning keeps the highest one ever reached, and what an administrator gave; it tells of both
by name in its `rank` facts. So whoever knows the lifetime and that name knows the rank: the higher of the two. Tiers are named by their
place on the ladder, from 0.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter

from libs.common.config.ranks import DEFAULT_TIERS, Perks, Ranks, Tier

__all__ = ["DEFAULT_TIERS", "Perks", "Tier", "described", "held", "perks", "place_of", "reached", "tier_of", "tiers"]


def tiers(section: Ranks) -> tuple[Tier, ...]:
    """Give the configured tiers, lowest first; the usual ones where there are none."""
    return section.ladder


def reached(lifetime_earned: int, ladder: Sequence[Tier]) -> int:
    """Give the place of the highest tier that this many coins reach; 0 below all thresholds."""
    return max(bisect_right(ladder, lifetime_earned, key=attrgetter("min_lifetime_earned")) - 1, 0)


def tier_of(lifetime_earned: int, ladder: Sequence[Tier]) -> Tier:
    """Give the highest tier that this many coins reach; the lowest one below all thresholds."""
    return ladder[reached(lifetime_earned, ladder)]


def place_of(name: str | None, ladder: Sequence[Tier]) -> int | None:
    """Give the place of a tier by its name; None where the ladder has none of that name."""
    return None if name is None else next((place for place, tier in enumerate(ladder) if tier.name == name), None)


def held(lifetime_earned: int, name: str | None, ladder: Sequence[Tier]) -> int:
    """Give the place of the tier somebody holds who has earned so much, and of whom `name` was told last."""
    return max(reached(lifetime_earned, ladder), place_of(name, ladder) or 0)


def perks(place: int, section: Ranks) -> Perks:
    """Give what the tier at a place brings."""
    return section.brings[place]


def described(brings: Perks) -> Iterator[str]:
    """Put what a rank brings into words, each thing by itself."""
    if brings.discount:
        yield f"{float(brings.discount * 100):.3g}% off in the shop"
    if brings.free_fortunes_per_day:
        yield "the day's fortune for free"
    if brings.rain_bonus_percent:
        yield f"{brings.rain_bonus_percent}% more from the rain"
    if brings.extra_queues_per_day:
        yield f"{brings.extra_queues_per_day} more a day in the queue"
    yield from brings.labels
