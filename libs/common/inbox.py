"""Questions on their way, and the one inbox their answers come to.

The client's own `request` waits by three callbacks and in a way that can lose a cancellation; who asks for every payment pays for that.

What is asked of one of our own services on one subject in one turn of the loop goes as one message (see `bundle`): a single question waits
no longer for that, and of a hundred at once, each costs a fraction of a message.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Final

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeout

from libs.common import bundle, subjects

_STATUS: Final = "Status"
_NOBODY: Final = "503"


class NotTaken(NatsError):
    """Who was asked knows no bundles, or answered none of what was asked: nothing can be said of any part."""


@dataclass(slots=True, eq=False)
class _Question:
    body: bytes
    answer: "asyncio.Future[bytes]"
    message: "_Sent | None" = None


@dataclass(slots=True, eq=False)
class _Sent:
    """A message on its way, and the questions in it."""

    reply: str
    questions: Sequence[_Question]
    open: int
    """Questions somebody still waits for."""


class Inbox:
    """Asks, and hands each answer to whom it is for."""

    def __init__(self, nats: Client) -> None:
        """Take a connection; `open` comes before the first question."""
        self._nats = nats
        self._prefix = f"{nats.new_inbox()}."
        self._asked: dict[str, list[_Question]] = {}
        """In this turn, by subject."""
        self._waiting: dict[str, _Sent] = {}
        self._sending: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Have answers come here, after a reconnect as well."""
        await self._nats.subscribe(f"{self._prefix}*", cb=self._take)

    async def ask(self, subject: str, body: bytes, timeout_seconds: float) -> bytes:
        """Ask once.

        Raises:
            NoRespondersError: nobody listens.
            nats.errors.Error: no answer came in time, or the question could not be sent.
        """
        loop = asyncio.get_running_loop()
        if not self._asked:
            loop.call_soon(self._send)
        question = _Question(body, loop.create_future())
        self._asked.setdefault(subject, []).append(question)
        late = loop.call_later(timeout_seconds, _give_up, question)
        try:
            return await question.answer
        finally:
            late.cancel()
            if question.message is not None:
                self._over(question.message)

    def _over(self, message: _Sent) -> None:
        message.open -= 1
        if not message.open:
            del self._waiting[message.reply]

    def _send(self) -> None:
        asked, self._asked = self._asked, {}
        for subject, questions in asked.items():
            task = asyncio.create_task(self._publish(subject, questions))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _publish(self, subject: str, questions: Sequence[_Question]) -> None:
        bytes_max = min(bundle.BYTES_MAX, self._nats.max_payload - bundle.HEADERS_BYTES)
        # Others, such as the robot, know no bundles.
        parts_max = bundle.PARTS_MAX if subjects.is_ours(subject) else 1
        for run in bundle.runs([each.body for each in questions], bytes_max, parts_max):
            await self._publish_together(subject, [each for each in questions[run] if not each.answer.done()])

    async def _publish_together(self, subject: str, questions: Sequence[_Question]) -> None:
        if not questions:
            return
        # Whoever is asked sees the name, and must not guess from it where the next answer, of somebody else, is waited for.
        message = _Sent(f"{self._prefix}{token_hex(8)}", questions, len(questions))
        self._waiting[message.reply] = message
        for question in questions:
            question.message = message
        headers, body = (None, questions[0].body) if len(questions) == 1 else bundle.bundle([each.body for each in questions])
        try:
            await self._nats.publish(subject, body, reply=message.reply, headers=headers)
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait are told
            for question in questions:
                _fail(question, error)

    async def _take(self, answer: Msg) -> None:
        message = self._waiting.get(answer.subject)
        if message is None:
            return
        questions, headers = message.questions, answer.headers or {}
        if headers.get(_STATUS) == _NOBODY:
            for question in questions:
                _fail(question, NoRespondersError())
        elif len(questions) == 1:
            _tell(questions[0], answer.data)
        else:
            try:
                for place, body in bundle.answers(headers, answer.data):
                    _tell(questions[place], body)
            except (bundle.Unbundled, IndexError):
                for question in questions:
                    _fail(question, NotTaken())


def _tell(question: _Question, body: bytes) -> None:
    if not question.answer.done():
        question.answer.set_result(body)


def _fail(question: _Question, error: Exception) -> None:
    if not question.answer.done():
        question.answer.set_exception(error)


def _give_up(question: _Question) -> None:
    _fail(question, NatsTimeout())
