"""Looks into the books, one after another on a thread of their own: a long one keeps nobody's posting waiting."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

from services.ledger import queries
from services.ledger.store import Connection

T = TypeVar("T")

GIVEN_UP_SECONDS: Final = 2.0
"""Who has waited so long has given up, and asked again if the answer still matters."""


class GivenUp(Exception):
    """A look was not taken: nobody waits for it any more."""


class Reads:
    """The thread that looks, and what waits for it."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Take where the books are; nothing is opened yet."""
        self._path = path
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger-reader")
        self._db: Connection | None = None
        self._waiting: dict[object, asyncio.Future[Any]] = {}
        """The answers of looks not begun yet."""
        self._asked: dict[object, float] = {}
        """When each of them was last asked for."""
        self._lock = threading.Lock()

    async def look(self, look: Callable[[Connection], T]) -> T:
        """Take a look, however long it has to wait."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: look(self._books()))

    async def ask(self, question: object, look: Callable[[Connection], T]) -> T:
        """Take a look for somebody who will not wait for ever; those who ask the same before it begins share it.

        Who comes later gets a look of his own: he may know of a posting that this one does not see.

        Raises:
            GivenUp: its turn came too late.
        """
        with self._lock:
            answer = self._waiting.get(question)
            if answer is None:
                answer = asyncio.get_running_loop().run_in_executor(self._thread, self._take, question, look)
                self._waiting[question] = answer
            self._asked[question] = self._clock()
        taken: T = await asyncio.shield(answer)
        return taken

    def _take(self, question: object, look: Callable[[Connection], T]) -> T:
        with self._lock:
            del self._waiting[question]
            waited = self._clock() - self._asked.pop(question)
        if waited > GIVEN_UP_SECONDS:
            raise GivenUp(f"waited {waited:.1f} s for its turn")
        return look(self._books())

    def _books(self) -> Connection:
        if self._db is None:
            self._db = queries.reader(self._path)
        return self._db
