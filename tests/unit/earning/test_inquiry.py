"""Postings whose outcome was told before they were asked for are settled by asking the ledger."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast

import pytest

from libs.common import outbox, subjects
from libs.common.contracts.ledger import Open, Posting, Transaction
from libs.common.contracts.ledger_requests import PostingAnswer, PostingRequest
from libs.common.durable import SCHEMA, Durable, Unit
from libs.common.service import NoAnswer
from services.earning.pay.inquiry import Inquiry
from tests.support.earning_stage import transaction

T = TypeVar("T")
LONG_AGO = outbox.now() - timedelta(minutes=10)


class Books:
    """A database with an outbox, written at once."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.executescript(SCHEMA)
        self.taken_back: list[str] = []

    def take_back(self, unit: Unit, refused: Transaction) -> None:
        assert unit.unsettled(refused.key) is not None
        self.taken_back.append(refused.key)

    async def write(self, work: Callable[[Unit], T]) -> T:
        return work(Unit(self.db, "earning"))

    def sent(self, *keys: str, at: datetime) -> None:
        unit = Unit(self.db, "earning")
        for key in keys:
            unit.post("room", Posting(key=key, at=datetime(2026, 11, 22, tzinfo=UTC), lines=[Open(account="alice")]))
        outbox.mark_sent(self.db, [row.id for row in unit.rows], at)

    def waiting(self) -> list[str]:
        return [key for (key,) in self.db.execute("SELECT key FROM outbox ORDER BY id")]


def ledger_that_knows(*keys: str, refused: tuple[str, ...] = ()) -> Callable[[str, PostingRequest, float], object]:
    async def ask(subject: str, request: PostingRequest, _seconds: float) -> bytes:
        assert subject == subjects.ledger("room", "earning", "posting")
        told = transaction(1, "refused", key=request.key) if request.key in refused else None
        return PostingAnswer(found=request.key in (*keys, *refused), transaction=told).encode()

    return ask


def inquiry(books: Books, *known: str, refused: tuple[str, ...] = ()) -> Inquiry:
    return Inquiry(cast("Durable", books), ledger_that_knows(*known, refused=refused), books.take_back)  # type: ignore[arg-type]


async def test_what_the_ledger_knows_is_settled_and_the_rest_waits() -> None:
    books = Books()
    books.sent("a", "b", "c", at=LONG_AGO)

    assert await inquiry(books, "a", "c").settle() == 2
    assert books.waiting() == ["b"]


async def test_what_the_ledger_refused_is_taken_back_and_settled() -> None:
    books = Books()
    books.sent("a", "b", at=LONG_AGO)

    assert await inquiry(books, "a", refused=("b",)).settle() == 2
    assert (books.waiting(), books.taken_back) == ([], ["b"])


async def test_what_was_sent_just_now_is_not_asked_after() -> None:
    books = Books()
    books.sent("a", at=outbox.now())

    assert await inquiry(books, "a").settle() == 0
    assert books.waiting() == ["a"]


async def test_a_ledger_that_does_not_answer_leaves_all_as_it_is() -> None:
    async def silent(_subject: str, _request: PostingRequest, _seconds: float) -> bytes:
        raise NoAnswer("nobody")

    books = Books()
    books.sent("a", at=LONG_AGO)

    with pytest.raises(NoAnswer):
        await Inquiry(cast("Durable", books), silent, books.take_back).settle()
    assert books.waiting() == ["a"]
