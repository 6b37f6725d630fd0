"""What multiplies an award: exact decimals, and in its metadata why."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from libs.common.config import Rules
from services.earning.multipliers.sources import (
    ADHOC,
    NIGHT_WATCH,
    ONE,
    PLAIN,
    POPULATION,
    RANK,
    Boost,
    Source,
    by_clock,
    combined,
    is_multiplied,
    is_rain_multiplied,
)
from services.earning.pay.awards import Award
from services.earning.people.careers import Careers
from services.earning.ranks.standing import standing
from services.earning.store import Store
from services.earning.store.happenings import Happenings
from services.earning.times import micros


class Place(Protocol):
    """Where things are multiplied: what has to be known of the scene."""

    store: Store
    rules: Rules
    channel: str
    now: datetime
    careers: Careers
    boosts: "Boosts"


class Boosts:
    """What multiplies in one scene: looked up once for each instant, since thousands of awards have the same."""

    def __init__(self, place: Place) -> None:
        """Take the scene."""
        self._place = place
        self._known: dict[datetime, Boost] = {}
        self._multiplied: dict[str, bool] = {}
        self._worths: dict[tuple[Decimal | int, int], tuple[Decimal, dict[str, Any] | None, Boost]] = {}

    def at(self, at: datetime) -> Boost:
        """Give what holds for everybody at an instant."""
        boost = self._known.get(at)
        if boost is None:
            boost = self._known[at] = combined(self._sources(at), self._place.rules.multipliers)
        return boost

    def of(self, user: str, at: datetime) -> Boost:
        """Give what holds for somebody (folded), their rank included."""
        boost, per_rank = self.at(at), self._place.rules.ranks.earn_multiplier_per_rank
        tier = standing(self._place.careers.of(user), self._place.rules.ranks.ladder) if per_rank else 0
        if not tier:
            return boost
        return combined((*boost.sources, Source(RANK, ONE + per_rank * tier)), self._place.rules.multipliers)

    def boosted(self, award: Award) -> Award:
        """Give an award as it is paid."""
        multiplied = self._multiplied.get(award.trigger)
        if multiplied is None:
            multiplied = self._multiplied[award.trigger] = is_multiplied(award.trigger, self._place.rules.multipliers)
        if not multiplied or not award.amount:
            return award
        boost = self.of(award.user, award.earned or award.at)
        if boost.factor == ONE:
            return award
        if award.metadata is None:
            amount, metadata = self._worth(award.amount, boost)
            return award._replace(amount=amount, metadata=metadata)
        return award._replace(amount=award.amount * boost.factor, metadata=_explained(award, boost))

    def _worth(self, amount: Decimal | int, boost: Boost) -> tuple[Decimal, dict[str, Any] | None]:
        """Give what an amount comes to, and why: a full room's minute asks for the same thousands of times."""
        known = self._worths.get((amount, id(boost)))
        if known is None:
            known = self._worths[amount, id(boost)] = (amount * boost.factor, explained(amount, boost), boost)
        return known[0], known[1]

    def _sources(self, at: datetime) -> list[Source]:
        place, rules = self._place, self._place.rules
        sources = list(by_clock(at, rules))
        full = rules.multipliers.high_population
        if full.enabled and place.store.are_present(place.channel, full.min_users, rules.outsiders):
            sources.append(Source(POPULATION, full.multiplier, hidden=full.hidden))
        event = Happenings(place.store.db).adhoc(place.channel, micros(at))
        if event is not None:
            sources.append(Source(ADHOC + event.name, event.factor, ends=event.until))
        return sources


def rain_factor(scene: Place) -> Decimal:
    """Give what a rain's amount is multiplied by: events alone, and only where they apply to rain. The payroll leaves rain as it is."""
    return rain_boost(scene).factor


def rain_boost(scene: Place) -> Boost:
    """Give the same with its sources, for the metadata (`explained`)."""
    section = scene.rules.multipliers
    if not is_rain_multiplied(section):
        return PLAIN
    return combined((source for source in scene.boosts.at(scene.now).sources if source.is_event), section)


def explained(base: Decimal | int, boost: Boost) -> dict[str, Any] | None:
    """Give what a transfer's metadata says of a multiplied amount; None where nothing multiplied it."""
    if boost.factor == ONE:
        return None
    sources = [{"source": source.id, "mult": _number(source.factor)} for source in boost.sources]
    return {"base": _number(Decimal(base)), "multiplier": _number(boost.factor), "sources": sources}


def _explained(award: Award, boost: Boost) -> dict[str, Any]:
    """Likewise, with what multiplied the award before: the night watch, which says so in a way of its own where it is alone."""
    before = dict(award.metadata or {})
    if before.get("multiplier") != NIGHT_WATCH:
        return {**before, **(explained(award.amount, boost) or {})}
    night = Source(NIGHT_WATCH, Decimal(str(before["factor"])))
    total = Boost(night.factor * boost.factor, (night, *boost.sources))
    return explained(award.amount / night.factor, total) or {}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
