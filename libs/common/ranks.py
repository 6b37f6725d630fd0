"""Ranks: which tier somebody holds, and what it brings.

What was earned in a lifetime reaches a tier. Earning keeps the highest one ever reached, and what an administrator gave; it tells of both
by name in its `rank` facts. So whoever knows the lifetime and that name knows the rank: the higher of the two. Tiers are named by their
place on the ladder, from 0.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from libs.common.config.ranks import DEFAULT_TIERS, Ranks, Tier

__all__ = ["DEFAULT_TIERS", "Perks", "Tier", "described", "held", "perks", "place_of", "reached", "tier_of", "tiers"]


@dataclass(frozen=True, slots=True)
class Perks:
    """What a rank brings: of each thing the most that it or any rank below it has."""

    discount: Decimal
    """The part of a price that is let off, 0 to 1."""
    extra_queues_per_day: int
    rain_bonus_percent: int
    free_fortunes_per_day: int
    labels: tuple[str, ...]
    """What else, in the operator's words."""


def tiers(section: Ranks) -> tuple[Tier, ...]:
    """Give the configured tiers, lowest first; the usual ones where there are none."""
    return section.ladder


def reached(lifetime_earned: int, ladder: Sequence[Tier]) -> int:
    """Give the place of the highest tier that this many coins reach; 0 below all thresholds."""
    place = 0
    for above, tier in enumerate(ladder):
        if tier.min_lifetime_earned <= lifetime_earned:
            place = above
    return place


def tier_of(lifetime_earned: int, ladder: Sequence[Tier]) -> Tier:
    """Give the highest tier that this many coins reach; the lowest one below all thresholds."""
    return ladder[reached(lifetime_earned, ladder)]


def place_of(name: str | None, ladder: Sequence[Tier]) -> int | None:
    """Give the place of a tier by its name; None where the ladder has none of that name."""
    return next((place for place, tier in enumerate(ladder) if tier.name == name), None)


def held(lifetime_earned: int, name: str | None, ladder: Sequence[Tier]) -> int:
    """Give the place of the tier somebody holds who has earned so much, and of whom `name` was told last."""
    return max(reached(lifetime_earned, ladder), place_of(name, ladder) or 0)


def perks(place: int, section: Ranks) -> Perks:
    """Give what the tier at a place brings."""
    own = section.ladder[: place + 1]
    return Perks(
        discount=max(_discount(step, tier, section) for step, tier in enumerate(own)),
        extra_queues_per_day=max(tier.extra_queues for tier in own),
        rain_bonus_percent=max(tier.rain_bonus for tier in own),
        free_fortunes_per_day=max(tier.free_fortunes for tier in own),
        labels=tuple(dict.fromkeys(label for tier in own for label in tier.words)),
    )


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


def _discount(place: int, tier: Tier, section: Ranks) -> Decimal:
    if tier.discount_percent is not None:
        return Decimal(tier.discount_percent) / 100
    return min(section.spend_discount_per_rank * place, Decimal(1))
