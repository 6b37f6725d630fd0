"""One consumer on one stream, made anew from the reader's own position whenever there is doubt.

A durable consumer counts what died in a socket as delivered. So the position is kept by the reader's owner, and the consumer is
deleted and made again behind it on start, on every reconnect, and when a message is not the next one of its consumer.
"""

import asyncio
import warnings
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage
from faststream.nats.subscriber.usecases import LogicSubscriber, PushStreamSubscriber
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy as ConsumerAckPolicy
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from libs.common.position import PositionLost

log = structlog.get_logger()

WINDOW: Final = 2_000
"""Messages the server sends ahead of the acknowledgements; far below the client's own limit, so that it never drops one."""

_WATCH_SECONDS: Final = 3.0
_RETRY_SECONDS_MAX: Final = 5.0


class ConsumerTakenOver(Exception):
    """Another process has made itself a consumer of the same name: two of one service are running."""


@dataclass(frozen=True, slots=True)
class Message:
    """What came from a stream."""

    stream: str
    sequence: int
    subject: str
    body: bytes
    stored: datetime
    """When the stream stored it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message as it came, and the bind it came by: only within that may it be acknowledged."""

    message: Message
    bind: int
    raw: Msg


class Reader:
    """Reads one stream in order, each message once per position; hands it to `take`, which may only put it away."""

    def __init__(
        self,
        broker: NatsBroker,
        *,
        stream: str,
        name: str,
        locate: Callable[[], Awaitable[int]],
        take: Callable[[Delivery], None],
        forget: Callable[[], None] = lambda: None,
        subjects: tuple[str, ...] = (),
        ack_wait_seconds: float = 30.0,
        window: int = WINDOW,
    ) -> None:
        """Prepare a reader.

        Args:
            broker: FastStream's broker, connected before `start`.
            stream: the stream's name.
            name: the durable consumer's name; belongs to one service.
            locate: gives the stream sequence behind which to read, from the owner's position.
            take: is given each delivery, in order and without holes; must not raise.
            forget: is called before each bind: what was taken and is not yet kept will come again.
            subjects: only these of the stream's subjects; empty for all.
            ack_wait_seconds: after that long without acknowledgement the server sends again (which is recognised).
            window: messages in flight without acknowledgement.
        """
        self.stream = stream
        self.name = name
        self.bind = 0
        """The number of the current bind; what came by an earlier one is void."""
        self.lag = 0
        """Messages of the stream not acknowledged yet, as the server last said."""
        self.bound = False
        self._broker = broker
        self._locate = locate
        self._take = take
        self._forget = forget
        self._consumer_sequence = 0
        self._taken = 0
        self._config = ConsumerConfig(
            ack_policy=ConsumerAckPolicy.ALL,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            ack_wait=ack_wait_seconds,
            max_ack_pending=window,
            filter_subjects=list(subjects) or None,
        )
        self._subscriber = push_subscriber(broker, stream, name, self._config)
        self._subscriber(self._on_message)
        self._rebind = asyncio.Event()
        self._failure: asyncio.Future[None] | None = None

    async def run(self) -> None:
        """Bind, and keep bound, until cancelled.

        Raises:
            PositionLost: the position can't be found in the stream.
            ConsumerTakenOver: another process reads under this name.
        """
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
        """Make the consumer anew from the position: after a reconnect, a hole, or any other doubt."""
        self.bind += 1
        self.bound = False
        log.debug("reader rebinds", stream=self.stream, reason=reason, bind=self.bind)
        self._rebind.set()

    async def acknowledge(self, delivery: Delivery) -> None:
        """Open the server's window up to this delivery. The position is the truth: a lost acknowledgement is covered by the next."""
        if delivery.bind != self.bind or not self.bound:
            return
        try:
            await delivery.raw.ack()
        except NatsError as error:
            log.debug("acknowledgement not sent", stream=self.stream, error=repr(error))

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
        if meta.sequence.stream <= self._taken:
            return
        self._taken = meta.sequence.stream
        self._take(Delivery(Message(self.stream, meta.sequence.stream, raw.subject, raw.data, meta.timestamp), self.bind, raw))

    async def _bind_until_it_holds(self) -> None:
        delay = 0.05
        while True:
            self.bind += 1
            self.bound = False
            bind = self.bind
            try:
                await self._bind(bind)
            except (PositionLost, ConsumerTakenOver):
                raise
            except (NatsError, OSError, TimeoutError) as error:
                log.info("reader could not bind, tries again", stream=self.stream, error=repr(error), delay_seconds=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, _RETRY_SECONDS_MAX)
                continue
            if self.bind == bind:
                return

    async def _bind(self, bind: int) -> None:
        await self._unsubscribe()
        self._forget()
        after = await self._locate()
        jetstream = self._broker.config.connection_state.stream
        with suppress(NotFoundError):
            await jetstream.delete_consumer(self.stream, self.name)
        if self.bind != bind:
            return
        self._config.opt_start_seq = after + 1
        self._config.deliver_subject = None
        self._consumer_sequence = 0
        self._taken = after
        self.bound = True
        await self._subscriber.start()
        log.debug("reader bound", stream=self.stream, after=after, bind=bind)

    async def _unsubscribe(self) -> None:
        try:
            await self._subscriber.stop()
        except (NatsError, OSError) as error:
            # The connection is gone, and the subscription with it.
            self._subscriber.subscription = None
            log.debug("reader unsubscribed without the server", stream=self.stream, error=repr(error))

    async def _watch(self) -> None:
        """Notice what the client library does not: a consumer deleted, starved or taken over by somebody else."""
        behind_at = -1
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            if not self.bound:
                continue
            bind = self.bind
            try:
                info = await self._broker.config.connection_state.stream.consumer_info(self.stream, self.name)
            except NotFoundError:
                if bind == self.bind:
                    self.rebind("the consumer is gone")
                continue
            except (NatsError, OSError, TimeoutError):
                continue
            if bind != self.bind or not self.bound:
                continue
            if info.config.deliver_subject != self._config.deliver_subject:
                raise ConsumerTakenOver(f"{self.stream}: another process reads as {self.name!r}; stop one of the two")
            self.lag = (info.num_pending or 0) + (info.num_ack_pending or 0)
            delivered = info.delivered.consumer_seq if info.delivered else 0
            if delivered > self._consumer_sequence and self._consumer_sequence == behind_at:
                self.rebind(f"{delivered} delivered, {self._consumer_sequence} came")
            behind_at = self._consumer_sequence if delivered > self._consumer_sequence else -1


