"""Looks into the books: nobody's is taken in vain, and equal ones are taken once."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from services.ledger.reads import GIVEN_UP_SECONDS, GivenUp, Reads
from tests.support.teller import Teller


class Bench:
    """Reads behind a look that goes on until the test lets it end, and a clock the test turns."""

    def __init__(self, path: Path) -> None:
        self.now = 0.0
        self.taken: list[str] = []
        self._goes_on = threading.Event()
        self._begun = threading.Event()
        self.reads = Reads(path, clock=lambda: self.now)
        self._long: asyncio.Task[int] | None = None

    async def begin_long(self) -> None:
        """Begin a look that lasts."""

        def look(_db: sqlite3.Connection) -> int:
            self._begun.set()
            assert self._goes_on.wait(10)
            return 1

        self._long = asyncio.create_task(self.reads.ask("long", look))
        await asyncio.to_thread(self._begun.wait, 10)

    async def end_long(self) -> int:
        self._goes_on.set()
        assert self._long is not None
        return await self._long

    def ask(self, question: str) -> "asyncio.Task[int]":
        def look(db: sqlite3.Connection) -> int:
            self.taken.append(question)
            return int(db.execute("SELECT count(*) FROM journal").fetchone()[0])

        return asyncio.create_task(self.reads.ask(question, look))


@pytest.fixture
def bench(teller: Teller) -> Bench:
    teller.viewers(alice=5)
    return Bench(teller.path)


async def settle() -> None:
    """Let every task there is come to where it waits."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_a_look_is_answered(bench: Bench) -> None:
    assert await bench.ask("count") == 2


async def test_a_look_whose_asker_has_given_up_is_not_taken(bench: Bench) -> None:
    await bench.begin_long()
    waiting = bench.ask("count")
    await settle()
    bench.now += GIVEN_UP_SECONDS + 0.1
    await bench.end_long()
    with pytest.raises(GivenUp):
        await waiting
    assert bench.taken == []


async def test_who_asks_again_in_time_is_answered(bench: Bench) -> None:
    await bench.begin_long()
    first = bench.ask("count")
    await settle()
    bench.now += GIVEN_UP_SECONDS + 0.1
    again = bench.ask("count")
    await settle()
    await bench.end_long()
    assert (await first, await again, bench.taken) == (2, 2, ["count"])


async def test_equal_looks_that_wait_are_taken_once(bench: Bench) -> None:
    await bench.begin_long()
    waiting = [bench.ask(question) for question in ("a", "b", "a", "a")]
    await settle()
    await bench.end_long()
    assert (await asyncio.gather(*waiting), bench.taken) == ([2, 2, 2, 2], ["a", "b"])


async def test_what_has_begun_answers_nobody_who_comes_later(bench: Bench) -> None:
    await bench.begin_long()
    later = asyncio.create_task(bench.reads.ask("long", lambda _db: 2))
    await settle()
    assert (await bench.end_long(), await later) == (1, 2)


async def test_one_who_stops_waiting_takes_nothing_from_the_others(bench: Bench) -> None:
    await bench.begin_long()
    gone, stays = bench.ask("count"), bench.ask("count")
    await settle()
    gone.cancel()
    await bench.end_long()
    assert await stays == 2


async def test_a_failed_look_fails_for_all_who_asked(bench: Bench) -> None:
    def look(_db: sqlite3.Connection) -> int:
        raise ValueError("no")

    await bench.begin_long()
    both = [asyncio.create_task(bench.reads.ask("bad", look)) for _ in range(2)]
    await settle()
    await bench.end_long()
    assert [type(each) for each in await asyncio.gather(*both, return_exceptions=True)] == [ValueError, ValueError]
