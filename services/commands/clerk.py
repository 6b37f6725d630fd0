"""How one question is answered: judge it, run its command, and put answer and end of the question into one transaction."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, Protocol, TypeVar

import structlog

from libs.common import subjects
from libs.common.asking import Ask, Ledger, RefusedError, UnknownOutcomeError, UnreachableError, asked, asked_owner
from libs.common.config import Rules
from libs.common.contracts.announcements import Announcement, Kind
from libs.common.contracts.base import Contract
from libs.common.contracts.events import PrivateMessage
from libs.common.contracts.ledger import AccountState, Outcome, Posting, Refusal
from libs.common.contracts.ledger_requests import BanRequest
from libs.common.contracts.owners import Declined, Done
from libs.common.contracts.reload import Reloaded
from libs.common.durable import Message, Unit
from services.commands import metrics, registry, store
from services.commands.admission import age
from services.commands.arguments import BadArgumentsError
from services.commands.ladder import Ladder
from services.commands.orders import CALLER, Begun, Order, Reply
from services.commands.registry import Answer, Command, Note, Registry
from services.commands.replies import common
from services.commands.replies.declined import declined

log = structlog.get_logger()

ANSWER_VALID: Final = timedelta(minutes=5)
"""How long an answer is worth saying, from when it was found: an absent robot may come back."""
CONSOLATION_VALID: Final = timedelta(minutes=1)
PATIENCE_SECONDS: Final = 4.0
"""How long somebody waits for an answer before being told that it will take longer."""
RELOAD_SECONDS: Final = 10.0
"""How long a reload is waited for: ingest itself waits four seconds for the others to follow."""
_WAIT_SECONDS_LEAST: Final = 10.0
"""How long an owner is waited for at least, however old the question is."""
_SUSPENSION_SECONDS: Final = 1.0
"""How long the ledger is waited for by commands that do without it."""
_FOR_GOOD_SECONDS: Final = 10 * 365 * 86_400.0

T = TypeVar("T")
R = TypeVar("R", bound=Contract)


class Writer(Protocol):
    """What makes a write durable."""

    async def write(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in the next group, return its result after the commit."""


@dataclass(frozen=True, slots=True)
class _Office:
    """What one question's command may use."""

    commands: Registry
    uptime_seconds: float
    _ask: Ask
    _writer: Writer
    _ladder: Ladder
    _rules: Rules
    _until: float
    """When waiting for an owner ends, in monotonic seconds."""

    def rung(self, channel: str, user: str, lifetime_earned: int) -> int:
        return self._ladder.rung(channel, user, lifetime_earned, self._rules)

    async def account(self, channel: str, name: str) -> AccountState | None:
        return await Ledger(self._ask, CALLER, self._until - time.monotonic()).account(channel, name)

    async def ledger(self, channel: str, verb: str, request: Contract, answer: type[R]) -> R:
        return await Ledger(self._ask, CALLER, self._until - time.monotonic()).ask(channel, verb, request, answer)

    async def earning(self, channel: str, verb: str, request: Contract, answer: type[R]) -> R:
        return await asked(self._ask, subjects.owner("earning", channel, verb), request, answer, self._until)

    async def owner(
        self, service: str, channel: str, verb: str, request: Contract, answer: type[R], wait_seconds: float | None = None
    ) -> R | Declined:
        until = self._until if wait_seconds is None else min(self._until, time.monotonic() + wait_seconds)
        return await asked_owner(self._ask, subjects.owner(service, channel, verb), request, answer, until)

    async def reload(self) -> Reloaded:
        return await asked(self._ask, subjects.INGEST_RELOAD, b"", Reloaded, time.monotonic() + RELOAD_SECONDS, RELOAD_SECONDS)

    async def deeds(self, channel: str, user: str | None, limit: int) -> list[store.Deed]:
        return await self._writer.write(lambda unit: store.deeds(unit.db, channel, user, limit))


