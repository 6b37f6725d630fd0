"""Payments as they are kept."""

import sqlite3
from datetime import UTC, datetime

from libs.common.database import migrate
from services.shop.queue import store
from services.shop.queue.rules import Past
from services.shop.queue.store import Payment
from services.shop.store import MIGRATIONS

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_payments_of_an_older_database_are_all_there() -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db, MIGRATIONS[:1])
    for request_id, state in (("a", "paid"), ("b", "paying")):
        store.add(db, "room", "Alice", request_id, 3, "queue", "2026-11-22", NOON)
        store.move(db, request_id, state)  # type: ignore[arg-type]
    store.add(db, "room", "Alice", "c", 4, "queue", "2026-11-22", NOON)
    store.move(db, "c", "refunded", NOON)
    store.void(db, "room", "Bob", "d", NOON)
    before = [store.find(db, request_id) for request_id in "abcd"]
    migrate(db, MIGRATIONS)
    assert [store.find(db, request_id) for request_id in "abcd"] == before
    assert before[2] == Payment("c", "Alice", "alice", "room", 4, "queue", "refunded")
    assert store.past(db, "room", "alice", "2026-11-22", NOON) == Past(2, NOON)
    assert db.execute("SELECT refunded, refunded_at IS NOT NULL FROM queue_spend_requests WHERE request_id = 'c'").fetchone() == (1, 1)


def test_what_somebody_bought_is_found_without_a_look_at_the_rest() -> None:
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db, MIGRATIONS)
    asked = {"channel": "room", "user": "alice", "day": "2026-11-22", "since": 0}
    plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {store.PAST}", asked)]
    assert sum("USING COVERING INDEX queue_spend_requests_kept (channel=? AND user=?" in step for step in plan) == 2
