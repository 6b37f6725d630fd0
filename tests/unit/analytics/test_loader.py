"""The way into the history, without a server: what is taken is kept and counted once, whatever comes between."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from libs.analysis.reading import history
from libs.common.position import Position, PositionLost
from libs.common.reader import Delivery, Message
from services.analytics import loader
from services.analytics.loader import Loader, mark
from services.analytics.tally import Tally
from tests.support.told import earned
from tests.support.waiting import until


class Figures:
    """Keeps the figures in memory, and can be told to fall silent before it has."""

    def __init__(self) -> None:
        self.number = 0
        self.earned = 0
        self.letters: list[bytes] = []
        self.dies = False

    async def counted(self) -> tuple[int, str]:
        return self.number, "UTC"

    async def count(self, tally: Tally, up_to: int) -> None:
        if self.dies:
            raise ConnectionAbortedError
        self.earned += sum(coins for _, total, coins in tally.lifetime if total == "earned")
        self.number = up_to

    async def dead_letters(self, messages: Sequence[Message], error: Exception) -> None:
        del error
        self.letters += [message.body for message in messages]


class Way:
    """A loader, whoever reads for it, and what was acknowledged."""

    def __init__(self, root: Path, figures: Figures) -> None:
        self.root = root
        self.figures = figures
        self.loader = Loader(root, figures)
        self.acknowledged = 0
        self.sequence = 0

    @contextmanager
    def open(self) -> Iterator[asyncio.Task[None]]:
        running = asyncio.ensure_future(self.loader.run(self.acknowledge))
        try:
            yield running
        finally:
            running.cancel()

    def give(self, *bodies: bytes) -> None:
        for body in bodies:
            self.sequence += 1
            self.loader.take(Delivery(Message("", self.sequence, "", body, datetime.now(UTC)), 1, Msg(Client())))

    async def acknowledge(self, delivery: Delivery) -> None:
        self.acknowledged = delivery.message.sequence

    async def done(self) -> None:
        await until(lambda: self.acknowledged == self.sequence, "all is kept")

    def numbers(self) -> list[int]:
        with history(self.root) as db:
            return [number for (number,) in db.execute("SELECT number FROM transactions ORDER BY number").fetchall()]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "FRESH_SECONDS", 0)
    monkeypatch.setattr(loader, "SPACING_SECONDS", 0)


@pytest.fixture
def way(tmp_path: Path) -> Way:
    return Way(tmp_path / "analysis", Figures())


async def test_what_comes_is_kept_counted_and_acknowledged(way: Way) -> None:
    with way.open():
        way.give(earned(1), earned(2))
        await way.done()
        way.give(earned(3))
        await way.done()
    assert (way.numbers(), way.figures.earned) == ([1, 2, 3], 3)


async def test_what_is_no_transaction_becomes_a_dead_letter_and_may_have_had_a_number(way: Way) -> None:
    with way.open():
        way.give(earned(1), b"nonsense")
        await way.done()
        way.give(b"more of it", earned(4))
        await way.done()
    assert way.figures.letters == [b"nonsense", b"more of it"]
    assert (way.numbers(), way.figures.earned) == ([1, 4], 2)


async def test_a_missing_number_ends_it(way: Way) -> None:
    with way.open() as running:
        way.give(earned(1), earned(3))
        with pytest.raises(PositionLost, match="number 1 came after 0, and 2 up to 3"):
            await asyncio.wait_for(running, 10)


async def test_killed_between_keeping_and_counting_it_counts_at_the_next_start(way: Way) -> None:
    way.figures.dies = True
    with way.open() as running:
        way.give(earned(1), earned(2))
        with pytest.raises(ConnectionAbortedError):
            await asyncio.wait_for(running, 10)
    assert (way.numbers(), way.figures.earned, way.acknowledged) == ([1, 2], 0, 0)

    way.figures.dies = False
    again = Way(way.root, way.figures)
    with again.open():
        again.give(earned(1), earned(2), earned(3))
        await again.done()
    assert (again.numbers(), again.figures.earned) == ([1, 2, 3], 3)


async def test_what_is_forgotten_comes_again_from_where_the_history_ends(way: Way) -> None:
    asked: list[Position | None] = []

    def at(sequence: int) -> Callable[[Position | None], Awaitable[int]]:
        async def find(position: Position | None) -> int:
            asked.append(position)
            return sequence

        return find

    with way.open():
        assert await way.loader.locate(at(0)) == 0
        way.give(earned(1), earned(2))
        await way.done()
        way.give(earned(3))
        way.loader.forget()
        assert await way.loader.locate(at(77)) == 76
    assert asked[0] is None
    assert asked[1] is not None
    assert (asked[1].sequence, asked[1].mark) == (2, mark(earned(2)))


async def test_what_could_not_be_read_is_counted_once_though_it_comes_again(way: Way) -> None:
    """Each stands for one number that may be missing: counted twice, a number too many could be."""

    async def anywhere(_place: Position | None) -> int:
        return 1

    with way.open() as running:
        way.give(earned(1), b"nonsense")
        await until(lambda: bool(way.figures.letters), "it was sorted out")
        way.loader.forget()
        await way.loader.locate(anywhere)
        way.give(earned(1), b"nonsense", earned(4))
        with pytest.raises(PositionLost):
            await asyncio.wait_for(running, 10)


async def test_where_the_next_number_is_gone_the_cure_is_told(way: Way) -> None:
    async def find(_position: Position | None) -> int:
        raise PositionLost("gone")

    with way.open(), pytest.raises(PositionLost, match="the ledger anew: it fills the stream from its books"):
        await way.loader.locate(find)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'{"number": null}', b'{"number": "x"}', b"\xff"])
def test_what_names_no_number_is_no_transaction(body: bytes) -> None:
    with pytest.raises(ValueError):
        mark(body)
