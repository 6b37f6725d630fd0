"""A stream with one writer, whose own tail says how far it has come."""

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import uuid4

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import RawStreamMsg
from nats.js.errors import NotFoundError

from libs.common.tasks import together

_SINGLES_MAX: Final = 5
"""Up to this many messages go as single publishes; above, an atomic batch costs fewer flushes."""
_BATCH_MAX: Final = 1_000
"""The server's own limit of an atomic batch."""
_ACK_SECONDS: Final = 5.0


class OutputInDoubt(Exception):
    """It is not known what of the last messages the stream holds: read its tail again, and go on from there."""


class Tail:
    """The last message of the stream, if it holds any."""

    __slots__ = ("body", "sequence", "subject", "time")

    def __init__(self, message: RawStreamMsg) -> None:
        """Take what the server gave."""
        self.sequence = message.seq or 0
        self.subject = message.subject or ""
        self.body = message.data or b""
        self.time: datetime | None = message.time


class OrderedOutput:
    """Publishes in order, each message only right behind the one before (`Nats-Expected-Last-Sequence`).

    A message refused or lost lets nothing behind it in, so the stream never has a hole; a stale copy of this writer is refused too.
    """

    def __init__(self, nats: Client, stream: str, *, atomic: bool = True) -> None:
        """Take the connection and the stream's name; `atomic` false for servers before 2.12."""
        self.stream = stream
        self._nats = nats
        self._jetstream: JetStreamContext = nats.jetstream(timeout=_ACK_SECONDS)
        self._atomic = atomic
        self._expected: int | None = None
        self._flight: asyncio.Task[int] | None = None

    def interrupt(self) -> None:
        """Put what is in flight in doubt at once: after a reconnect its acknowledgement will not come."""
        if self._flight is not None:
            self._flight.cancel()

    async def tail(self) -> Tail | None:
        """Read the stream's last message, and expect to write right behind it.

        Gives None when the stream holds no message (it may have held some: see `last_sequence`).
        """
        self._expected = None
        info = await self._jetstream.stream_info(self.stream)
        self._atomic = self._atomic and info.config.allow_atomic is not False
        last = info.state.last_seq
        tail: Tail | None = None
        if info.state.messages:
            try:
                tail = Tail(await self._jetstream.get_msg(self.stream, seq=last))
            except NotFoundError:
                # The last message itself was deleted; what stands before it is the tail of what is there.
                tail = Tail(await self._jetstream.get_last_msg(self.stream, ">"))
        self._expected = last
        return tail

    @property
    def last_sequence(self) -> int:
        """Give the sequence of the last message ever stored, as far as this writer knows."""
        return self._expected or 0

    async def publish(self, messages: Sequence[tuple[str, bytes]]) -> None:
        """Publish (subject, body) pairs, in order; return once all are stored.

        Raises:
            OutputInDoubt: not all is known to be stored; the tail must be read again.
        """
        for start in range(0, len(messages), _BATCH_MAX):
            part = messages[start : start + _BATCH_MAX]
            if self._expected is None:
                raise OutputInDoubt(f"{self.stream}: the tail is not known")
            expected, self._expected = self._expected, None
            batch = len(part) > _SINGLES_MAX and self._atomic
            self._flight = asyncio.create_task((self._publish_batch if batch else self._publish_singles)(part, expected))
            try:
                await asyncio.wait({self._flight})
            except asyncio.CancelledError:
                self._flight.cancel()
                raise
            if self._flight.cancelled():
                raise OutputInDoubt(f"{self.stream}: after sequence {expected}: the connection was cut")
            try:
                last = self._flight.result()
            except (NatsError, OSError, TimeoutError) as error:
                raise OutputInDoubt(f"{self.stream}: after sequence {expected}: {error!r}") from error
            if last != expected + len(part):
                raise OutputInDoubt(f"{self.stream}: stored up to {last} instead of {expected + len(part)}")
            self._expected = last

    async def _publish_singles(self, part: Sequence[tuple[str, bytes]], expected: int) -> int:
        acks = await together(
            self._jetstream.publish(subject, body, stream=self.stream, headers={"Nats-Expected-Last-Sequence": str(expected + offset)})
            for offset, (subject, body) in enumerate(part)
        )
        if any(ack.duplicate for ack in acks):
            raise OutputInDoubt(f"{self.stream}: a message was taken for a duplicate")
        return acks[-1].seq

    async def _publish_batch(self, part: Sequence[tuple[str, bytes]], expected: int) -> int:
        batch = uuid4().hex
        final = len(part)
        for number, (subject, body) in enumerate(part[:-1], start=1):
            headers = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
            if number == 1:
                headers["Nats-Expected-Last-Sequence"] = str(expected)
            await self._nats.publish(subject, body, headers=headers)
        subject, body = part[-1]
        headers = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(final), "Nats-Batch-Commit": "1"}
        reply = await self._nats.request(subject, body, timeout=_ACK_SECONDS, headers=headers)
        answer = json.loads(reply.data)
        if "error" in answer:
            raise OutputInDoubt(f"{self.stream}: batch of {final} refused: {answer['error'].get('description')}")
        return int(answer["seq"])
