import asyncio

import pytest

from services.commands.desk import Desk
from services.commands.store import Question
from tests.support.commands import message


class Counter:
    """Serves when told to; notes who is being served at once."""

    def __init__(self) -> None:
        self.now: set[str] = set()
        self.most = 0
        self.served: list[str] = []
        self.go = asyncio.Event()

    async def serve(self, question: Question) -> None:
        user = question.message.user
        assert user.casefold() not in self.now
        self.now.add(user.casefold())
        self.most = max(self.most, len(self.now))
        await self.go.wait()
        await asyncio.sleep(0)
        self.now.remove(user.casefold())
        self.served.append(f"{user} {question.message.text}")


def question(number: int, user: str) -> Question:
    return Question(number, number, message(str(number), user=user))


async def until_empty(desk: Desk) -> None:
    async with asyncio.timeout(5):
        while desk.depth:  # noqa: ASYNC110 - the desk tells nobody when it is empty
            await asyncio.sleep(0)


@pytest.fixture
async def counter() -> Counter:
    return Counter()


async def test_one_viewer_is_served_in_order_one_at_a_time(counter: Counter) -> None:
    desk = Desk(counter.serve)
    running = asyncio.create_task(desk.run())
    for number in range(5):
        desk.offer(question(number, "Alice" if number % 2 else "alice"))
    counter.go.set()
    await until_empty(desk)
    running.cancel()
    assert counter.served == ["alice 0", "Alice 1", "alice 2", "Alice 3", "alice 4"]


async def test_several_viewers_are_served_at_once_up_to_a_bound(counter: Counter) -> None:
    desk = Desk(counter.serve, at_once=3)
    running = asyncio.create_task(desk.run())
    for number in range(10):
        desk.offer(question(number, f"viewer{number}"))
    await asyncio.sleep(0)
    counter.go.set()
    await until_empty(desk)
    running.cancel()
    assert counter.most == 3
    assert len(counter.served) == 10


async def test_a_question_that_is_here_is_not_taken_again(counter: Counter) -> None:
    desk = Desk(counter.serve)
    running = asyncio.create_task(desk.run())
    desk.offer(question(1, "alice"))
    desk.offer(question(1, "alice"))
    counter.go.set()
    await until_empty(desk)
    running.cancel()
    assert counter.served == ["alice 1"]


async def test_what_serving_raises_ends_it() -> None:
    async def serve(_question: Question) -> None:
        raise RuntimeError("broken")

    desk = Desk(serve)
    desk.offer(question(1, "alice"))
    with pytest.raises(RuntimeError, match="broken"):
        await desk.run()
