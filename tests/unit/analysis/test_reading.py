"""Who asks the history can't harm it, nor look elsewhere."""

from pathlib import Path

import duckdb
import pytest

from libs.analysis.archive import HistoryBroken
from libs.analysis.reading import NotAQuestion, ask, history
from tests.support.told import earned, load


@pytest.fixture
def root(tmp_path: Path) -> Path:
    load(tmp_path, earned(1, "Alice", 5), earned(2, "ALICE", 2), earned(3, "bob"))
    (tmp_path.parent / "secret.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    return tmp_path


def test_a_question_is_answered_with_names_and_rows(root: Path) -> None:
    with history(root) as db:
        assert ask(db, "SELECT folded, sum(amount) AS coins FROM entries GROUP BY ALL ORDER BY coins") == (
            ["folded", "coins"],
            [("@mint", -8), ("bob", 1), ("alice", 7)],
        )


def test_moments_with_a_zone_come_as_text(root: Path) -> None:
    with history(root) as db:
        assert ask(db, 'SELECT TIMESTAMPTZ \'2026-11-22 12:00:00+00\' AS "a ""b""", 1 AS c')[1][0][1] == 1


@pytest.mark.parametrize(
    "question",
    [
        "COPY (SELECT 1) TO '{root}/parts/x.parquet'",
        "SELECT 1; COPY (SELECT 1) TO '{root}/x'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{root}/x'",
        "ATTACH '{root}/x.db'",
        "SET threads = 8",
        "INSTALL httpfs",
        "CREATE TABLE t AS SELECT 1",
        "PRAGMA database_list",
        "",
    ],
)
def test_what_is_no_question_is_refused(root: Path, question: str) -> None:
    with history(root) as db, pytest.raises(NotAQuestion):
        ask(db, question.format(root=root))


@pytest.mark.parametrize(
    "question",
    [
        "FROM read_csv('{out}')",
        "FROM '{out}'",
        "FROM read_text('{out}')",
        "FROM glob('{out}')",
        "FROM query('COPY (SELECT 1) TO ''{root}/x''')",
    ],
)
def test_nothing_else_can_be_read_or_written(root: Path, question: str) -> None:
    with history(root) as db, pytest.raises(duckdb.Error):
        ask(db, question.format(root=root, out=root.parent / "secret.csv"))
    assert not (root / "x").exists()


def test_without_a_history_it_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(HistoryBroken, match="no history"), history(tmp_path / "nowhere"):
        pass
