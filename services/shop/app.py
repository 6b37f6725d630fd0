"""Wiring: events and arrivals to the parts, requests to their verbs."""

from collections.abc import Callable
from typing import Final, TypeVar

from libs.common import subjects
from libs.common.accounts import Accounts
from libs.common.aliases import Aliases
from libs.common.asking import NoReplyError
from libs.common.config import Rules
from libs.common.contracts.base import Contract
from libs.common.contracts.events import EVENT, Configuration, Event
from libs.common.contracts.facts import Arrival
from libs.common.contracts.owners import Asked
from libs.common.database import Database
from libs.common.durable import Feed, Mark, Message, Unit
from libs.common.owner import Owner, Wanted
from libs.common.rulebook import Rulebook
from libs.common.service import NoAnswer, Runtime
from services.shop import metrics
from services.shop.bounties.part import bounties
from services.shop.colors.part import colors
from services.shop.part import CALLER, Part, Tools
from services.shop.prices.governor import governor
from services.shop.queue.part import queue
from services.shop.removal import removal
from services.shop.robots.part import robots
from services.shop.saga.part import sales
from services.shop.shoutout.part import shoutouts
from services.shop.store import MIGRATIONS
from services.shop.tips.part import tips
from services.shop.vanity.part import vanity

T = TypeVar("T")

PARTS: Final[tuple[Callable[[Tools], Part], ...]] = (
    governor,
    robots,
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

_LEDGER_SECONDS: Final = 3.0
"""How long a request waits to see an account."""


def build(runtime: Runtime) -> None:
    """Register all that the shop does."""
    app = _App(runtime)
    runtime.door(subjects.owner(CALLER, "*", "*"), app.owner.answer)
    runtime.task("owner", app.owner.run)
    runtime.task("configuration", app.restore)
    runtime.task("aliases", app.aliases.run)
    for part in app.parts:
        if part.run is not None:
            runtime.task("part", part.run)
    runtime.ready("configuration", lambda: None if runtime.configuration else "none has been published")
    runtime.details = lambda: {
        "outbox": app.durable.outbox_depth,
        "under_way": app.owner.depth,
        "price_multipliers": metrics.multipliers(),
    }
    metrics.UNDER_WAY.set_function(lambda: app.owner.depth)


class _App:
    """The parts' `Tools`."""

    def __init__(self, runtime: Runtime) -> None:
        self.channels = runtime.channels
        self._runtime = runtime
        self._rulebook = Rulebook()
        self.accounts = Accounts(self.ask, CALLER, _LEDGER_SECONDS)
        self.aliases = Aliases(self.ask, self)
        self.parts = [make(self) for make in PARTS]
        feeds = (
            Feed[Event](subjects.EVENTS, EVENT.validate_json, _event_mark, self.on_event),
            Feed[Arrival](
                subjects.FACTS, Arrival.model_validate_json, _fact_mark, self.on_arrival, subjects=(subjects.fact("*", "arrival"),)
            ),
        )
        self.durable = runtime.durable(Database(runtime.state_dir / "shop.db", MIGRATIONS), feeds)
        verbs = [verb for part in self.parts for verb in part.verbs]
        self.owner = Owner(CALLER, self.durable, self.ask, self._rulebook.rules, verbs)

    async def restore(self) -> None:
        """Go by the configuration that was kept."""
        self._runtime.configuration = self._runtime.configuration or await self.durable.write(lambda unit: self._rulebook.version(unit.db))

    def on_event(self, unit: Unit, event: Event, _message: Message) -> None:
        self.owner.passed(unit, event)
        if isinstance(event, Configuration):
            self._rulebook.keep(unit.db, event)
            unit.after_commit(lambda: self._configured(event.version))
        rules = self.rules(unit)
        if rules is not None:
            for part in self.parts:
                if part.on_event is not None:
                    part.on_event(unit, event, rules)

    def on_arrival(self, unit: Unit, arrival: Arrival, _message: Message) -> None:
        rules = self.rules(unit)
        if rules is not None:
            for part in self.parts:
                if part.on_arrival is not None:
                    part.on_arrival(unit, arrival, rules)

    def rules(self, unit: Unit) -> Rules | None:
        return self._rulebook.rules(unit.db)

    def version(self, unit: Unit) -> str:
        return self._rulebook.version(unit.db) or ""

    def begin(self, unit: Unit, channel: str, verb: str, request: Asked, wanted: Wanted) -> None:
        self.owner.begin(unit, channel, verb, request, wanted)

    async def write(self, work: Callable[[Unit], T]) -> T:
        return await self.durable.write(work)

    async def ask(self, subject: str, message: Contract | bytes, timeout_seconds: float) -> bytes:
        try:
            return await self._runtime.request(subject, message, timeout_seconds)
        except NoAnswer as error:
            raise NoReplyError(str(error)) from error

    def _configured(self, version: str) -> None:
        self._runtime.configuration = version


def _event_mark(event: Event) -> Mark:
    return Mark(event.id, event.epoch, event.raw)


def _fact_mark(arrival: Arrival) -> Mark:
    return Mark(arrival.id)
