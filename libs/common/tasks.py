"""Ending tasks for good."""

import asyncio
from collections.abc import Iterable


async def end(tasks: Iterable[asyncio.Future[None]], again_after_seconds: float = 0.2) -> None:
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