class Clerk:
    """Serves questions, one at a time for each viewer (which is the desk's care)."""

    def __init__(
        self,
        commands: Registry,
        ask: Ask,
        writer: Writer,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        ladder: Ladder | None = None,
    ) -> None:
        """Take the commands, how owners are asked, what keeps things, the wall clock and how one waits by it, and who knows of ranks."""
        self.ladder = ladder or Ladder()
        self._commands = commands
        self._ask = ask
        self._writer = writer
        self._clock = clock
        self._sleep = sleep
        self._began = time.monotonic()
        self._ticked = asyncio.Event()
        self.rules: Rules | None = None
        """The configuration in force; there before the first question is."""
        self.last_tick: datetime | None = None
        """The time of the last tick read."""
        self.place = (0, 0)
        """Where the last tick read since the start stands in the order of events: epoch and raw sequence."""

    def tick(self, at: datetime, place: tuple[int, int] = (0, 0)) -> None:
        """Take the time of a tick, and its place: what waits for one looks again."""
        self.last_tick = at
        self.place = place
        self._ticked.set()
        self._ticked = asyncio.Event()

    async def serve(self, question: store.Question) -> None:
        """Answer a question, whatever it takes; where that is long, its sender is told so once."""
        consoling = asyncio.create_task(self._console(question))
        try:
            await self._finish(question, await self._answered(question))
        finally:
            consoling.cancel()

    async def _console(self, question: store.Question) -> None:
        await self._sleep(PATIENCE_SECONDS)
        message = question.message
        note = Note(message.user, common.still_working())
        words = _announcement(f"wait:{message.id}", message, note, self._clock() + CONSOLATION_VALID, kind="notice")

        def write(unit: Unit) -> None:
            if store.console(unit.db, question):
                unit.announce(words)

        await self._writer.write(write)

    async def _answered(self, question: store.Question) -> Answer:
        """Find the answer; a mistake of our own is told, and kept for operators."""
        try:
            return await self._answer(question)
        except UnreachableError:
            return Answer(common.unreachable(), outcome="unreachable")
        except RefusedError as error:
            return _refused(error.refusal)
        except Exception as error:  # one question can't stop the service
            log.exception("command failed", question=question.message.id)
            await self._keep_mistake(question, error)
            return Answer(common.failed(), outcome="failed")

    async def _answer(self, question: store.Question) -> Answer:
        rules, message = self.rules, question.message
        if rules is None:
            raise RuntimeError("a question before the configuration")
        if question.begun is not None:
            return await self._end(question.begun, message, rules, _FOR_GOOD_SECONDS)
        wait_seconds = self._wait_seconds(message, rules)
        found = self._commands.find(registry.first_word(message))
        account = None
        if found is not None and found.rank == "admin":
            denied = registry.denied(found, message.rank, rules)
            if denied is not None:
                return denied
        else:
            account = await self._account(message, found, wait_seconds)
            if account is not None and account.banned:
                return Answer(common.suspended(account.ban_reason), outcome="banned")
        if found is None:
            return Answer(common.unknown_command(), outcome="unknown")
        answer = await self._run(found, message, rules, account)
        if isinstance(answer, Answer):
            return answer
        begun = Begun(found.name, answer)
        if not await self._begin(question, begun, rules, timely=found.timely):
            return Answer(common.too_old(), outcome="too_old")
        return await self._end(begun, message, rules, self._wait_seconds(message, rules))

    def _wait_seconds(self, message: PrivateMessage, rules: Rules) -> float:
        return max((message.at - self._clock()).total_seconds() + rules.commands.max_age_seconds, _WAIT_SECONDS_LEAST)

    async def _account(self, message: PrivateMessage, command: Command[Any] | None, wait_seconds: float) -> AccountState | None:
        if command is not None and command.needs_ledger:
            return await Ledger(self._ask, CALLER, wait_seconds).account(message.channel, message.user)
        try:
            return await Ledger(self._ask, CALLER, _SUSPENSION_SECONDS).account(message.channel, message.user)
        except UnreachableError:
            return None

    async def _run(self, command: Command[Any], message: PrivateMessage, rules: Rules, account: AccountState | None) -> Answer | Order:
        try:
            call = registry.call(command, message, rules, account)
        except BadArgumentsError as error:
            return Answer(common.usage(str(error), command.usage), outcome="usage")
        if command.timely and not await self._is_fresh(message.at, timedelta(seconds=rules.commands.max_age_seconds)):
            return Answer(common.too_old(), outcome="too_old")
        until = time.monotonic() + self._wait_seconds(message, rules)
        uptime_seconds = time.monotonic() - self._began
        return await command.run(call, _Office(self._commands, uptime_seconds, self._ask, self._writer, self.ladder, rules, until))

    async def _begin(self, question: store.Question, begun: Begun, rules: Rules, *, timely: bool) -> bool:
        """Keep an order before anybody is asked to carry it out; False if it is too old by now, whatever it had to wait for."""
        at, max_age = question.message.at, timedelta(seconds=rules.commands.max_age_seconds)

        def write(unit: Unit) -> bool:
            # Within the transaction: a full disk holds up what is written for as long as it is full.
            if timely and age(at, self.last_tick, self._clock(), max_age) != "fresh":
                return False
            store.begin(unit.db, question, begun)
            return True

        while not await self._writer.write(write):
            if not await self._is_fresh(at, max_age):
                return False
        return True

    async def _is_fresh(self, at: datetime, max_age: timedelta) -> bool:
        while True:
            ticked = self._ticked
            verdict = age(at, self.last_tick, self._clock(), max_age)
            if verdict != "unknown":
                return verdict == "fresh"
            await ticked.wait()

    async def _end(self, begun: Begun, message: PrivateMessage, rules: Rules, wait_seconds: float) -> Answer:
        """Have a kept order carried out, and tell what came of it; nothing but the ledger has a say in that any more."""
        command = self._commands.find(begun.command)
        try:
            reply = await self._carry_out(message.channel, begun.order, command, wait_seconds)
        except UnknownOutcomeError as error:
            # Money may have moved: nothing can be told before its owner says so, so it is asked until it does.
            log.warning("outcome not known yet, its owner is asked until it says", question=message.id, error=str(error))
            reply = await self._carry_out(message.channel, begun.order, command, _FOR_GOOD_SECONDS)
        if isinstance(reply, Outcome) and not reply.ok:
            return _refused(reply.refusal)
        if isinstance(reply, Declined):
            return Answer(declined(reply, rules.currency), outcome=reply.code)
        if command is None or command.tell is None:  # kept by another version of this program
            return Answer(common.done())
        answer = command.tell(message.user, begun.order.request, reply, rules.currency)
        remark = begun.order.remark
        return Answer(f"{answer.text} {remark}".rstrip(), answer.notes, answer.outcome)

    async def _carry_out(self, channel: str, order: Order, command: Command[Any] | None, wait_seconds: float) -> Reply:
        request = order.request
        ledger = Ledger(self._ask, CALLER, wait_seconds)
        if isinstance(request, Posting):
            return await ledger.post(channel, request)
        if isinstance(request, BanRequest):
            return await ledger.sanction(channel, "ban" if order.verb == "ban" else "unban", request)
        service, _, verb = order.verb.partition(".")
        answers = None if command is None else command.answers
        expected = answers.get(order.verb) if isinstance(answers, Mapping) else answers
        until = time.monotonic() + wait_seconds
        try:
            return await asked_owner(self._ask, subjects.owner(service, channel, verb), request.body, expected or Done, until)
        except UnreachableError as error:
            raise UnknownOutcomeError(str(error)) from error

    async def _finish(self, question: store.Question, answer: Answer) -> None:
        until = self._clock() + ANSWER_VALID
        message = question.message
        command = self._commands.find(registry.first_word(message))

        def write(unit: Unit) -> None:
            if not store.answered(unit.db, question):
                return
            if command is not None and command.noted and answer.outcome == "ok":
                store.note(unit.db, message.channel, store.Deed(message.at, message.user, command.as_said(message)))
            unit.announce(_announcement(f"answer:{message.id}", message, Note(message.user, answer.text), until))
            for number, note in enumerate(answer.notes, start=1):
                unit.announce(_announcement(f"note:{message.id}:{number}", message, note, until, kind="notice"))

        await self._writer.write(write)
        name = "unknown" if command is None else command.name
        log.info("answered", question=message.id, channel=message.channel, command=name, outcome=answer.outcome)
        metrics.ANSWERED.labels("pm", name, answer.outcome).inc()
        metrics.SECONDS.labels("pm", name).observe(max((self._clock() - message.at).total_seconds(), 0.0))

    async def _keep_mistake(self, question: store.Question, error: Exception) -> None:
        message = question.message

        def write(unit: Unit) -> None:
            subject = subjects.event(message.channel, message.kind)
            unit.dead_letter(Message(subjects.EVENTS, question.sequence, subject, message.encode(), message.at), error)

        await self._writer.write(write)


def _refused(refusal: Refusal | None) -> Answer:
    return Answer(common.refused(refusal), outcome=refusal or "refused")


def _announcement(id_: str, message: PrivateMessage, note: Note, until: datetime, kind: Kind = "answer") -> Announcement:
    lane: Literal["chat", "pm"] = "chat" if note.to is None else "pm"
    return Announcement(id=id_, channel=message.channel, lane=lane, to=note.to, text=note.text, kind=kind, at=message.at, until=until)
