"""An owner made of parts: each serves verbs and hears events; what they need in common is joined here once.

What is special to a service stands in its own `part.py` (more tools, more to hear) and `app.py` (which parts, which streams).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final, Generic, Protocol, TypeVar

import structlog

from libs.common import subjects
from libs.common.accounts import Accounts
from libs.common.asking import Ask
from libs.common.config import Rules
from libs.common.contracts.base import Contract
from libs.common.contracts.events import EVENT, Configuration, Event
from libs.common.contracts.owners import Asked, Declined
from libs.common.database import Database
from libs.common.durable import Durable, Feed, Mark, Message, Request, Unit
from libs.common.owner import KEPT, Owner, Verb, Wanted
from libs.common.rulebook import Rulebook
from libs.common.service import Runtime

log = structlog.get_logger()

T = TypeVar("T")

LEDGER_SECONDS: Final = 3.0
"""How long a request waits to see an account."""
_SWEEP_SECONDS: Final = 3600.0


class Tools(Protocol):
    """What a part may use of its surroundings."""

    @property
    def accounts(self) -> Accounts:
        """Who has what, by the ledger."""

    @property
    def ask(self) -> Ask:
        """Ask anybody anything, with a deadline."""

    def begin(self, unit: Unit, channel: str, verb: str, request: Asked, wanted: Wanted) -> None:
        """Begin an errand of our own within the transaction of its cause (see `Owner.begin`)."""

    async def write(self, work: Callable[[Unit], T]) -> T:
        """Do something within a transaction."""

    def rules(self, unit: Unit) -> Rules | None:
        """Give the configuration in force; None before the first."""

    def version(self, unit: Unit) -> str:
        """Give its version, which a posting's metadata names so that it can be explained; empty before the first."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one part offers and hears. Its handlers run on the writer thread, within the transaction of what they hear."""

    verbs: tuple[Verb[Any], ...] = ()
    """What it can be asked."""
    on_event: Callable[[Unit, Event, Rules], None] | None = None
    """Hears every event, from the first configuration on."""
    run: Callable[[], Awaitable[None]] | None = None
    """Goes on in the background, until cancelled."""
    sweep: Callable[[Unit, datetime], None] | None = None
    """Forgets what it kept before a moment, as far as nobody asks for that any more."""


P = TypeVar("P", bound=Part)


class Assembly(Generic[P]):
    """The parts of one service, and their `Tools`: what it knows, keeps and is asked."""

    def __init__(self, runtime: Runtime, migrations: Sequence[str]) -> None:
        """Prepare the tools; `open` then takes the parts that were made with them. The database is the service's `<name>.db`."""
        self.ask: Ask = runtime.request
        self.accounts = Accounts(self.ask, runtime.name, LEDGER_SECONDS)
        self._runtime = runtime
        self._channels = frozenset(channel.token for channel in runtime.channels)
        self._database = Database(runtime.state_dir / f"{runtime.name}.db", migrations)
        self._rulebook = Rulebook()
        self._at: datetime | None = None
        self._parts: Sequence[P]
        self._durable: Durable
        self._owner: Owner

    def open(self, parts: Sequence[P], *others: Feed[Any]) -> None:
        """Register all that the parts do. What stands earlier among them hears of an event earlier; `others` are read beside the events."""
        runtime, self._parts = self._runtime, parts
        feed = Feed[Event](subjects.EVENTS, EVENT.validate_json, _mark, self._on_event)
        self._durable = runtime.durable(self._database, [feed, *others])
        verbs = [verb for part in parts for verb in part.verbs]
        self._owner = Owner(runtime.name, self._durable, self.ask, self._rulebook.rules, verbs)
        runtime.door(subjects.owner(runtime.name, "*", "*"), self._answer)
        runtime.task("owner", self._owner.run)
        runtime.task("configuration", self._restore)
        runtime.task("sweep", self._keep_house)
        for part in parts:
            if part.run is not None:
                runtime.task("part", part.run)
        runtime.ready("configuration", lambda: None if runtime.configuration else "none has been published")
        runtime.details = self.details

    @property
    def under_way(self) -> int:
        """Give the number of requests and errands being served."""
        return self._owner.depth

    def details(self) -> dict[str, Any]:
        """Give what the service tells in its health."""
        return {"outbox": self._durable.outbox_depth, "under_way": self.under_way}

    def heard(self, unit: Unit) -> Iterable[tuple[P, Rules]]:
        """Give who hears what has come, and by which configuration; nobody before the first."""
        rules = self.rules(unit)
        return () if rules is None else ((part, rules) for part in self._parts)

    def rules(self, unit: Unit) -> Rules | None:
        return self._rulebook.rules(unit.db)

    def version(self, unit: Unit) -> str:
        return self._rulebook.version(unit.db) or ""

    def begin(self, unit: Unit, channel: str, verb: str, request: Asked, wanted: Wanted) -> None:
        self._owner.begin(unit, channel, verb, request, wanted)

    async def write(self, work: Callable[[Unit], T]) -> T:
        return await self._durable.write(work)

    async def _answer(self, request: Request) -> Contract | bytes:
        channel = request.subject.split(".")[2]
        if channel not in self._channels:  # not any more: whoever kept its request would ask for ever
            log.warning("asked for a channel that is not configured", subject=request.subject, cure="configure it, or ask for another")
            return Declined(code="unknown_channel")
        return await self._owner.answer(request)

    def _on_event(self, unit: Unit, event: Event, _message: Message) -> None:
        self._owner.passed(unit, event)
        self._at = event.at
        if isinstance(event, Configuration):
            self._rulebook.keep(unit.db, event)
            unit.after_commit(partial(self._configured, event.version))
        for part, rules in self.heard(unit):
            if part.on_event is not None:
                part.on_event(unit, event, rules)

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            if self._at is not None:
                await self.write(partial(self._sweep, self._at - KEPT))

    def _sweep(self, before: datetime, unit: Unit) -> None:
        for part in self._parts:
            if part.sweep is not None:
                part.sweep(unit, before)

    async def _restore(self) -> None:
        """Go by the configuration that was kept."""
        self._runtime.configuration = self._runtime.configuration or await self.write(lambda unit: self._rulebook.version(unit.db))

    def _configured(self, version: str) -> None:
        self._runtime.configuration = version


def _mark(event: Event) -> Mark:
    return Mark(event.id, event.epoch, event.raw)
