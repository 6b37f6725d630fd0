"""The pump: raw messages in, their events out, in order and without holes, whatever is killed.

Position, memory, expected sequence and messages in flight belong together as one session. A doubt about any of them ends it: all of
it is taken anew from the tail of the output. One lock sees to it that no session begins while a group of the last one is under way.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import structlog
from pydantic import ValidationError

from libs.common import subjects
from libs.common.contracts.events import EVENT, Event
from libs.common.ordered import OrderedOutput, OutputInDoubt
from libs.common.position import PositionLost
from libs.common.reader import Delivery, Reader
from services.ingest import metrics
from services.ingest.recall import Archive, milliseconds_now, recall
from services.ingest.scribe import Scribe, Written

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


class Source(Archive, Protocol):
    """The two streams, as far as the pump asks about them."""

    async def raw_state(self) -> RawState: ...


class Pump:
    """Moves messages from `ECONOMY_RAW` to `ECONOMY_EVENTS`."""

    def __init__(self, source: Source, output: OrderedOutput, channels: Mapping[str, str], told: Callable[[Event], None]) -> None:
        """Prepare.

        Args:
            source: what the streams hold.
            output: the writer of the event stream.
            channels: the configured domain of each channel's token.
            told: is given each event once it is stored.
        """
        self.scribe: Scribe | None = None
        """The current session's scribe; None while there is no session."""
        self._source = source
        self._output = output
        self._channels = channels
        self._told = told
        self._reader: Reader | None = None
        self._pending: deque[Delivery] = deque()
        self._opening: list[Written] = []
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
        """
        async with self._session:
            self.scribe, self._opening = None, []
            raw = await self._source.raw_state()
            tail = await self._output.tail()
            if tail is not None:
                self.scribe = await self._behind(tail.body, raw)
            elif self._output.last_sequence == 0:
                self.scribe = Scribe(self._channels, raw.epoch, max(raw.first - 1, 0))
            else:
                log.warning("the events were purged; goes on behind the last raw message acknowledged", raw=raw.acknowledged)
                self.scribe = Scribe(self._channels, milliseconds_now(), raw.acknowledged)
            return max(self.scribe.position, 0)

    async def _behind(self, tail: bytes, raw: RawState) -> Scribe:
        """Give the scribe that goes on behind the last event; where the raw stream is not what it was, with a gap to tell first."""
        last = _event(tail)
        if raw.epoch > last.epoch:
            log.warning("the raw stream was made anew; what it held is missing", epoch=raw.epoch)
            scribe = await recall(self._source, self._channels, raw.epoch, -1)
            self._opening = [scribe.lost(0, None)]
            return scribe
        if raw.last < last.raw:
            # Its end was lost (a power cut, an old backup); what comes next is new, under numbers that were given before.
            log.warning("the raw stream ends before the position; goes on with what comes", last=raw.last, position=last.raw)
            scribe = await recall(self._source, self._channels, last.epoch + 1, raw.last - 1)
            self._opening = [scribe.lost(raw.last, None)]
            return scribe
        if self._last is not None and self._last[1] == tail:
            return self._last[0]
        return await recall(self._source, self._channels, last.epoch, last.raw)

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
        written, self._opening = self._opening, []
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
