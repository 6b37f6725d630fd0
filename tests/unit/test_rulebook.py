"""The configuration in force, as a service keeps it."""

import sqlite3
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from libs.common.rulebook import SCHEMA, Rulebook


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.executescript(SCHEMA)
    yield db
    db.close()


def test_one_that_can_not_be_read_any_more_is_read_and_told_of_once(db: sqlite3.Connection) -> None:
    db.execute("""INSERT INTO configuration VALUES (1, 'old', '{"gambling": {"enabled": "so and so"}}')""")
    rulebook = Rulebook()

    with capture_logs() as told:
        found = [(rulebook.rules(db), rulebook.version(db)) for _event in range(3)]

    assert found == [(None, None)] * 3
    assert [line["version"] for line in told] == ["old"]
