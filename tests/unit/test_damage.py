"""A database that is damaged, or memory that is short, under a running service: no message's fault, so none is passed over for it."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from libs.common.database import Database, DatabaseUnfit
from libs.common.durable import Durable
from libs.common.unit import Unit

MADE = "CREATE TABLE said (id INTEGER PRIMARY KEY, word TEXT) STRICT;"


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """Give a database whose table can't be read any more, though the file can be opened."""
    path = tmp_path / "some.db"
    database = Database(path, (MADE,))
    db = database.open()
    db.executemany("INSERT INTO said (word) VALUES (?)", [("word" * 500,)] * 50)
    root, size = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'said'").fetchone()[0], 4096
    database.close()
    whole = bytearray(path.read_bytes())
    whole[(root - 1) * size : root * size] = b"\xff" * size
    path.write_bytes(whole)
    return path


@pytest.fixture
def durable(damaged: Path) -> Iterator[Durable]:
    durable = Durable("some", Database(damaged, (MADE,)), [])
    asyncio.run(durable.open())
    yield durable
    asyncio.run(durable.close())


def look(unit: Unit) -> int:
    found: int = unit.db.execute("SELECT count(*) FROM said WHERE word = 'x'").fetchone()[0]
    return found


def test_what_meets_the_damage_is_not_taken_for_a_bad_message(damaged: Path) -> None:
    db = Database(damaged, (MADE,)).open()
    db.execute("BEGIN")
    with pytest.raises(sqlite3.DatabaseError, match="malformed"):
        Unit(db).attempt(look)
    db.close()


def test_a_service_ends_at_the_damage_and_says_the_cure(durable: Durable) -> None:
    async def asked() -> None:
        durable.submit(look, lambda _: None, lambda _: None)
        await asyncio.wait_for(durable._pump(), 5)

    with pytest.raises(DatabaseUnfit, match=r"some\.db is damaged: .*malformed.*restore"):
        asyncio.run(asked())


def test_memory_that_is_short_is_no_messages_fault(tmp_path: Path) -> None:
    def take_all(_unit: Unit) -> None:
        raise MemoryError

    db = Database(tmp_path / "some.db", (MADE,)).open()
    db.execute("BEGIN")
    with pytest.raises(MemoryError):
        Unit(db).attempt(take_all)
    db.close()
