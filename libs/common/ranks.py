"""Ranks: which tier a lifetime of earning has reached. A rank is a pure function of the two."""

from collections.abc import Sequence
from decimal import Decimal

from libs.common.config.ranks import DEFAULT_TIERS, Ranks, Tier

__all__ = ["DEFAULT_TIERS", "Tier", "discount", "tier_of", "tiers"]


def tiers(section: Ranks) -> tuple[Tier, ...]:
    """Give the configured tiers, lowest first; the usual ones where there are none."""
    return tuple(sorted(section.tiers, key=lambda tier: tier.min_lifetime_earned)) or DEFAULT_TIERS


def tier_of(lifetime_earned: int, ladder: Sequence[Tier]) -> Tier:
    """Give the highest tier that this many coins reach; the lowest one below all thresholds."""
    reached = ladder[0]
    for tier in ladder:
        if tier.min_lifetime_earned <= lifetime_earned:
            reached = tier
    return reached


def discount(lifetime_earned: int, section: Ranks) -> Decimal:
    """Give how much less somebody pays who has earned so much: the part of a price, 0 to 1, by the number of ranks below theirs."""
    ladder = tiers(section)
    return min(section.spend_discount_per_rank * ladder.index(tier_of(lifetime_earned, ladder)), Decimal(1))
