"""The ladder of ranks, and what a rank brings."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from libs.common.config.section import Coins, Rate, Section, Share, twice


class Tier(Section):
    """One rank."""

    name: Annotated[str, Field(min_length=1)]
    min_lifetime_earned: Coins
    """Coins earned in a lifetime from which it is held."""
    perks: tuple[str, ...] = ()
    """Shown to who holds it. In them, `+N` beside the word queue, and `+N%` beside the word rain, are more than words."""
    cytube_level_promotion: int | None = None
    """The CyTube rank that comes with it; 2 is a moderator."""


DEFAULT_TIERS = (
    Tier(name="Extra", min_lifetime_earned=0),
    Tier(name="Grip", min_lifetime_earned=1_000, perks=("1 free fortune a day",)),
    Tier(name="Key Grip", min_lifetime_earned=5_000),
    Tier(name="Gaffer", min_lifetime_earned=15_000, perks=("rain +20%",)),
    Tier(name="Best Boy", min_lifetime_earned=40_000, perks=("+1 queue a day",)),
    Tier(name="Associate Producer", min_lifetime_earned=100_000),
    Tier(name="Producer", min_lifetime_earned=250_000),
    Tier(name="Director", min_lifetime_earned=500_000, perks=("+2 queues a day",)),
    Tier(name="Executive Producer", min_lifetime_earned=1_000_000),
    Tier(name="Studio Mogul", min_lifetime_earned=5_000_000, cytube_level_promotion=2),
)


class Ranks(Section):
    """Ranks follow from what somebody has earned in a lifetime."""

    earn_multiplier_per_rank: Rate = Decimal(0)
    """How much more each rank above the first earns: 0.01 is one per cent a rank."""
    spend_discount_per_rank: Share = Decimal("0.02")
    """How much less each rank above the first pays: 0.02 is two per cent a rank."""
    tiers: tuple[Tier, ...] = DEFAULT_TIERS
    """Lowest first. A list here replaces the whole ladder."""

    def advice(self) -> Iterator[tuple[str, str]]:
        if not self.tiers:
            yield "tiers", "is empty: the usual ladder holds"
            return
        if self.tiers[0].min_lifetime_earned:
            yield "tiers.0.min_lifetime_earned", "is not 0; who has less holds this rank all the same"
        for index, (below, above) in enumerate(pairwise(self.tiers), 1):
            if above.min_lifetime_earned <= below.min_lifetime_earned:
                yield f"tiers.{index}.min_lifetime_earned", f"is not above that of {below.name}; ranks are taken lowest first"
        yield from twice("tiers", (tier.name for tier in self.tiers), "nobody can tell these ranks apart")
        if self.spend_discount_per_rank * (len(self.tiers) - 1) >= 1:
            yield "spend_discount_per_rank", f"gives {self.tiers[-1].name} everything for one coin"
