"""Other programs open the views while files come and go, and see every row once."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from libs.analysis import archive, outside
from libs.analysis.writing import Writer
from tests.support.told import earned, writer


def seen(root: Path) -> list[tuple[int, int]]:
    with duckdb.connect(str(root / outside.NAME), read_only=True) as db:
        return db.execute("SELECT number, count(*) FROM entries GROUP BY number ORDER BY number").fetchall()


def loaded(root: Path, patch: pytest.MonkeyPatch, last: int) -> Writer:
    patch.setattr(archive, "TAIL_FILES_MAX", 2)
    made = writer(root)
    outside.make(root)
    for number in range(1, last + 1):
        made.load([earned(number)])
    return made


def test_an_empty_history_can_be_asked(tmp_path: Path) -> None:
    writer(tmp_path)
    outside.make(tmp_path)
    assert seen(tmp_path) == []


@pytest.mark.parametrize("part", [5, 1_000])
@pytest.mark.parametrize("grace", [900, -1])
def test_every_row_is_seen_once_while_what_was_merged_is_still_there_and_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int, grace: int
) -> None:
    monkeypatch.setattr(archive, "PART_NUMBERS", part)
    monkeypatch.setattr(archive, "GRACE_SECONDS", grace)
    made = loaded(tmp_path, monkeypatch, 5)
    assert seen(tmp_path) == [(number, 2) for number in range(1, 6)]
    made.tidy()
    assert seen(tmp_path) == [(number, 2) for number in range(1, 6)]
    made.load([earned(6)])
    assert seen(tmp_path) == [(number, 2) for number in range(1, 7)]


def test_the_database_is_made_anew_under_a_reader(tmp_path: Path) -> None:
    made = writer(tmp_path)
    outside.make(tmp_path)
    with duckdb.connect(str(tmp_path / outside.NAME)) as db:  # one that may write, and holds its lock
        outside.make(tmp_path)
        made.load([earned(1)])
        assert db.execute("SELECT count(*) FROM entries").fetchall() == [(2,)]


READER = """
import sys, duckdb
root, until = sys.argv[1], int(sys.argv[2])
db = duckdb.connect(root, read_only=True)
last = 0
while last < until:
    rows, distinct, last = db.execute(
        "SELECT count(*), count(DISTINCT number * 1000 + leg), coalesce(max(number), 0) FROM entries").fetchall()[0]
    assert rows == distinct == 2 * last, (rows, distinct, last)
"""


def test_a_second_process_reads_all_the_while_without_waiting_or_failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "PART_NUMBERS", 20)
    monkeypatch.setattr(archive, "TAIL_FILES_MAX", 3)
    made = writer(tmp_path)
    database = outside.make(tmp_path)
    last = 100
    reader = subprocess.Popen([sys.executable, "-c", READER, str(database), str(last)], stderr=subprocess.PIPE)
    for number in range(1, last + 1, 2):
        made.load([earned(number), earned(number + 1)])
        made.tidy()
    _, errors = reader.communicate(timeout=60)
    assert (reader.returncode, errors) == (0, b"")
