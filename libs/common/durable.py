"""The one way to handle a message exactly once: position, state and what is to be sent move in one transaction.

What arrives is put away at once. One task takes all that waits, hands it to a writer thread as one group (one transaction, a
savepoint for each message), and only after the commit answers, acknowledges and sends. So a single message waits for nothing, and a
flood costs one flush a group.
"""

import asyncio
import os
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, TypeVar

import structlog
from faststream.nats import NatsBroker

from libs.common import doors, outbox
from libs.common.database import Database, unfit
from libs.common.doors import Door, Job, Request
from libs.common.position import Mark, Position, PositionLost, find, unreadable
from libs.common.reader import Delivery, Message, Reader
from libs.common.tasks import end
from libs.common.unit import SCHEMA, Feed, KeyConflict, Unit, damages, passes, positions, store_id

__all__ = ["SCHEMA", "Door", "Durable", "Feed", "KeyConflict", "Mark", "Message", "Request", "Unit"]

log = structlog.get_logger()

T = TypeVar("T")

JOBS_MAX: Final = 1_000
"""Requests and writes in one group: a flood of messages can't make a person wait."""
_RETRY_SECONDS_MAX: Final = 5.0
_HOUSEKEEPING_SECONDS: Final = 10.0


class CommitFailed(Exception):
    """The database did not take a commit. What it holds is not known, so the process ends and starts again from the file."""


@dataclass(slots=True)
class _Group:
    """What one transaction is made of, and what comes of it."""

    jobs: list[Job]
    batches: list[tuple["_Input", list[Delivery]]]
    sent: list[int]
    results: list[tuple[Job, Any, Exception | None]] = field(default_factory=list)
    unit: Unit | None = None
    positions: list[tuple["_Input", Position]] = field(default_factory=list)


class _Input:
    """A feed, its reader, what came and is not committed yet, and how far it is."""

    def __init__(self, feed: Feed[Any]) -> None:
        self.feed = feed
        self.pending: deque[Delivery] = deque()
        self.position: Position | None = None
        self.reader: Reader | None = None


