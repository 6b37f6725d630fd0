"""A work queue read by one process: every message until it is acknowledged, in order, each handed on once.

What was handed on before a bind and is not done yet, or is done but was not acknowledged, comes again after it and is recognised.
"""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from faststream.nats import NatsBroker
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from libs.common.consumer import Consumer
from libs.common.reader import Message

_NEVER_SECONDS: Final = 24 * 3_600.0
"""The server need not send again by itself: what is in doubt comes again by a new consumer."""

Ticket = tuple[int, datetime]
"""What names a message for as long as it is held: its sequence, and when it was stored (a stream made anew counts from 1 again)."""


@dataclass(frozen=True, slots=True)
class Job:
    """A message to be done, and the ticket to say so with."""

    ticket: Ticket
    message: Message


class WorkQueue:
    """Hands each message on; acknowledges it when it is done."""

    def __init__(self, broker: NatsBroker, *, stream: str, name: str, take: Callable[[Job], None], window: int) -> None:
        """Prepare.

        Args:
            broker: FastStream's broker, connected before `run`.
            stream: the work queue's name.
            name: the durable consumer's name; belongs to one service.
            take: is given each message once; must not raise. `done` is to be called for each.
            window: messages handed on and not done yet, at most; the rest waits on the server.
        """
        self._take = take
        self._stream = stream
        self._window = window
        self._held: dict[Ticket, tuple[int, Msg]] = {}
        self._done: OrderedDict[Ticket, None] = OrderedDict()
        config = ConsumerConfig(
            ack_policy=AckPolicy.EXPLICIT,
            deliver_policy=DeliverPolicy.ALL,
            ack_wait=_NEVER_SECONDS,
            max_ack_pending=window,
        )
        self._consumer = Consumer(broker, stream, name, config, prepare=self._nothing, take=self._on_message)

    @property
    def bound(self) -> bool:
        """Whether messages come."""
        return self._consumer.bound

    async def run(self) -> None:
        """Bind, and keep bound, until cancelled.

        Raises:
            ConsumerTakenOver: another process reads under this name.
        """
        await self._consumer.run()

    def rebind(self, reason: str) -> None:
        """Make the consumer anew: after a reconnect, a hole, or any other doubt."""
        self._consumer.rebind(reason)

    async def done(self, ticket: Ticket) -> None:
        """Acknowledge a message. An acknowledgement that is lost is made up for when the message comes again."""
        held = self._held.pop(ticket, None)
        self._done[ticket] = None
        if len(self._done) > 2 * self._window:
            self._done.popitem(last=False)
        # What came by an earlier bind comes again, and is acknowledged then.
        if held is not None and self.bound and held[0] == self._consumer.bind:
            await self._acknowledge(held[1])

    async def _acknowledge(self, raw: Msg) -> None:
        with suppress(NatsError):
            await raw.ack()

    async def _nothing(self) -> None:
        """All that is in the queue is to be done: there is no position."""

    async def _on_message(self, raw: Msg) -> None:
        meta = raw.metadata
        ticket = (meta.sequence.stream, meta.timestamp)
        if ticket in self._done:
            await self._acknowledge(raw)
            return
        known = ticket in self._held
        self._held[ticket] = (self._consumer.bind, raw)
        if not known:
            self._take(Job(ticket, Message(self._stream, meta.sequence.stream, raw.subject, raw.data, meta.timestamp)))
