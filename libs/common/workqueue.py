"""A work queue read by one process: every message until it is acknowledged, in order, each handed on once.

As with `reader.Reader`, the consumer is made anew on start, on every reconnect and when a message is not the next one of its consumer.
What was handed on before and is not done yet, or is done but was not acknowledged, comes again then and is recognised.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from faststream.nats import NatsBroker, NatsMessage
from faststream.nats.subscriber.usecases import PushStreamSubscriber
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy as ConsumerAckPolicy
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from libs.common.reader import ConsumerTakenOver, Message, push_subscriber

log = structlog.get_logger()

WINDOW: Final = 2_000
"""Messages the server sends ahead of the acknowledgements."""
_NEVER_SECONDS: Final = 24 * 3_600.0
"""The server need not send again by itself: what is in doubt comes again by a new consumer."""
_DONE_MAX: Final = 20_000
_WATCH_SECONDS: Final = 3.0
_RETRY_SECONDS_MAX: Final = 5.0

Ticket = tuple[int, datetime]
"""What names a message for as long as it is held: its sequence, and when it was stored (a stream made anew counts from 1 again)."""


@dataclass(frozen=True, slots=True)
class Job:
    """A message to be done, and the ticket to say so with."""

    ticket: Ticket
    message: Message


class WorkQueue:
    """Hands each message on; acknowledges it when it is done."""

    def __init__(self, broker: NatsBroker, *, stream: str, name: str, take: Callable[[Job], None], window: int = WINDOW) -> None:
        """Prepare.

        Args:
            broker: FastStream's broker, connected before `run`.
            stream: the work queue's name.
            name: the durable consumer's name; belongs to one service.
            take: is given each message once; must not raise. `done` is to be called for each.
            window: messages handed on and not done yet, at most.
        """
        self.bound = False
        self._broker = broker
        self._stream = stream
        self._name = name
        self._take = take
        self._held: dict[Ticket, tuple[int, Msg]] = {}
        self._done: OrderedDict[Ticket, None] = OrderedDict()
        self._consumer_sequence = 0
        self._bind = 0
        self._config = ConsumerConfig(
            ack_policy=ConsumerAckPolicy.EXPLICIT,
            deliver_policy=DeliverPolicy.ALL,
            ack_wait=_NEVER_SECONDS,
            max_ack_pending=window,
        )
        self._subscriber: PushStreamSubscriber
        self._rebind = asyncio.Event()

    @property
    def held(self) -> int:
        """Give the number of messages handed on and not done."""
        return len(self._held)

    async def run(self) -> None:
        """Bind, and keep bound, until cancelled.

        Raises:
            ConsumerTakenOver: another process reads under this name.
        """
        # Made here: the broker starts every subscriber it knows as it connects, and this one binds itself.
        self._subscriber = push_subscriber(self._broker, self._stream, self._name, self._config)
        self._subscriber(self._on_message)
        watch = asyncio.create_task(self._watch())
        self._rebind.set()
        try:
            while True:
                waiting = asyncio.create_task(self._rebind.wait())
                done, _ = await asyncio.wait({waiting, watch}, return_when=asyncio.FIRST_COMPLETED)
                if watch in done:
                    waiting.cancel()
                    watch.result()
                self._rebind.clear()
                await self._bind_until_it_holds()
        finally:
            watch.cancel()
            await self._unsubscribe()

    def rebind(self, reason: str) -> None:
        """Make the consumer anew: after a reconnect, a hole, or any other doubt."""
        self._bind += 1
        self.bound = False
        log.debug("work queue rebinds", stream=self._stream, reason=reason)
        self._rebind.set()

    async def done(self, ticket: Ticket) -> None:
        """Acknowledge a message. An acknowledgement that is lost is made up for when the message comes again."""
        held = self._held.pop(ticket, None)
        self._done[ticket] = None
        if len(self._done) > _DONE_MAX:
            self._done.popitem(last=False)
        # What came by an earlier bind comes again, and is acknowledged then.
        if held is not None and self.bound and held[0] == self._bind:
            await self._acknowledge(held[1])

    async def _acknowledge(self, raw: Msg) -> None:
        with suppress(NatsError):
            await raw.ack()

    async def _on_message(self, _body: bytes) -> None:
        message: NatsMessage = self._broker.context.get_local("message")
        raw = message.raw_message
        if not self.bound or not isinstance(raw, Msg):
            return
        meta = raw.metadata
        if meta.sequence.consumer != self._consumer_sequence + 1:
            self.rebind(f"message {meta.sequence.consumer} of the consumer after {self._consumer_sequence}")
            return
        self._consumer_sequence = meta.sequence.consumer
        ticket = (meta.sequence.stream, meta.timestamp)
        if ticket in self._done:
            await self._acknowledge(raw)
            return
        known = ticket in self._held
        self._held[ticket] = (self._bind, raw)
        if not known:
            self._take(Job(ticket, Message(self._stream, meta.sequence.stream, raw.subject, raw.data, meta.timestamp)))

    async def _bind_until_it_holds(self) -> None:
        delay = 0.05
        while True:
            self._bind += 1
            self.bound = False
            bind = self._bind
            try:
                await self._bind_once(bind)
            except (NatsError, OSError, TimeoutError) as error:
                log.info("work queue could not bind, tries again", stream=self._stream, error=repr(error), delay_seconds=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, _RETRY_SECONDS_MAX)
                continue
            if self._bind == bind:
                return

    async def _bind_once(self, bind: int) -> None:
        await self._unsubscribe()
        with suppress(NotFoundError):
            await self._broker.config.connection_state.stream.delete_consumer(self._stream, self._name)
        if self._bind != bind:
            return
        self._config.deliver_subject = None
        self._consumer_sequence = 0
        self.bound = True
        await self._subscriber.start()

    async def _unsubscribe(self) -> None:
        try:
            await self._subscriber.stop()
        except (NatsError, OSError) as error:
            # The connection is gone, and the subscription with it.
            self._subscriber.subscription = None
            log.debug("work queue unsubscribed without the server", stream=self._stream, error=repr(error))

    async def _watch(self) -> None:
        """Notice a consumer that was deleted, starved or taken over by somebody else."""
        behind_at = -1
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            if not self.bound:
                continue
            bind = self._bind
            try:
                info = await self._broker.config.connection_state.stream.consumer_info(self._stream, self._name)
            except NotFoundError:
                if bind == self._bind:
                    self.rebind("the consumer is gone")
                continue
            except (NatsError, OSError, TimeoutError):
                continue
            if bind != self._bind or not self.bound:
                continue
            if info.config.deliver_subject != self._config.deliver_subject:
                raise ConsumerTakenOver(f"{self._stream}: another process reads as {self._name!r}; stop one of the two")
            delivered = info.delivered.consumer_seq if info.delivered else 0
            if delivered > self._consumer_sequence and self._consumer_sequence == behind_at:
                self.rebind(f"{delivered} delivered, {self._consumer_sequence} came")
            behind_at = self._consumer_sequence if delivered > self._consumer_sequence else -1
