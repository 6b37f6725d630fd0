"""Doing several things at once, and ending tasks for good."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def together(works: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Begin all, in order, and wait for all; the first that fails ends the others, and its error is raised.

    Not by nats-py's `publish_async` for messages in flight together: it makes a task for each as well, loses one of its 4,000 places
    for good with each publish that raises, and takes a cancellation for a stall.
    """
    tasks = [asyncio.create_task(work) for work in works]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


async def end(tasks: Iterable[asyncio.Future[Any]], again_after_seconds: float = 0.2) -> None:
    """Cancel tasks until they have ended; what they raise is theirs to tell.

    Once is not enough: before Python 3.12 `asyncio.wait_for`, through which the NATS client waits for every answer, loses a
    cancellation that comes in the same turn as the answer, and the task goes on as if nothing had been said.
    """
    every = list(tasks)
    pending = {task for task in every if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=again_after_seconds)
    await asyncio.gather(*every, return_exceptions=True)
