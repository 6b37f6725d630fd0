"""Wiring: events to the parts, requests to their verbs."""

from collections.abc import Callable
from typing import Final, TypeVar

from libs.common import subjects
from libs.common.accounts import Accounts
from libs.common.asking import NoReplyError
from libs.common.config import Rules
from libs.common.contracts.base import Contract
from libs.common.contracts.events import EVENT, Configuration, Event
from libs.common.contracts.owners import Asked
from libs.common.database import Database
from libs.common.durable import Feed, Mark, Message, Unit
from libs.common.owner import Owner, Wanted
from libs.common.rulebook import Rulebook
from libs.common.service import NoAnswer, Runtime
from services.games import metrics, totals
from services.games.duel import play as duel
from services.games.fair import desk
from services.games.fair.book import Book
from services.games.flip import play as flip
from services.games.part import CALLER, Part, Tools
from services.games.recipes import RECIPES
from services.games.spin import play as spin
from services.games.store import MIGRATIONS

T = TypeVar("T")

PARTS: Final[tuple[Callable[[Tools], Part], ...]] = (spin.part, flip.part, duel.part, desk.part, totals.part)
"""All that is played. What stands earlier hears of an event earlier."""

_LEDGER_SECONDS: Final = 3.0
"""How long a request waits to see an account."""


def build(runtime: Runtime) -> None:
    """Register all that the games do."""
    app = _App(runtime)
    runtime.door(subjects.owner(CALLER, "*", "*"), app.owner.answer)
    runtime.task("owner", app.owner.run)
    runtime.task("configuration", app.restore)
    for part in app.parts:
        if part.run is not None:
            runtime.task("part", part.run)
    runtime.ready("configuration", lambda: None if runtime.configuration else "none has been published")
    runtime.details = lambda: {"outbox": app.durable.outbox_depth, "under_way": app.owner.depth}
    metrics.UNDER_WAY.set_function(lambda: app.owner.depth)


class _App:
    """The parts' `Tools`."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._rulebook = Rulebook()
        self.accounts = Accounts(self.ask, CALLER, _LEDGER_SECONDS)
        self.book = Book(RECIPES)
        self.parts = [make(self) for make in PARTS]
        feed = Feed[Event](subjects.EVENTS, EVENT.validate_json, _mark, self.on_event)
        self.durable = runtime.durable(Database(runtime.state_dir / "games.db", MIGRATIONS), [feed])
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


def _mark(event: Event) -> Mark:
    return Mark(event.id, event.epoch, event.raw)
