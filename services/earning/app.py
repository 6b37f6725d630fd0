"""Wiring: events and transactions to the earner, and what games tell of rounds."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from pydantic import ValidationError

from libs.common import subjects
from libs.common.contracts.base import Contract
from libs.common.contracts.earning import AttendanceRequest, QuietRequest, WhyRequest
from libs.common.contracts.events import EVENT, Event
from libs.common.contracts.facts import Round
from libs.common.contracts.health import Failure
from libs.common.contracts.ledger import TRANSACTION, Transaction
from libs.common.database import Database
from libs.common.durable import Door, Feed, Mark, Message, Request, Unit
from libs.common.owner import Owner
from libs.common.service import Runtime
from services.earning import metrics
from services.earning.earner import Earner
from services.earning.pay.inquiry import Inquiry
from services.earning.people.rounds import played
from services.earning.store import MIGRATIONS, Store
from services.earning.verbs import VERBS
from services.earning.verbs.quiet import wish
from services.earning.verbs.why import attendance, why

_UNCONFIGURED: Final = Failure(error="no configuration has been published", code="starting")


def build(runtime: Runtime) -> None:
    """Register all that earning does."""
    _App(runtime)


class _App:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.earner = Earner(self)
        feeds: list[Feed[Any]] = [
            Feed[Event](subjects.EVENTS, EVENT.validate_json, _event_mark, self.on_event),
            Feed[Transaction](subjects.TRANSACTIONS, TRANSACTION.validate_json, _transaction_mark, self.earner.handle_transaction),
            Feed[Round](subjects.FACTS, Round.model_validate_json, _round_mark, self.on_round, subjects=(subjects.fact("*", "round"),)),
        ]
        self.channels = frozenset(channel.token for channel in runtime.channels)
        verbs = {"quiet": self.on_quiet, "why": self.on_why, "attendance": self.on_attendance}
        doors = [Door(subjects.owner("earning", "*", verb), partial(self.on_request, answer), _refused) for verb, answer in verbs.items()]
        self.durable = runtime.durable(Database(runtime.state_dir / "earning.db", MIGRATIONS), feeds, doors)
        self.owner = Owner("earning", self.durable, runtime.request, lambda db: self.earner.rules(Unit(db)), VERBS)
        for verb in VERBS:
            runtime.door(subjects.owner("earning", "*", verb.name), self.owner.answer)
        runtime.task("owner", self.owner.run)
        runtime.task("configuration", self.restore)
        runtime.task("inquiry", Inquiry(self.durable, runtime.request, self.earner.take_back).run)
        runtime.ready("configuration", lambda: None if runtime.configuration else "none has been published")
        runtime.details = lambda: {"outbox": self.durable.outbox_depth}
        metrics.WAITING.set_function(lambda: self.durable.outbox_depth)

    def on_event(self, unit: Unit, event: Event, message: Message) -> None:
        self.owner.passed(unit, event)
        self.earner.handle_event(unit, event, message)
        unit.after_commit(lambda: metrics.EVENT_AGE.set((datetime.now(UTC) - event.at).total_seconds()))

    def on_round(self, unit: Unit, told: Round, _message: Message) -> None:
        played(unit, told)

    def on_request(self, answer: Callable[[Unit, str, bytes], Contract], unit: Unit, request: Request) -> Contract:
        channel = request.subject.split(".")[2]
        if channel not in self.channels:
            return Failure(error=f"no channel {channel!r} is configured", code="unknown_channel")
        return answer(unit, channel, request.body)

    def on_quiet(self, unit: Unit, channel: str, body: bytes) -> Contract:
        return wish(unit, channel, QuietRequest.model_validate_json(body))

    def on_why(self, unit: Unit, channel: str, body: bytes) -> Contract:
        request, rules = WhyRequest.model_validate_json(body), self.earner.rules(unit)
        return _UNCONFIGURED if rules is None else why(Store(unit.db), channel, request, rules)

    def on_attendance(self, unit: Unit, channel: str, body: bytes) -> Contract:
        request, rules = AttendanceRequest.model_validate_json(body), self.earner.rules(unit)
        return _UNCONFIGURED if rules is None else attendance(Store(unit.db), channel, request, rules)

    async def restore(self) -> None:
        """Go by the configuration that was kept."""
        self.runtime.configuration = await self.durable.write(self.earner.version)

    def earned(self, coins: dict[str, int], minutes: int) -> None:
        """Count what was committed."""
        metrics.MINUTES.inc(minutes)
        for trigger, amount in coins.items():
            metrics.COINS.labels(trigger).inc(amount)

    def configured(self, version: str) -> None:
        """Tell in the health by which configuration we go."""
        self.runtime.configuration = version


def _refused(_request: Request, error: Exception) -> Contract:
    code = "invalid_request" if isinstance(error, ValidationError) else "internal_error"
    return Failure(error=f"{type(error).__name__}: {error}", code=code)


def _event_mark(event: Event) -> Mark:
    return Mark(event.id, event.epoch, event.raw)


def _transaction_mark(transaction: Transaction) -> Mark:
    return Mark(str(transaction.number), 0, transaction.number)


def _round_mark(told: Round) -> Mark:
    return Mark(told.id)
