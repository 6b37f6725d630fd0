"""The pump: raw messages in, their events out, in order and without holes, whatever is killed.

Position, memory, expected sequence and messages in flight belong together as one session. A doubt about any of them ends it: all of
it is taken anew from the tail of the output. One lock sees to it that no session begins while a group of the last one is under way.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import structlog
from pydantic import ValidationError

from libs.common import subjects
from libs.common.contracts.events import EVENT, Event
from libs.common.ordered import OrderedOutput, OutputInDoubt, Tail
from libs.common.position import PositionLost
from libs.common.reader import Delivery, Reader
from services.ingest import metrics
from services.ingest.recall import Archive, milliseconds_now, recall
from services.ingest.scribe import Scribe, Written, is_of

log = structlog.get_logger()

GROUP: Final = 250
"""Messages translated at once: some 20 ms of work, so that the loop turns for others."""


@dataclass(frozen=True, slots=True)
class RawState:
    """What the server says of the raw stream."""

    epoch: int
    """When it was made, in milliseconds since 1970."""
    first: int
    last: int
    acknowledged: int
    """How far ingest's consumer had acknowledged; 0 if it is not known."""


@dataclass(frozen=True, slots=True)
class RawMessage:
    """What is asked of one message of the raw stream."""

    body: bytes
    stored: datetime | None


class Source(Archive, Protocol):
    """The two streams, as far as the pump asks about them."""

    async def raw_state(self) -> RawState: ...

    async def raw_message(self, sequence: int) -> RawMessage | None:
        """Give a message of the raw stream; None where it does not hold it any more."""
        ...

    async def raw_until(self, moment: datetime) -> int:
        """Give the sequence of the last raw message stored until then."""
        ...

    def server(self) -> str | None:
        """Give the run of the NATS server we are connected to; None where servers are clustered."""
        ...

    async def tell_gap(self, after: int, server: str) -> int:
        """Put into the raw stream that the server was down at some time since the raw message `after`; give the gap's sequence."""
        ...


