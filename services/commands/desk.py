"""Who is served when: one question at a time for each viewer, several viewers at once."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from libs.common.names import fold
from services.commands.store import Question

AT_ONCE: Final = 1_000
"""Viewers served at the same time: more than wait for a ledger that is away, so that nobody waits who needs none."""

Who = tuple[str, str]


class Desk:
    """Takes questions as they come and has each served, in order for each viewer. Nothing is kept here: the inbox is the truth."""

    def __init__(self, serve: Callable[[Question], Awaitable[None]], at_once: int = AT_ONCE) -> None:
        """Take what serves one question to its end; what it raises ends `run`."""
        self._serve = serve
        self._at_once = at_once
        self._waiting: dict[Who, deque[Question]] = {}
        self._ready: deque[Who] = deque()
        self._here: set[int] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._failed: asyncio.Future[None] | None = None

    @property
    def depth(self) -> int:
        """Give the number of questions not answered yet."""
        return len(self._here)

    def offer(self, question: Question) -> None:
        """Take one question, unless it is here already; it is served at once if its sender is not being served and there is room."""
        if question.id in self._here:
            return
        self._here.add(question.id)
        who = (question.message.channel, fold(question.message.user))
        queue = self._waiting.get(who)
        if queue is not None:
            queue.append(question)
            return
        self._waiting[who] = deque((question,))
        self._ready.append(who)
        self._start()

    async def run(self) -> None:
        """Wait until cancelled, and end what is being served with it; raise what serving raised."""
        self._failed = asyncio.get_running_loop().create_future()
        self._start()
        try:
            await self._failed
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    def _start(self) -> None:
        while self._failed is not None and self._ready and len(self._running) < self._at_once:
            task = asyncio.create_task(self._serve_first(self._ready.popleft()))
            self._running.add(task)
            task.add_done_callback(self._ended)

    async def _serve_first(self, who: Who) -> None:
        queue = self._waiting[who]
        await self._serve(queue[0])
        self._here.discard(queue.popleft().id)
        if queue:
            self._ready.append(who)
        else:
            del self._waiting[who]

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self._start()
        elif self._failed is not None and not self._failed.done():
            self._failed.set_exception(error)
