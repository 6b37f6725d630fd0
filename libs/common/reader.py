"""One stream read in order from the reader's own position, each message once per position.

The position is kept by the reader's owner, in one transaction with what the messages did; the consumer begins behind it at each bind.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from faststream.nats import NatsBroker
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from libs.common.consumer import Consumer, sequences, stored_at

log = structlog.get_logger()

WINDOW: Final = 2_000
"""Messages the server sends ahead of the acknowledgements; far below the client's own limit, so that it never drops one."""


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
    """Reads one stream; hands each message to `take`, which may only put it away."""

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
        direct: bool = False,
    ) -> None:
        """Prepare a reader.

        Args:
            broker: FastStream's broker, connected before `run`.
            stream: the stream's name.
            name: the durable consumer's name; belongs to one service.
            locate: gives the stream sequence behind which to read, from the owner's position; raises PositionLost where it can't.
            take: is given each delivery, in order and without holes; must not raise.
            forget: is called before each bind: what was taken and is not yet kept will come again.
            subjects: only these of the stream's subjects; empty for all.
            ack_wait_seconds: after that long without acknowledgement the server sends again (which is recognised).
            window: messages in flight without acknowledgement.
            direct: by the client's own subscription, for floods.
        """
        self.stream = stream
        self.name = name
        self._locate = locate
        self._take = take
        self._forget = forget
        self._taken = 0
        self._config = ConsumerConfig(
            ack_policy=AckPolicy.ALL,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            ack_wait=ack_wait_seconds,
            max_ack_pending=window,
            filter_subjects=list(subjects) or None,
        )
        self._consumer = Consumer(broker, stream, name, self._config, prepare=self._prepare, take=self._on_message, direct=direct)

    @property
    def bind(self) -> int:
        """The number of the current bind; what came by an earlier one is void."""
        return self._consumer.bind

    @property
    def bound(self) -> bool:
        """Whether messages come."""
        return self._consumer.bound

    @property
    def lag(self) -> int:
        """Messages of the stream not acknowledged yet, as the server last said."""
        return self._consumer.lag

    async def run(self) -> None:
        """Bind, and keep bound, until cancelled.

        Raises:
            PositionLost: the position can't be found in the stream.
            ConsumerTakenOver: another process reads under this name.
        """
        await self._consumer.run()

    def rebind(self, reason: str) -> None:
        """Read anew from the position: after a reconnect, a hole, or any other doubt."""
        self._consumer.rebind(reason)

    async def acknowledge(self, delivery: Delivery) -> None:
        """Open the server's window up to this delivery. The position is the truth: a lost acknowledgement is covered by the next."""
        if delivery.bind != self.bind or not self.bound:
            return
        try:
            await delivery.raw.ack()
        except NatsError as error:
            log.debug("acknowledgement not sent", stream=self.stream, error=repr(error))

    async def _prepare(self) -> None:
        self._forget()
        self._taken = await self._locate()
        self._config.opt_start_seq = self._taken + 1

    async def _on_message(self, raw: Msg) -> None:
        sequence, _ = sequences(raw)
        if sequence <= self._taken:
            return
        self._taken = sequence
        self._take(Delivery(Message(self.stream, sequence, raw.subject, raw.data, stored_at(raw)), self.bind, raw))