class Durable:
    """Everything a service with state does, group by group."""

    def __init__(self, name: str, database: Database, feeds: Sequence[Feed[Any]]) -> None:
        """Take the service's name, its database, and the streams it reads."""
        self.name = name
        self.database = database
        self.groups = 0
        """Groups committed since the start."""
        self._inputs = [_Input(feed) for feed in feeds]
        self._jobs: deque[Job] = deque()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix=f"{name}-writer")
        self._db: sqlite3.Connection | None = None
        self._outbox: outbox.Outbox | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._refused: str | None = None

    async def open(self) -> None:
        """Open the database; from then on `write` works once `run` does."""
        await asyncio.get_running_loop().run_in_executor(self._writer, self._open)

    def bind(self, broker: NatsBroker) -> None:
        """Make the readers and the outbox on a connected broker."""
        jetstream = broker.config.connection_state.stream
        self._outbox = outbox.Outbox(jetstream, self._store_id)
        self._outbox.add(self._unsent)
        for source in self._inputs:
            source.reader = self._reader(broker, source)

    async def run(self) -> None:
        """Read, handle, commit, answer and send until cancelled.

        Raises:
            CommitFailed: the database refused a commit.
            DatabaseUnfit: the database is damaged.
            PositionLost: what comes next is gone from a stream.
            ConsumerTakenOver: a second process of this service runs.
        """
        relay = self._outbox
        if relay is None:
            raise RuntimeError("bind() comes before run()")
        readers = [source.reader.run() for source in self._inputs if source.reader is not None]
        runs = [self._pump(), relay.run(), self._keep_house(), *readers]
        self._tasks = [asyncio.create_task(run) for run in runs]
        try:
            done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            await end(self._tasks)

    async def close(self) -> None:
        """Close the database, once `run` has ended."""
        await asyncio.get_running_loop().run_in_executor(self._writer, self.database.close)
        self._writer.shutdown()

    def rebind(self, reason: str) -> None:
        """Make all consumers anew, and send again what may not have arrived: after each reconnect."""
        if self._outbox is not None:
            self._outbox.interrupt()
        for source in self._inputs:
            if source.reader is not None:
                source.reader.rebind(reason)

    def answer(self, door: Door, request: Request, reply: Callable[[bytes], None]) -> None:
        """Have a request handled in the next group; `reply` is called after its commit, whatever happened."""
        self._jobs.append(doors.job(door, request, reply))
        self._wake.set()

    async def write(self, work: Callable[[Unit], T]) -> T:
        """Run `work` on the writer thread in the next group; return its result after the commit, or raise what it raised.

        It may run more than once, where it or another fails: it changes nothing but the database, and what it gives to the unit.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def done(result: T) -> None:
            if not future.done():
                future.set_result(result)

        def failed(error: Exception) -> None:
            if not future.done():
                future.set_exception(error)

        self.submit(work, done, failed)
        return await future

    def submit(self, work: Callable[[Unit], T], done: Callable[[T], None], failed: Callable[[Exception], None]) -> None:
        """Put `work` into the next group; one of the two is called on the loop after its commit."""
        self._jobs.append(Job(work, done, failed))
        self._wake.set()

    @property
    def lag(self) -> int:
        """Give the messages of all streams not handled yet."""
        return sum(max(source.reader.lag, len(source.pending)) for source in self._inputs if source.reader is not None)

    @property
    def outbox_depth(self) -> int:
        """Give the messages that wait to be sent."""
        return self._outbox.depth if self._outbox is not None else 0

    def problem(self) -> str | None:
        """Say what keeps this from working, if anything does."""
        if self._db is None:
            return "database not open"
        if self._refused is not None:
            return f"not writable: {self._refused}"
        unbound = [source.feed.stream for source in self._inputs if source.reader is None or not source.reader.bound]
        return f"not reading {', '.join(unbound)}" if unbound else None

    def position(self, stream: str) -> Position | None:
        """Give how far `stream` is handled and committed."""
        return next(source.position for source in self._inputs if source.feed.stream == stream)

    def _open(self) -> None:
        db = self.database.open()
        db.executescript(SCHEMA)
        self._store_id = store_id(db)
        kept = positions(db)
        for source in self._inputs:
            source.position = kept.get(source.feed.stream)
        self._unsent = outbox.unsent(db)
        self._db = db

    def _reader(self, broker: NatsBroker, source: _Input) -> Reader:
        feed = source.feed

        def take(delivery: Delivery) -> None:
            source.pending.append(delivery)
            self._wake.set()

        def mark(body: bytes) -> Mark:
            value: Mark = feed.mark(feed.decode(body))
            return value

        async def locate() -> int:
            # A group in flight may still move the position: wait for it, then nothing but this reader can.
            await self._settle()
            try:
                after = await find(broker.config.connection_state.stream, feed.stream, source.position, mark)
            except PositionLost as lost:
                if not _accepts_loss(feed.stream):
                    raise
                log.error("goes on behind lost messages, as told", stream=feed.stream, error=str(lost))
                # The mark stays: what was handled before is still recognised by it.
                after = 0
            if source.position is not None and after != source.position.sequence:
                # The stream was made anew: its sequences count from another start, the place inside the messages is the same.
                source.position = Position(after, source.position.mark)
            return after

        return Reader(
            broker,
            stream=feed.stream,
            name=self.name,
            locate=locate,
            take=take,
            forget=source.pending.clear,
            subjects=feed.subjects,
            ack_wait_seconds=feed.ack_wait_seconds,
        )

    async def _settle(self) -> None:
        while not self._idle.is_set():
            await self._idle.wait()

    async def _pump(self) -> None:
        while True:
            if not self._jobs and not any(source.pending for source in self._inputs):
                self._idle.set()
                self._wake.clear()
                await self._wake.wait()
            self._idle.clear()
            group = self._gather()
            await self._commit(group)
            await self._finish(group)

    def _gather(self) -> _Group:
        jobs = [self._jobs.popleft() for _ in range(min(len(self._jobs), JOBS_MAX))]
        batches = []
        for source in self._inputs:
            taken = [source.pending.popleft() for _ in range(min(len(source.pending), source.feed.group_max))]
            if taken:
                batches.append((source, taken))
        return _Group(jobs, batches, self._outbox.take_sent() if self._outbox else [])

    async def _commit(self, group: _Group) -> None:
        delay = 0.05
        while True:
            try:
                await asyncio.get_running_loop().run_in_executor(self._writer, self._run_group, group)
            except sqlite3.DatabaseError as error:
                if damages(error):
                    raise unfit(self.database.path, error) from error
                if not passes(error):
                    raise
                self._refused = str(error)
                log.error("database refuses for now, the group is tried again", error=str(error), delay_seconds=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, _RETRY_SECONDS_MAX)
            else:
                self._refused = None
                return

    async def _finish(self, group: _Group) -> None:
        self.groups += 1
        for source, position in group.positions:
            source.position = position
        self._idle.set()
        unit = group.unit
        if unit is not None and self._outbox is not None:
            self._outbox.add(unit.rows)
        for job, result, error in group.results:
            if error is None:
                job.done(result)
            else:
                job.failed(error)
        # Answers go out before anything else is begun that would hold the loop up: somebody waits for them. And a reader that waits
        # for this very moment, when no group is under way, gets its turn.
        await asyncio.sleep(0)
        for call in unit.calls if unit is not None else ():
            call()
        for source, deliveries in group.batches:
            if source.reader is not None:
                await source.reader.acknowledge(deliveries[-1])

    def _run_group(self, group: _Group) -> None:
        db = self._db
        if db is None:
            raise RuntimeError("the database is not open")
        group.results.clear()
        group.positions.clear()
        group.unit = unit = Unit(db, self.name)
        db.execute("BEGIN IMMEDIATE")
        try:
            for source, deliveries in group.batches:
                position = self._handle_batch(unit, source, deliveries)
                if position is not None:
                    unit.keep_position(source.feed.stream, position)
                    group.positions.append((source, position))
            group.results.extend(doors.attempt(unit, group.jobs))
            if group.sent:
                outbox.mark_sent(db, group.sent, outbox.now())
        except BaseException:
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            raise
        try:
            db.execute("COMMIT")
        except sqlite3.Error as error:
            raise CommitFailed(f"{self.database.path}: {error}") from error

    def _handle_batch(self, unit: Unit, source: _Input, deliveries: Sequence[Delivery]) -> Position | None:
        """Handle the messages in order; give the new position, or None where all of them had been handled before."""
        before = position = source.position
        feed = source.feed
        for delivery in deliveries:
            message = delivery.message
            if position is not None and message.sequence <= position.sequence:
                continue
            try:
                decoded = feed.decode(message.body)
                mark = feed.mark(decoded)
            except Exception as error:  # noqa: BLE001 - whatever a decoder raises, the message is unreadable
                unit.dead_letter(message, error)
                position = Position(message.sequence, Mark(unreadable(message.sequence)))
                continue
            if position is not None and mark.number is not None and position.mark.number is not None:
                if mark.place <= position.mark.place:
                    position = Position(message.sequence, position.mark)
                    continue
                if not feed.subjects and not mark.follows(position.mark) and not _accepts_loss(feed.stream):
                    raise PositionLost(
                        f"{feed.stream}: number {mark.number} came after {position.mark.number}; what stood between is gone. "
                        f"Restore the stream, or set KRYTEN_ECONOMY_ACCEPT_LOSS={feed.stream} once."
                    )
            _, failure = unit.attempt(partial(_handle, feed, decoded, message))
            if failure is not None:
                unit.dead_letter(message, failure)
            position = Position(message.sequence, mark)
        return position if position is not before else None

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(_HOUSEKEEPING_SECONDS)
            rows = await self.write(_sweep)
            if self._outbox is not None and rows:
                log.warning("postings without an outcome are sent again", rows=len(rows))
                self._outbox.add(rows)


def _accepts_loss(stream: str) -> bool:
    """Tell whether the operator said to go on behind messages that are lost for good."""
    return os.environ.get("KRYTEN_ECONOMY_ACCEPT_LOSS") == stream


def _handle(feed: Feed[Any], decoded: Any, message: Message, unit: Unit) -> None:
    feed.handle(unit, decoded, message)


def _sweep(unit: Unit) -> list[outbox.Row]:
    # A true write: a disk that takes none shows in the health before a message meets it.
    unit.db.execute("INSERT OR REPLACE INTO probe VALUES (1, ?)", (int(outbox.now().timestamp()),))
    outbox.sweep(unit.db, outbox.now())
    return outbox.unseen(unit.db, outbox.now())
