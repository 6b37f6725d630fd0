"""Takes the transactions as they come, keeps them in the history batch by batch, and has what is kept counted.

The history's files are the position: what is in them was loaded, and nothing else was. The figures count from the files, each number
once: the number up to which they did stands beside them, in the transaction that adds to them. So it may end at any line.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import structlog

from libs.analysis import outside
from libs.analysis.archive import Archive, HistoryBroken
from libs.analysis.writing import NotWritten, Unreadable, Writer
from libs.common.position import Mark, Position, PositionLost
from libs.common.reader import Delivery, Message
from services.analytics.queries import Counter
from services.analytics.tally import Tally

log = structlog.get_logger()

T = TypeVar("T")

BATCH: Final = 20_000
"""Messages in one file at most."""
BATCH_BYTES: Final = 32 * 1024 * 1024
WINDOW: Final = 2 * BATCH
"""Messages the server sends ahead: one batch comes while the one before is written."""
FRESH_SECONDS: Final = 1.0
"""How long the first message of a batch waits for more: what belongs together mostly comes together."""
SPACING_SECONDS: Final = 8.0
"""From file to file, unless a batch is full."""
ACK_WAIT_SECONDS: Final = 120.0
BEHIND_MAX: Final = BATCH
"""More messages than this not loaded: the history is behind."""
_RETRY_SECONDS_MAX: Final = 5.0


class Books(Protocol):
    """What keeps the figures."""

    async def counted(self) -> tuple[int, str]:
        """Give the number up to which transactions are counted, and the time zone of the economy's days."""

    async def count(self, tally: Tally, up_to: int) -> None:
        """Add to the figures, and note up to where, in one transaction."""

    async def dead_letters(self, messages: Sequence[Message], error: Exception) -> None:
        """Keep messages that can't be read, for operators."""


