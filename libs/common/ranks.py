"""Ranks: which tier a lifetime of earning has reached. A rank is a pure function of the two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Tier:
    """One rank: its name, and the coins earned in a lifetime from which it is held."""

    name: str
    min_lifetime_earned: int


DEFAULT_TIERS = (
    Tier("Extra", 0),
    Tier("Grip", 1_000),
    Tier("Key Grip", 5_000),
    Tier("Gaffer", 15_000),
    Tier("Best Boy", 40_000),
    Tier("Associate Producer", 100_000),
    Tier("Producer", 250_000),
    Tier("Director", 500_000),
    Tier("Executive Producer", 1_000_000),
    Tier("Studio Mogul", 5_000_000),
)


def tiers(section: object) -> tuple[Tier, ...]:
    """Read the tiers of the configuration's `ranks` section, lowest first; the defaults where it gives none that can be read."""
    listed = section.get("tiers") if isinstance(section, Mapping) else getattr(section, "tiers", None)
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        return DEFAULT_TIERS
    read = [tier for tier in map(_tier, listed) if tier is not None]
    return tuple(sorted(read, key=lambda tier: tier.min_lifetime_earned)) or DEFAULT_TIERS


def tier_of(lifetime_earned: int, ladder: Sequence[Tier]) -> Tier:
    """Give the highest tier that this many coins reach; the lowest one below all thresholds."""
    reached = ladder[0]
    for tier in ladder:
        if tier.min_lifetime_earned <= lifetime_earned:
            reached = tier
    return reached


def _tier(entry: Any) -> Tier | None:
    if isinstance(entry, Mapping):
        name, threshold = entry.get("name"), entry.get("min_lifetime_earned")
    else:
        name, threshold = getattr(entry, "name", None), getattr(entry, "min_lifetime_earned", None)
    if not isinstance(name, str) or not name or isinstance(threshold, bool) or not isinstance(threshold, int):
        return None
    return Tier(name, threshold)
