"""What the shop forgets, as nobody asks for it any more."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from libs.common.database import migrate
from services.shop.queue import store as queue
from services.shop.store import MIGRATIONS
from services.shop.tips import store as tips
from tests.support.teller import CHANNEL, START


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db, MIGRATIONS)
        yield db


def test_an_id_is_void_as_long_as_its_payment_may_still_come(db: sqlite3.Connection) -> None:
    later = START + timedelta(hours=1)
    queue.void(db, CHANNEL, "Alice", "early", START)
    queue.void(db, CHANNEL, "Alice", "late", later)
    queue.add(db, CHANNEL, "Alice", "paid", 500, "queue", "2026-11-22", START)
    queue.sweep(db, later)

    assert [id_ for id_ in ("early", "late", "paid") if queue.find(db, id_) is not None] == ["late", "paid"]


def test_what_was_given_on_days_long_past_is_forgotten(db: sqlite3.Connection) -> None:
    today = START.date().isoformat()
    tips.keep(db, tips.Tip("k", CHANNEL, "Alice", "Bob", 100, today, START))
    tips.sweep(db, START)
    assert tips.given(db, CHANNEL, "Alice", today) == 100

    tips.sweep(db, START + timedelta(days=1))
    assert tips.given(db, CHANNEL, "Alice", today) == 0
