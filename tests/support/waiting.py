"""Waiting for a condition, with a deadline and a reason; never for a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable


async def until(
    condition: Callable[[], bool | Awaitable[bool]],
    what: str = "the condition",
    within_seconds: float = 20.0,
    every_seconds: float = 0.02,
) -> None:
    """Wait until the condition holds; it is asked again and again, since what it asks is another process."""
    deadline = time.monotonic() + within_seconds
    while not await _holds(condition):
        if time.monotonic() > deadline:
            message = f"{what}: not within {within_seconds} s"
            raise AssertionError(message)
        await asyncio.sleep(every_seconds)


async def _holds(condition: Callable[[], bool | Awaitable[bool]]) -> bool:
    found = condition()
    return found if isinstance(found, bool) else await found
