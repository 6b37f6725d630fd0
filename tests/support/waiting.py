"""Waiting for a condition, with a deadline and a reason."""

import asyncio
import time
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], Awaitable[bool]], what: str, within_seconds: float = 15.0, every_seconds: float = 0.02) -> None:
    """Wait until the condition holds; it is asked again and again, since what it asks is another process."""
    deadline = time.monotonic() + within_seconds
    while not await condition():
        if time.monotonic() > deadline:
            message = f"{what}: not within {within_seconds} s"
            raise AssertionError(message)
        await asyncio.sleep(every_seconds)
