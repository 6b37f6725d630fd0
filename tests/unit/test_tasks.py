"""Tasks that are done together, and end when they are told to, whatever they did with the first word."""

import asyncio
from contextlib import suppress

import pytest

from libs.common.tasks import end, together


async def deaf(times: int) -> None:
    """Go on after so many cancellations, as one lost on the way lets a task go on."""
    for _ in range(times):
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
    await asyncio.Event().wait()


async def test_a_task_that_misses_a_cancellation_ends_all_the_same() -> None:
    tasks = [asyncio.create_task(deaf(times)) for times in (0, 1, 2)]
    await asyncio.sleep(0)

    await asyncio.wait_for(end(tasks, again_after_seconds=0.01), 5)

    assert all(task.cancelled() for task in tasks)


async def test_what_a_task_raised_stops_nothing() -> None:
    async def fail() -> None:
        raise ValueError

    await end([asyncio.create_task(fail()), asyncio.create_task(deaf(0))], again_after_seconds=0.01)


async def test_what_is_done_together_begins_in_order() -> None:
    begun: list[int] = []

    async def begin(number: int) -> int:
        begun.append(number)
        await asyncio.sleep(0)
        return number

    assert (await together(begin(number) for number in range(3)), begun) == ([0, 1, 2], [0, 1, 2])


@pytest.mark.parametrize("work", [ValueError, asyncio.CancelledError])
async def test_of_what_is_done_together_the_first_end_is_the_end_of_all(work: type[BaseException]) -> None:
    ended = asyncio.Event()

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def fail() -> None:
        raise work

    with pytest.raises(work):
        await together([wait(), fail()])
    await asyncio.wait_for(ended.wait(), 5)
