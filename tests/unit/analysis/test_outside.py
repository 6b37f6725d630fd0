"""Other programs open the views while files come and go, and see every row once."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from libs.analysis import archive, outside, shelf
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


def test_a_client_that_opened_it_for_writing_long_ago_sees_what_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "PART_NUMBERS", 5)
    monkeypatch.setattr(archive, "GRACE_SECONDS", -1)
    made = loaded(tmp_path, monkeypatch, 0)
    with duckdb.connect(str(tmp_path / outside.NAME)) as db:
        for number in range(1, 13):
            made.load([earned(number)])
            made.tidy()
            if number % 4 == 0:
                made = writer(tmp_path)
                outside.make(tmp_path)
            assert db.execute("SELECT count(*), max(number) FROM entries").fetchall() == [(2 * number, number)]


def listed(root: Path) -> set[Path]:
    return {path for folder in (archive.PARTS, shelf.FRESH) for path in (root / folder).glob("*.parquet")}


def test_no_name_that_other_programs_list_ever_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "PART_NUMBERS", 5)
    monkeypatch.setattr(archive, "GRACE_SECONDS", -1)
    made = loaded(tmp_path, monkeypatch, 0)
    before = listed(tmp_path)
    for number in range(1, 13):
        made.load([earned(number)])
        made.tidy()
        assert before <= listed(tmp_path)
        before = listed(tmp_path)


def test_in_a_flood_what_was_replaced_longest_ago_makes_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "PLACES", 4)
    made = loaded(tmp_path, monkeypatch, 0)
    for number in range(1, 21):
        made.load([earned(number)])
        made.tidy()
        assert seen(tmp_path) == [(each, 2) for each in range(1, number + 1)]


def test_what_was_kept_and_not_shown_before_the_end_is_shown_at_the_start(tmp_path: Path) -> None:
    made = writer(tmp_path)
    outside.make(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf.Shelf, "show", lambda *_: None)
        made.load([earned(1)])
    assert seen(tmp_path) == []
    writer(tmp_path)
    assert seen(tmp_path) == [(1, 2)]


WRITER = """
import os, sys, duckdb
db = duckdb.connect(sys.argv[1])
for statement in sys.argv[2:]:
    db.execute(statement)
os._exit(0)
"""


def test_what_somebody_wrote_into_it_and_did_not_finish_keeps_nobody_out(tmp_path: Path) -> None:
    writer(tmp_path)
    database = str(outside.make(tmp_path))
    subprocess.run([sys.executable, "-c", WRITER, database, "CREATE TABLE mine (x INTEGER)", "CHECKPOINT"], check=True)
    subprocess.run([sys.executable, "-c", WRITER, database, "INSERT INTO mine VALUES (1)"], check=True)
    outside.make(tmp_path)
    with duckdb.connect(database, read_only=True) as db:
        assert db.execute("SELECT x FROM mine").fetchall() == [(1,)]


def test_one_that_says_something_else_is_made_anew_without_what_was_not_finished(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    writer(tmp_path / "old")
    database = str(outside.make(tmp_path / "old"))
    subprocess.run([sys.executable, "-c", WRITER, database, "CREATE TABLE mine (x INTEGER)", "CHECKPOINT"], check=True)
    subprocess.run([sys.executable, "-c", WRITER, database, "INSERT INTO mine VALUES (1)"], check=True)
    (tmp_path / "old").rename(tmp_path / "new")
    outside.make(tmp_path / "new")
    assert seen(tmp_path / "new") == []


HOLDER = """
import sys, duckdb
db = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.readline()
"""


def test_one_that_says_something_else_stays_while_somebody_may_write_in_it(tmp_path: Path) -> None:
    writer(tmp_path)
    database = outside.make(tmp_path)
    (tmp_path / f"{outside.NAME}.made").unlink()
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        before = database.stat().st_ino
        outside.make(tmp_path)
        assert database.stat().st_ino == before
        holder.communicate(b"\n")
    outside.make(tmp_path)
    assert database.stat().st_ino != before


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
