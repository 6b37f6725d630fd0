"""`ECONOMY_TRANSACTIONS`: the journal as a stream. Its own tail is the cursor, so nothing is told before it is durable or forgotten."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Final

import structlog

from libs.common import subjects
from libs.common.contracts.ledger import TRANSACTION, Transaction
from libs.common.ordered import OrderedOutput, OutputInDoubt
from libs.common.position import PositionLost
from services.ledger import metrics, queries
from services.ledger.store import Connection

log = structlog.get_logger()

ROWS_MAX: Final = 500
BYTES_MAX: Final = 1024 * 1024
"""In one go to the server."""
_RETRY_SECONDS_MAX: Final = 5.0
_MANY: Final = 20
_GATHER_SECONDS: Final = 0.1
_GATHER_MANY_SECONDS: Final = 0.25
"""From one go to the next, and where that one had many, unless there is more than one can hold: nobody waits for these, and the server
makes a batch of many as cheaply as one of few."""


class Journal:
    """Publishes the journal's rows, in order, each once."""

    def __init__(self, path: Path, output: Callable[[], OrderedOutput], executor: Executor, passing: tuple[type[Exception], ...]) -> None:
        """Take the database, how to make the output, where to read, and which errors of the connection may pass."""
        self.published = 0
        """The number of the last row known to be in the stream."""
        self.connected = False
        """Whether the stream's tail is known."""
        self._path = path
        self._make_output = output
        self._executor = executor
        self._passing: tuple[type[Exception], ...] = (OutputInDoubt, *passing)
        self._wake = asyncio.Event()
        self._db: Connection | None = None
        self._output: OrderedOutput | None = None

    def wake(self) -> None:
        """Tell that something was committed. Belongs to the event loop."""
        self._wake.set()

    def interrupt(self) -> None:
        """Put in doubt what is in flight: after a reconnect its acknowledgement will not come."""
        if self._output is not None:
            self._output.interrupt()

    async def run(self) -> None:
        """Publish until cancelled.

        Raises:
            PositionLost: the stream and the database contradict each other.
        """
        delay = 0.05
        while True:
            try:
                output = self._output = self._make_output()
                self.published = await self._tail(output)
                self.connected = True
                delay = 0.05
                await self._follow(output)
            except self._passing as error:
                self.connected = False
                log.info("transactions in doubt, begins anew behind the tail", error=repr(error), delay_seconds=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, _RETRY_SECONDS_MAX)

    async def _follow(self, output: OrderedOutput) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            self._wake.clear()
            began = clock()
            rows = await self._read(self.published, ROWS_MAX)
            for part in parts(rows):
                await output.publish([(subjects.transactions(channel), body) for _, channel, body in part])
                self.published = part[-1][0]
            if len(rows) < ROWS_MAX:
                pause = _GATHER_SECONDS if len(rows) < _MANY else _GATHER_MANY_SECONDS
                await asyncio.sleep(began + pause - clock())
                await self._wake.wait()

    async def _tail(self, output: OrderedOutput) -> int:
        """Give the number of the stream's last message; 0 of an empty one: it is filled from the first number on."""
        tail = await output.tail()
        if tail is None:
            return 0
        try:
            told = TRANSACTION.validate_json(tail.body)
        except ValueError as error:
            raise PositionLost(f"{subjects.TRANSACTIONS}: its last message can't be read; somebody else wrote it") from error
        ours = await self._read(told.number - 1, 1)
        if not ours:
            raise PositionLost(
                f"{subjects.TRANSACTIONS} ends with number {told.number}, and the database does not go that far: it is an older copy. "
                f"Restore the newer one; or, if that is lost, purge the stream and start again: it is filled from what is there."
            )
        if not same(told, Transaction.model_validate_json(ours[0][2])):
            raise PositionLost(
                f"{subjects.TRANSACTIONS}: number {told.number} there is another than in the database: they belong to different ledgers. "
                f"Start with the right state directory; or purge the stream, and it is filled from this database."
            )
        return told.number

    async def _read(self, after: int, count: int) -> list[tuple[int, str, bytes]]:
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._read_now, after, count)

    def _read_now(self, after: int, count: int) -> list[tuple[int, str, bytes]]:
        if self._db is None:
            self._db = queries.reader(self._path)
        rows = list(queries.journal(self._db, after, count))
        metrics.UNPUBLISHED.set(queries.last_number(self._db) - after)
        return rows


def parts(rows: Sequence[tuple[int, str, bytes]]) -> list[list[tuple[int, str, bytes]]]:
    """Cut rows into runs that are not too large to be sent in one go."""
    runs: list[list[tuple[int, str, bytes]]] = []
    room = 0
    for row in rows:
        if len(row[2]) > room or not runs:
            runs.append([])
            room = BYTES_MAX
        runs[-1].append(row)
        room -= len(row[2])
    return runs


def same(told: Transaction, kept: Transaction) -> bool:
    """Tell whether two tell of the same thing; spellings may have changed since."""
    return (told.number, told.channel, told.kind, told.key, told.committed) == (
        kept.number,
        kept.channel,
        kept.kind,
        kept.key,
        kept.committed,
    )
