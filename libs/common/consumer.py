"""One push consumer on one stream, made anew whenever there is doubt: what a reader and a work queue are built on.

A durable consumer counts what died in a socket as delivered. So it is deleted and made again on start, on every reconnect, and when a
message is not the next one of its consumer; where it then begins is its owner's affair.
"""

import asyncio
import warnings
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

import structlog
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage
from faststream.nats.subscriber.usecases import PushStreamSubscriber
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.errors import NotJSMessageError
from nats.js.api import ConsumerConfig
from nats.js.errors import NotFoundError

log = structlog.get_logger()

_WATCH_SECONDS: Final = 3.0
_RETRY_SECONDS_MAX: Final = 5.0
_WORDS: Final = 9
_BIND_SECONDS_MAX: Final = 12.0
"""What making a consumer may take: the client gives up an answer after 5 s, but waits for a dying connection as long as it dies."""


class ConsumerTakenOver(Exception):
    """Another process has made itself a consumer of the same name: two of one service are running."""


class Consumer:
    """Hands on each message of its consumer, in the consumer's order and without holes."""

    def __init__(
        self,
        broker: NatsBroker,
        stream: str,
        name: str,
        config: ConsumerConfig,
        *,
        prepare: Callable[[], Awaitable[None]],
        take: Callable[[Msg], Awaitable[None]],
        direct: bool = False,
    ) -> None:
        """Prepare.

        Args:
            broker: FastStream's broker, connected before `run`.
            stream: the stream's name.
            name: the durable consumer's name; belongs to one service.
            config: how the consumer is made; its owner may change it in `prepare`.
            prepare: is called before the consumer is made; what it raises (but for failures of NATS, which are tried again) ends `run`.
            take: is given each message; must not raise.
            direct: by the client's own subscription, for floods: FastStream takes 50 microseconds for a message, the client 7.
        """
        self.stream = stream
        self.name = name
        self._direct = direct
        self.bind = 0
        """The number of the current bind; what came by an earlier one is void."""
        self.bound = False
        self.lag = 0
        """Messages of the stream not acknowledged yet, as the server last said."""
        self._broker = broker
        self._config = config
        self._prepare = prepare
        self._take = take
        self._sequence = 0
        self._subscriber: PushStreamSubscriber | _Direct | None = None
        self._rebind = asyncio.Event()

    async def run(self) -> None:
        """Bind, and keep bound, until cancelled.

        Raises:
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
        """Make the consumer anew: after a reconnect, a hole, or any other doubt."""
        self.bind += 1
        self.bound = False
        log.debug("consumer rebinds", stream=self.stream, reason=reason, bind=self.bind)
        self._rebind.set()

    async def _on_message(self, _body: bytes) -> None:
        message: NatsMessage = self._broker.context.get_local("message")
        if isinstance(message.raw_message, Msg):
            await self._on_raw(message.raw_message)

    async def _on_raw(self, raw: Msg) -> None:
        if not self.bound:
            return
        sequence = sequences(raw)[1]
        if sequence != self._sequence + 1:
            self.rebind(f"message {sequence} of the consumer after {self._sequence}")
            return
        self._sequence = sequence
        await self._take(raw)

    async def _bind_until_it_holds(self) -> None:
        delay = 0.05
        while True:
            self.bind += 1
            self.bound = False
            bind = self.bind
            try:
                await self._prepare()
                async with asyncio.timeout(_BIND_SECONDS_MAX):
                    await self._bind_once(bind)
            except (NatsError, OSError, TimeoutError) as error:
                log.info("consumer not made, tries again", stream=self.stream, error=repr(error), delay_seconds=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, _RETRY_SECONDS_MAX)
                continue
            if self.bind == bind:
                log.debug("consumer bound", stream=self.stream, bind=bind)
                return

    async def _bind_once(self, bind: int) -> None:
        await self._unsubscribe()
        with suppress(NotFoundError):
            await self._broker.config.connection_state.stream.delete_consumer(self.stream, self.name)
        if self.bind != bind:
            return
        self._config.deliver_subject = None
        self._sequence = 0
        self.bound = True
        if self._subscriber is None and self._direct:
            self._subscriber = _Direct(self._broker, self.stream, self.name, self._config, self._on_raw)
        elif self._subscriber is None:
            # Not before the broker is connected: it starts every subscriber it knows as it connects, and this one binds itself.
            listener = self._subscriber = _push_subscriber(self._broker, self.stream, self.name, self._config)
            listener(self._on_message)
        await self._subscriber.start()

    async def _unsubscribe(self) -> None:
        if self._subscriber is None:
            return
        try:
            await self._subscriber.stop()
        except (NatsError, OSError) as error:
            # The connection is gone, and the subscription with it.
            self._subscriber.subscription = None
            log.debug("unsubscribed without the server", stream=self.stream, error=repr(error))

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
            if delivered > self._sequence and self._sequence == behind_at:
                self.rebind(f"{delivered} delivered, {self._sequence} came")
            behind_at = self._sequence if delivered > self._sequence else -1


def sequences(raw: Msg) -> tuple[int, int]:
    """Give a message's sequences, of the stream and of the consumer; the client's `metadata` takes several times as long.

    They stand in the subject of its acknowledgement, with two or three words more where the server has a domain (NATS' ADR-15).

    Raises:
        NotJSMessageError: it came from no stream.
    """
    words = raw.reply.split(".")
    if len(words) == _WORDS:
        return int(words[5]), int(words[6])
    if len(words) >= _WORDS + 2:
        return int(words[7]), int(words[8])
    raise NotJSMessageError


def stored_at(raw: Msg) -> datetime:
    """Give when the stream stored a message: to the microsecond what the client makes of it.

    Raises:
        NotJSMessageError: it came from no stream.
    """
    words = raw.reply.split(".")
    if len(words) < _WORDS:
        raise NotJSMessageError
    return datetime.fromtimestamp(int(words[7 if len(words) == _WORDS else 9]) / 1_000_000_000.0, UTC)


class _Direct:
    """A durable push consumer and the subscription it delivers to, by the client itself."""

    def __init__(self, broker: NatsBroker, stream: str, name: str, config: ConsumerConfig, take: Callable[[Msg], Awaitable[None]]) -> None:
        self.subscription: Subscription | None = None
        self._state = broker.config.connection_state
        self._stream = stream
        self._config = config
        self._take = take
        config.durable_name = name

    async def start(self) -> None:
        client = self._state.connection
        self._config.deliver_subject = client.new_inbox()
        self.subscription = await client.subscribe(self._config.deliver_subject, cb=self._take)
        await self._state.stream.add_consumer(self._stream, config=self._config)

    async def stop(self) -> None:
        subscription, self.subscription = self.subscription, None
        if subscription is not None:
            await subscription.unsubscribe()


def _push_subscriber(broker: NatsBroker, stream: str, name: str, config: ConsumerConfig) -> PushStreamSubscriber:
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
            parser=_bare,
            decoder=_as_it_came,
        )
    # FastStream would make the context of log lines anew for each message, a fifth of its time; nobody writes them.
    listener.get_log_context = _no_context  # type: ignore[method-assign]
    return listener


def _no_context(message: object) -> dict[str, str]:
    del message
    return {}


async def _bare(raw: Msg) -> NatsMessage:
    """Wrap a message without looking into it: FastStream's own parser reads headers, matches the subject and makes an id for each."""
    return NatsMessage(raw_message=raw, body=raw.data, reply_to="", message_id="-", correlation_id="-")


async def _as_it_came(message: NatsMessage) -> bytes:
    """Leave the body alone. Must be a coroutine function: FastStream runs any other decoder in a worker thread, per message."""
    return message.body
