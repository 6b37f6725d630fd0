"""The ladder of ranks, and what a rank brings."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Final

from pydantic import Field

from libs.common.config.section import Coins, Count, Percent, Rate, Section, Share, twice

_MORE: Final = re.compile(r"\+\s?(\d{1,4})(?![\d%]|\s%)")
_PERCENT: Final = re.compile(r"\+\s?(\d{1,4})\s?%")
_NUMBER: Final = re.compile(r"\d{1,4}")
_NO_EFFECT: Final = ("queue_priority", "vanity_premium")


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


class Tier(Section):
    """One rank. What it brings, the ranks above it bring too: of each thing, the most that any rank up to one's own has."""

    name: Annotated[str, Field(min_length=1)]
    min_lifetime_earned: Coins
    """Coins earned in a lifetime from which it is held."""
    discount_percent: Percent | None = None
    """How much less the shop asks; without it, by `spend_discount_per_rank`."""
    extra_queues_per_day: Count = 0
    """Places in the queue a day beyond `spending.max_queues_per_day`."""
    rain_bonus_percent: Count = 0
    """How much more of the rain."""
    free_fortunes_per_day: Count = 0
    """From 1 on the day's fortune is free: there is one a day."""
    queue_priority: bool = False
    """No effect yet."""
    vanity_premium: bool = False
    """No effect yet."""
    labels: tuple[str, ...] = ()
    """What else it brings, in words. The above is told by itself."""
    perks: tuple[str, ...] = ()
    """The older program's words. `+N` beside queue, `+N%` beside rain, and a free fortune are read as the keys above; words of a discount
    are passed over; the others are labels."""
    cytube_level_promotion: int | None = None
    """The CyTube rank that comes with it; 2 is a moderator. Nobody's rank is ever lowered."""

    @property
    def extra_queues(self) -> int:
        """Places in the queue a day, by key or by word."""
        return max([self.extra_queues_per_day, *(int(found[1]) for perk in self._about("queue") if (found := _MORE.search(perk)))])

    @property
    def rain_bonus(self) -> int:
        """More rain, in per cent, by key or by word."""
        return max([self.rain_bonus_percent, *(int(found[1]) for perk in self._about("rain") if (found := _PERCENT.search(perk)))])

    @property
    def free_fortunes(self) -> int:
        """Free fortunes a day, by key or by word."""
        said = (_NUMBER.search(perk) for perk in self._about("fortune") if "free" in perk.lower())
        return max([self.free_fortunes_per_day, *(int(found[0]) if found else 1 for found in said)])

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What it brings beside what has a key of its own."""
        return (*self.labels, *(perk for perk in self.perks if not _is_read(perk)))

    def advice(self) -> Iterator[tuple[str, str]]:
        for key in _NO_EFFECT:
            if getattr(self, key):
                yield key, "has no effect yet, and is promised to nobody"

    def _about(self, what: str) -> Iterator[str]:
        return (perk for perk in self.perks if what in perk.lower())


def _is_read(perk: str) -> bool:
    said = perk.lower()
    by_number = ("queue" in said and _MORE.search(said)) or ("rain" in said and _PERCENT.search(said))
    return bool(by_number) or ("fortune" in said and "free" in said) or "discount" in said


DEFAULT_TIERS = (
    Tier(name="Extra", min_lifetime_earned=0),
    Tier(name="Grip", min_lifetime_earned=1_000, free_fortunes_per_day=1),
    Tier(name="Key Grip", min_lifetime_earned=5_000),
    Tier(name="Gaffer", min_lifetime_earned=15_000, rain_bonus_percent=20),
    Tier(name="Best Boy", min_lifetime_earned=40_000, extra_queues_per_day=1),
    Tier(name="Associate Producer", min_lifetime_earned=100_000),
    Tier(name="Producer", min_lifetime_earned=250_000),
    Tier(name="Director", min_lifetime_earned=500_000, extra_queues_per_day=2),
    Tier(name="Executive Producer", min_lifetime_earned=1_000_000),
    Tier(name="Studio Mogul", min_lifetime_earned=5_000_000, cytube_level_promotion=2),
)


class Ranks(Section):
    """Ranks follow from what somebody has earned in a lifetime. Nobody falls: a rank that was reached is kept, whatever changes here."""

    earn_multiplier_per_rank: Rate = Decimal(0)
    """How much more each rank above the first earns: 0.01 is one per cent a rank."""
    spend_discount_per_rank: Share = Decimal("0.02")
    """How much less each rank above the first pays: 0.02 is two per cent a rank."""
    tiers: tuple[Tier, ...] = DEFAULT_TIERS
    """Lowest first. A list here replaces the whole ladder."""

    @cached_property
    def ladder(self) -> tuple[Tier, ...]:
        """The tiers, lowest first; the usual ones where there are none."""
        return tuple(sorted(self.tiers, key=lambda tier: tier.min_lifetime_earned)) or DEFAULT_TIERS

    @cached_property
    def brings(self) -> tuple[Perks, ...]:
        """What each tier of the ladder brings: worked out once, since every purchase goes by it."""
        return tuple(self._perks(self.ladder[: place + 1]) for place in range(len(self.ladder)))

    def _perks(self, own: Sequence[Tier]) -> Perks:
        return Perks(
            discount=max(self._discount(step, tier) for step, tier in enumerate(own)),
            extra_queues_per_day=max(tier.extra_queues for tier in own),
            rain_bonus_percent=max(tier.rain_bonus for tier in own),
            free_fortunes_per_day=max(tier.free_fortunes for tier in own),
            labels=tuple(dict.fromkeys(label for tier in own for label in tier.words)),
        )

    def _discount(self, place: int, tier: Tier) -> Decimal:
        if tier.discount_percent is not None:
            return Decimal(tier.discount_percent) / 100
        return min(self.spend_discount_per_rank * place, Decimal(1))

    def advice(self) -> Iterator[tuple[str, str]]:
        if not self.tiers:
            yield "tiers", "is empty: the usual ladder holds"
            return
        if any(tier.perks for tier in self.tiers):
            yield "tiers", "has perks, which are guessed from words: extra_queues_per_day, rain_bonus_percent, free_fortunes_per_day say it"
        if self.tiers[0].min_lifetime_earned:
            yield "tiers.0.min_lifetime_earned", "is not 0; who has less holds this rank all the same"
        for index, (below, above) in enumerate(pairwise(self.tiers), 1):
            if above.min_lifetime_earned <= below.min_lifetime_earned:
                yield f"tiers.{index}.min_lifetime_earned", f"is not above that of {below.name}; ranks are taken lowest first"
        yield from twice("tiers", (tier.name for tier in self.tiers), "nobody can tell these ranks apart")
        if self.spend_discount_per_rank * (len(self.tiers) - 1) >= 1:
            yield "spend_discount_per_rank", f"gives {self.tiers[-1].name} everything for one coin"
