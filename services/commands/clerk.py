"""How one question is answered: read it, judge its age, run the command, and put answer and end of the question into one transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol, TypeVar

import structlog

from libs.common import subjects
from libs.common.config import Rules
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.ledger import AccountState, Outcome, Posting
from libs.common.durable import Message, Unit
from services.commands import metrics, store
from services.commands.admission import age
from services.commands.ledger import Ask, Ledger, RefusedError, UnknownOutcomeError, UnreachableError
from services.commands.registry import Answer, Registry, Task
from services.commands.replies import common

log = structlog.get_logger()

ANSWER_VALID: Final = timedelta(minutes=5)
"""How long an answer is worth saying, from when it was found: an absent robot may come back."""
_WAIT_SECONDS_LEAST: Final = 10.0
"""How long the ledger is waited for at least, however old the question is."""
_FOR_GOOD_SECONDS: Final = 10 * 365 * 86_400.0
_RETRY_SECONDS: Final = 1.0
_RETRY_SECONDS_MAX: Final = 15.0

T = TypeVar("T")


class Writer(Protocol):
    """What makes a write durable."""

    async def write(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in the next group, return its result after the commit."""


class _Books:
    """The ledger for one question: what it is asked to post is kept first."""

    def __init__(self, ledger: Ledger, writer: Writer, question: store.Question) -> None:
        self._ledger = ledger
        self._writer = writer
        self._question = question

    async def account(self, channel: str, name: str) -> AccountState | None:
        return await self._ledger.account(channel, name)

    async def post(self, channel: str, posting: Posting) -> Outcome:
        kept = await self._writer.write(lambda unit: store.request(unit.db, self._question, posting))
        return await self._ledger.post(channel, kept)


class Clerk:
    """Serves questions, one at a time for each viewer (which is the desk's care)."""

    def __init__(self, registry: Registry, ask: Ask, writer: Writer, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Take the commands, how the ledger is asked, what keeps things, and the wall clock."""
        self._registry = registry
        self._ask = ask
        self._writer = writer
        self._clock = clock
        self._ticked = asyncio.Event()
        self.rules: Rules | None = None
        """The configuration in force; there before the first question is."""
        self.last_tick: datetime | None = None
        """The time of the last tick read."""

    def tick(self, at: datetime) -> None:
        """Take the time of a tick: what waits for one looks again."""
        self.last_tick = at
        self._ticked.set()
        self._ticked = asyncio.Event()

    async def serve(self, question: store.Question) -> None:
        """Answer a question, whatever it takes; a mistake of our own is told, and kept for operators."""
        delay = _RETRY_SECONDS
        while True:
            try:
                answer = await self._answer(question)
            except UnknownOutcomeError as error:
                # Money may have moved: nothing can be told before the ledger says so, so it is asked until it does.
                log.warning("outcome not known yet, the ledger is asked again", question=question.message.id, error=str(error))
                question = replace(question, begun=True)
                await asyncio.sleep(delay)
                delay = min(delay * 2, _RETRY_SECONDS_MAX)
                continue
            except Exception as error:  # one question can't stop the service
                log.exception("command failed", question=question.message.id)
                await self._give_up(question, error)
                return
            await self._finish(question, answer)
            return

    async def _answer(self, question: store.Question) -> Answer:
        rules = self.rules
        if rules is None:
            raise RuntimeError("a question before the configuration")
        message = question.message
        task = self._registry.read(message, rules)
        if isinstance(task, Answer):
            return task
        max_age = timedelta(seconds=rules.commands.max_age_seconds)
        if task.command.moves_money and not question.begun and not await self._is_fresh(message.at, max_age):
            return Answer(common.too_old(), outcome="too_old")
        wait_seconds = max((message.at + max_age - self._clock()).total_seconds(), _WAIT_SECONDS_LEAST)
        ledger = Ledger(self._ask, _FOR_GOOD_SECONDS if question.begun else wait_seconds)
        try:
            return await _run(task, _Books(ledger, self._writer, question))
        except UnreachableError:
            return Answer(common.unreachable(), outcome="unreachable")
        except RefusedError as error:
            return Answer(common.refused(error.refusal), outcome=error.refusal)

    async def _is_fresh(self, at: datetime, max_age: timedelta) -> bool:
        while True:
            ticked = self._ticked
            verdict = age(at, self.last_tick, self._clock(), max_age)
            if verdict != "unknown":
                return verdict == "fresh"
            await ticked.wait()

    async def _finish(self, question: store.Question, answer: Answer) -> None:
        until = self._clock() + ANSWER_VALID

        def write(unit: Unit) -> None:
            if not store.answered(unit.db, question):
                return
            message = question.message
            unit.announce(_pm(f"answer:{message.id}", question, message.user, answer.text, until))
            for number, note in enumerate(answer.notes, start=1):
                unit.announce(_pm(f"note:{message.id}:{number}", question, note.to, note.text, until))

        await self._writer.write(write)
        metrics.ANSWERED.labels("pm", self._registry.name_of(question.message.text), answer.outcome).inc()

    async def _give_up(self, question: store.Question, error: Exception) -> None:
        message = question.message

        def write(unit: Unit) -> None:
            subject = subjects.event(message.channel, message.kind)
            unit.dead_letter(Message(subjects.EVENTS, question.sequence, subject, message.encode(), message.at), error)

        await self._writer.write(write)
        await self._finish(question, Answer(common.failed(), outcome="failed"))


async def _run(task: Task, books: _Books) -> Answer:
    run: Callable[[Any, _Books], Awaitable[Answer]] = task.command.run
    return await run(task.call, books)


def _pm(id_: str, question: store.Question, to: str, text: str, until: datetime) -> Announcement:
    message = question.message
    return Announcement(id=id_, channel=message.channel, lane="pm", to=to, text=text, at=message.at, until=until)