def push_subscriber(broker: NatsBroker, stream: str, name: str, config: ConsumerConfig) -> PushStreamSubscriber:
    """Make FastStream's subscriber of a durable push consumer, acknowledged by hand, its bodies left as they come."""
    with warnings.catch_warnings():
        # FastStream advises against a durable push consumer, since it can't be shared: ours must not be.
        warnings.simplefilter("ignore", RuntimeWarning)
        listener = broker.subscriber(
            "" if config.filter_subjects else ">",
            stream=JStream(stream, declare=False),
            durable=name,
            config=config,
            ack_policy=AckPolicy.MANUAL,
            parser=bare,
            decoder=as_it_came,
        )
    spare(listener)
    return listener


def spare(listener: LogicSubscriber[Any]) -> None:
    """Spare a subscriber the context of log lines it never writes: FastStream makes it anew for each message, a fifth of its time."""
    listener.get_log_context = _no_context  # type: ignore[method-assign]


def _no_context(message: object) -> dict[str, str]:
    del message
    return {}


async def bare(raw: Msg) -> NatsMessage:
    """Wrap a message without looking into it: FastStream's own parser reads headers, matches the subject and makes an id for each."""
    return NatsMessage(raw_message=raw, body=raw.data, reply_to="", message_id="-", correlation_id="-")


async def as_it_came(message: NatsMessage) -> bytes:
    """Leave the body alone. Must be a coroutine function: FastStream runs any other decoder in a worker thread, per message."""
    return message.body