class Pump:
    """Moves messages from `ECONOMY_RAW` to `ECONOMY_EVENTS`."""

    def __init__(
        self,
        source: Source,
        output: OrderedOutput,
        channels: Mapping[str, str],
        told: Callable[[Event], None],
        *,
        own_server: bool = False,
    ) -> None:
        """Prepare.

        Args:
            source: what the streams hold.
            output: the writer of the event stream.
            channels: the configured domain of each channel's token.
            told: is given each event once it is stored.
            own_server: whether the server starts and ends with us, so that another run of it is nothing to be alarmed at.
        """
        self.scribe: Scribe | None = None
        """The current session's scribe; None while there is no session."""
        self._source = source
        self._output = output
        self._channels = channels
        self._told = told
        self._own_server = own_server
        self._reader: Reader | None = None
        self._pending: deque[Delivery] = deque()
        self._server: str | None = None
        """The run of the NATS server in which this session began."""
        self._last: tuple[Scribe, bytes] | None = None
        """The scribe that wrote last, and its last event: where that is the tail, its memory is right, and need not be read back."""
        self._wake = asyncio.Event()
        self._session = asyncio.Lock()

    def attach(self, reader: Reader) -> None:
        """Take the reader that feeds this pump."""
        self._reader = reader

    def take(self, delivery: Delivery) -> None:
        """Put a delivery away; called by the reader, for each in order."""
        self._pending.append(delivery)
        self._wake.set()

    def forget(self) -> None:
        """Drop what is not written yet: it will come again."""
        self._pending.clear()

    async def locate(self) -> int:
        """Begin a session: find the position in the output, and rebuild the memory that belongs to it.

        Raises:
            PositionLost: the last event can't be read, so there is no telling how far ingest has come.
            ConnectionError: a gap is not known to be written; begin again.
        """
        async with self._session:
            self.scribe = None
            self._server = self._source.server()
            raw = await self._source.raw_state()
            tail = await self._output.tail()
            if tail is not None:
                scribe = await self._behind(tail, raw)
            elif self._output.last_sequence == 0 and not raw.acknowledged:
                scribe = Scribe(self._channels, raw.epoch, max(raw.first - 1, 0))
            else:
                scribe = await self._behind_acknowledged(raw.acknowledged)
            await self._doubt(scribe)
            self.scribe = scribe
            return max(scribe.position, 0)

    async def _behind(self, tail: Tail, raw: RawState) -> Scribe:
        """Give the scribe that goes on behind the last event; where the raw stream is not what it was, behind a gap."""
        last = _event(tail.body)
        if raw.epoch > last.epoch:
            log.warning("the raw stream was made anew; what it held is missing", epoch=raw.epoch)
            scribe = await recall(self._source, self._channels, raw.epoch, -1)
            return await self._told_lost(scribe, 0)
        if not await self._is_continued(last, raw):
            # Its end was lost (a power cut, an old backup); what was stored since is new, under numbers that were given before.
            position = min(await self._source.raw_until(tail.time), last.raw) if tail.time else raw.last
            log.warning("the raw stream is not what it was; goes on behind what is left of it", left=position, position=last.raw)
            scribe = await recall(self._source, self._channels, last.epoch + 1, position - 1)
            return await self._told_lost(scribe, position)
        if self._last is not None and self._last[1] == tail.body:
            return self._last[0]
        return await recall(self._source, self._channels, last.epoch, last.raw)

    async def _is_continued(self, last: Event, raw: RawState) -> bool:
        """Tell whether the raw stream still has, at the position, the message that stood there (or had, and let it go with age)."""
        if raw.last < last.raw:
            return False
        if last.kind == "gap":
            return True  # may stand for messages that are missing
        there = await self._source.raw_message(last.raw)
        return there is None or is_of(last, there.body)

    async def _behind_acknowledged(self, position: int) -> Scribe:
        """The events were purged, or their stream was deleted and made anew.

        Written once more they might come under an older epoch than the one their readers have reached, who would pass over all that
        follows. The consumer still knows how far we were; making it anew forgets that, so it is written down first.
        """
        log.warning("the events are gone; goes on behind the last raw message acknowledged", raw=position)
        there = await self._source.raw_message(position) if position else None
        return await self._told_lost(Scribe(self._channels, milliseconds_now(), position - 1), position, there.stored if there else None)

    async def _told_lost(self, scribe: Scribe, sequence: int, at: datetime | None = None) -> Scribe:
        """Write at once that raw messages up to `sequence` are missing: a second look might not find the traces any more."""
        gap = scribe.lost(sequence, at=at, server=self._server)
        self._last = scribe, gap.body
        try:
            await self._output.publish([(gap.subject, gap.body)])
        except OutputInDoubt as error:
            raise ConnectionError(f"the gap may not be written: {error}") from error
        self._tell([gap])
        return scribe

    async def _doubt(self, scribe: Scribe) -> None:
        """Where the server was down since the last event, have a gap come; what stands before it may be from either side of the outage."""
        if self._server is not None and scribe.server is not None and scribe.server != self._server:
            if self._own_server:
                log.info("the NATS server was started anew; who was in the room meanwhile is paid for a short absence only")
            else:
                log.warning(
                    "the NATS server was down: events may be missing; who was in the room meanwhile is paid for a short absence only",
                    position=scribe.position,
                )
            scribe.doubt = await self._source.tell_gap(max(scribe.position, 0), self._server)

    async def run(self) -> None:
        """Write, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._pending:
                async with self._session:
                    await self._write_group()

    async def _write_group(self) -> None:
        reader, scribe = self._reader, self.scribe
        group = self._next_group()
        if reader is None or scribe is None or not group:
            return
        if self._source.server() != self._server:
            # Delivered by a server that came back, ahead of the client's own word that it reconnected.
            self.scribe = None
            reader.rebind("another run of the server")
            return
        written: list[Written] = []
        for delivery in group:
            message = delivery.message
            gap = scribe.gap(message.sequence)
            if gap is not None:
                log.warning("raw messages are missing", before=message.sequence)
                written.append(gap)
            written.append(scribe.write(message.sequence, message.subject, message.body, message.stored))
        self._last = scribe, written[-1].body
        try:
            await self._output.publish([(each.subject, each.body) for each in written])
        except OutputInDoubt as error:
            # The scribe remembers what may not be stored: session, memory and all begin anew.
            log.info("output in doubt, begins anew behind its tail", error=str(error))
            self.scribe = None
            reader.rebind("output in doubt")
            return
        self._tell(written)
        await reader.acknowledge(group[-1])

    def _next_group(self) -> Sequence[Delivery]:
        """Take what came by the current bind; what came by an earlier one will come again."""
        bind = self._reader.bind if self._reader else -1
        group: list[Delivery] = []
        while self._pending and len(group) < GROUP:
            delivery = self._pending.popleft()
            if delivery.bind == bind:
                group.append(delivery)
        return group

    def _tell(self, written: Sequence[Written]) -> None:
        for each in written:
            metrics.count(each.event)
            self._told(each.event)


def _event(body: bytes) -> Event:
    try:
        return EVENT.validate_json(body)
    except ValidationError as error:
        raise PositionLost(
            f"{subjects.EVENTS}: the last event can't be read ({error.error_count()} problems): it was written by a newer version, or by "
            "somebody else. Start that version, or remove this one message from the stream."
        ) from error