class Loader:
    """The way of the transactions into the history."""

    def __init__(self, root: Path, books: Books) -> None:
        """Take the history's directory, and what keeps the figures. Nothing is opened yet."""
        self.root = root
        self._books = books
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="history")
        self._writer: Writer | None = None
        self._counter: Counter | None = None
        self._pending: list[Delivery] = []
        self._bytes = 0
        self._first_at = 0.0
        self._loaded_at = float("-inf")
        self._unreadable = 0
        self._enough = asyncio.Event()
        self._opened = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._refused: str | None = None

    @property
    def last(self) -> int:
        """The last number that is kept."""
        return self._writer.last if self._writer is not None else 0

    def problem(self) -> str | None:
        """Say what keeps this from working, if anything does."""
        if self._writer is None:
            return "not open"
        return None if self._refused is None else f"not written: {self._refused}"

    def take(self, delivery: Delivery) -> None:
        """Put a message away."""
        self._pending.append(delivery)
        self._bytes += len(delivery.message.body)
        if len(self._pending) == 1:
            self._first_at = time.monotonic()
        if len(self._pending) in {1, BATCH} or self._bytes >= BATCH_BYTES:
            self._enough.set()

    def forget(self) -> None:
        """What was taken and is not kept yet will come again."""
        self._pending.clear()
        self._bytes = 0

    async def locate(self, find: Callable[[Position | None], Awaitable[int]]) -> int:
        """Give the sequence behind which to read: one before the place, for the last message that is kept has to be the one it was.

        Raises:
            PositionLost: what comes next is gone from the stream.
        """
        await self._opened.wait()
        await self._idle.wait()
        self._unreadable = 0  # what stands behind the last number that is kept comes again, also what was just sorted out
        place = Position(self.last, Mark(str(self.last), 0, self.last)) if self.last else None
        try:
            return max(await find(place) - 1, 0)
        except PositionLost as lost:
            raise PositionLost(
                f"the history ends with number {self.last}, and the stream of the transactions no longer holds the next one. Purge the"
                " stream and start the ledger anew: it fills the stream from its books."
            ) from lost

    async def run(self, acknowledge: Callable[[Delivery], Awaitable[None]]) -> None:
        """Find what is there, count what of it was not counted yet, and keep what comes until cancelled.

        Raises:
            PositionLost: files or numbers are missing, or what comes contradicts what is kept.
        """
        await self._run(self._open)
        await self._count()
        self._opened.set()
        while True:
            await self._gather()
            taken, self._pending = self._pending[:BATCH], self._pending[BATCH:]
            self._bytes = sum(len(delivery.message.body) for delivery in self._pending)
            self._first_at = time.monotonic()
            self._idle.clear()
            try:
                await self._keep([delivery.message for delivery in taken])
            finally:
                self._idle.set()
            self._loaded_at = time.monotonic()
            await acknowledge(taken[-1])

    async def _gather(self) -> None:
        """Wait until it is time for the next file."""
        while True:
            self._enough.clear()
            if len(self._pending) >= BATCH or self._bytes >= BATCH_BYTES:
                return
            wait = max(self._first_at + FRESH_SECONDS, self._loaded_at + SPACING_SECONDS) - time.monotonic() if self._pending else None
            if wait is not None and wait <= 0:
                return
            try:
                await asyncio.wait_for(self._enough.wait(), wait)
            except TimeoutError:
                continue

    async def _keep(self, messages: Sequence[Message]) -> None:
        bodies = [message.body for message in messages]
        before, unreadable = self.last, 0
        try:
            kept = await self._writing(lambda writer: writer.load(bodies, self._unreadable))
        except Unreadable as error:
            bad = await self._writing(lambda writer: writer.sort_out(bodies))
            await self._books.dead_letters([messages[place] for place in sorted(bad)], error)
            log.error("messages that are no transactions are passed over", messages=len(bad), cure="see the dead letters", error=str(error))
            self._unreadable += len(bad)
            good = [place for place in range(len(bodies)) if place not in bad]
            kept = await self._writing(lambda writer: writer.load([bodies[place] for place in good], self._unreadable)) if good else None
            unreadable = len(bodies) - 1 - good[-1] if good else 0
        if kept is not None:
            if before == 0 and kept.first > 1:
                log.warning("the stream no longer holds the beginning: the history begins later", first=kept.first)
            self._unreadable = unreadable  # behind the last number, in front of the next
            await self._count()
            await self._writing(lambda writer: writer.tidy())

    async def _count(self) -> None:
        counted, zone = await self._books.counted()
        if counted < self.last:
            up_to = self.last
            await self._books.count(await self._run(partial(self._tally, counted, zone)), up_to)

    async def _writing(self, work: Callable[[Writer], T]) -> T:
        """Do what may fail for a while until it does not."""
        delay = 0.05
        while True:
            try:
                done = await self._run(partial(self._with_writer, work))
            except NotWritten as error:
                self._refused = str(error)
                log.error("the history can't be written for now, tries again", error=str(error), delay_seconds=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, _RETRY_SECONDS_MAX)
            else:
                self._refused = None
                return done

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except HistoryBroken as error:
            raise PositionLost(str(error)) from error

    # -- on the thread ---------------------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        writer = Writer(Archive(self.root))
        writer.open()
        outside.make(self.root)
        self._counter = Counter(self.root)
        self._writer = writer

    def _with_writer(self, work: Callable[[Writer], T]) -> T:
        if self._writer is None:
            raise RuntimeError("the history is not open")
        return work(self._writer)

    def _tally(self, after: int, zone: str) -> Tally:
        if self._counter is None or self._writer is None:
            raise RuntimeError("the history is not open")
        files = [file.path for file in self._writer.archive.cover() if file.last > after]
        return self._counter.tally(files, after, zone)


def mark(body: bytes) -> Mark:
    """Give what identifies a transaction in the stream.

    Raises:
        ValueError: it is none.
    """
    told: Any = json.loads(body)
    try:
        number = int(told["number"])
    except (KeyError, TypeError) as error:
        raise ValueError("no transaction") from error
    return Mark(str(number), 0, number)
