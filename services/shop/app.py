"""Wiring: what is sold, who is who, and arrivals and ranks beside the events."""

from collections.abc import Callable
from typing import Any, Final

from libs.common import subjects
from libs.common.aliases import Aliases
from libs.common.contracts.facts import KNOWN, Arrival, Known
from libs.common.durable import Feed, Mark, Message, Unit
from libs.common.parts import Assembly
from libs.common.service import Runtime
from services.shop import metrics
from services.shop.bounties.part import bounties
from services.shop.colors.part import colors
from services.shop.levels.part import levels
from services.shop.part import Part, Tools
from services.shop.prices.governor import governor
from services.shop.queue.part import queue
from services.shop.ranks.part import buyers
from services.shop.removal import removal
from services.shop.robots.part import robots
from services.shop.saga.part import sales
from services.shop.shoutout.part import shoutouts
from services.shop.store import MIGRATIONS
from services.shop.tips.part import tips
from services.shop.vanity.part import vanity

PARTS: Final[tuple[Callable[[Tools], Part], ...]] = (
    governor,
    robots,
    levels,
    buyers,
    tips,
    vanity,
    bounties,
    queue,
    sales,
    shoutouts,
    colors,
    removal,
)
"""All the shop does. What stands earlier hears of an event earlier."""


def build(runtime: Runtime) -> None:
    """Register all that the shop does."""
    shop = _Shop(runtime)
    told = (subjects.fact("*", "arrival"), subjects.fact("*", "rank"))
    shop.open(
        [make(shop) for make in PARTS],
        Feed[Known](subjects.FACTS, KNOWN.validate_json, _mark, shop.on_fact, subjects=told),
    )
    runtime.task("aliases", shop.aliases.run)
    metrics.UNDER_WAY.set_function(lambda: shop.under_way)


class _Shop(Assembly[Part]):
    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime, MIGRATIONS)
        self.channels = runtime.channels
        self.aliases = Aliases(self.ask, self)

    def on_fact(self, unit: Unit, fact: Known, _message: Message) -> None:
        for part, rules in self.heard(unit):
            if isinstance(fact, Arrival):
                if part.on_arrival is not None:
                    part.on_arrival(unit, fact, rules)
            elif part.on_rank is not None:
                part.on_rank(unit, fact, rules)

    def details(self) -> dict[str, Any]:
        return {**super().details(), "price_multipliers": metrics.multipliers()}


def _mark(fact: Known) -> Mark:
    return Mark(fact.id)
