"""Transactions become rows, each once, or are refused for a reason that can be told."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from libs.analysis import archive
from libs.analysis.archive import HistoryBroken
from libs.analysis.reading import history
from libs.analysis.writing import NotWritten, Unreadable
from tests.support.told import CHANNEL, NOON, earned, leg, load, told, writer


def numbers(root: Path) -> list[int]:
    with history(root) as db:
        return [number for (number,) in db.execute("SELECT number FROM transactions ORDER BY number").fetchall()]


def test_every_leg_is_a_row_and_says_all_that_was_told(tmp_path: Path) -> None:
    given = leg(
        "Alice", -5, 7, "spend", trigger="spend.queue", reason="It's", related="Bob", metadata={"tier": [1, {"a": None}]}, counts="spent"
    )
    load(tmp_path, told(1, given, leg("@escrow", 5, 5, owner="Alice"), actor="Owner", cause="pm-1", reverses="other"))
    with history(tmp_path) as db:
        first, second = db.execute("SELECT * FROM entries ORDER BY leg").fetchall()
        whole = db.execute("SELECT * FROM transactions").fetchall()
    naive = NOON.replace(tzinfo=None)
    meta = '{"tier":[1,{"a":null}]}'
    common = (CHANNEL, naive, naive, "earning")
    assert first == (1, 0, *common, "Alice", "alice", -5, 7, "spend", "spend.queue", "It's", "Bob", meta, "spent", None)
    assert second == (1, 1, *common, "@escrow", "@escrow", 5, 5, "earn", None, None, None, None, None, "alice")
    assert whole == [(1, "posting", CHANNEL, "key-1", naive, naive, "earning", "Owner", "pm-1", "other", None, None, None)]


def test_what_moves_no_coins_is_a_transaction_without_entries(tmp_path: Path) -> None:
    load(tmp_path, told(1, kind="opened", account="Bob"), told(2, kind="refused", refusal="banned", detail="since today", account="Bob"))
    with history(tmp_path) as db:
        found = db.execute("SELECT number, kind, about, refusal, detail FROM transactions ORDER BY number").fetchall()
        assert found == [(1, "opened", "Bob", None, None), (2, "refused", "Bob", "banned", "since today")]
        assert db.execute("SELECT count(*) FROM entries").fetchall() == [(0,)]


def test_what_comes_again_is_passed_over(tmp_path: Path) -> None:
    load(tmp_path, earned(1), earned(2))
    assert load(tmp_path, earned(1), earned(2)) is None
    load(tmp_path, earned(2), earned(3), earned(3))
    assert numbers(tmp_path) == [1, 2, 3]


def test_a_hole_is_refused_and_named(tmp_path: Path) -> None:
    load(tmp_path, earned(1))
    with pytest.raises(HistoryBroken, match=r"number 3 came after 1.*fills the stream from its books"):
        load(tmp_path, earned(3))
    with pytest.raises(HistoryBroken, match="number 2 came after 1, and 2 up to 4"):
        load(tmp_path, earned(2), earned(4))
    assert numbers(tmp_path) == [1]


def test_a_hole_in_what_comes_first_is_refused_too(tmp_path: Path) -> None:
    with pytest.raises(HistoryBroken, match="number 7 came after 6, and 2 up to 9"):
        load(tmp_path, earned(7), earned(9))


def test_a_history_may_begin_late(tmp_path: Path) -> None:
    load(tmp_path, earned(7), earned(8))
    assert numbers(tmp_path) == [7, 8]


def test_another_ledgers_number_in_the_place_of_ours_is_refused(tmp_path: Path) -> None:
    load(tmp_path, earned(1), earned(2))
    with pytest.raises(HistoryBroken, match="different ledgers"):
        load(tmp_path, earned(2, key="somebody-elses"), earned(3))
    assert load(tmp_path, earned(2), earned(3)) is not None


@pytest.mark.parametrize("number", [1, 2, 3])
def test_any_number_of_another_ledger_in_the_place_of_ours_is_refused(tmp_path: Path, number: int) -> None:
    for each in range(1, 5):
        load(tmp_path, earned(each))
    with pytest.raises(HistoryBroken, match=f"number {number} in the stream is 'somebody-elses', and 'key-{number}'"):
        load(tmp_path, earned(number, key="somebody-elses"))


@pytest.mark.parametrize("what", [".", "tail", "parts", "fresh"])
def test_a_history_whose_files_were_removed_meanwhile_is_not_gone_on_with(tmp_path: Path, what: str) -> None:
    root = tmp_path / "analysis"
    made = writer(root)
    made.load([earned(1)])
    shutil.rmtree(root / what)
    with pytest.raises(HistoryBroken, match="were removed"):
        made.load([earned(2)])
    again = writer(root)
    assert again.load([earned(number) for number in range(again.last + 1, 3)]) is not None
    assert numbers(root) == [1, 2]


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"nonsense",
        b"{}",
        b"[]",
        b'{"number": "x"}',
        b"null",
        b"\xff\xfe",
        earned(2).replace(b"}", b"}\n"),
        earned(2).replace(b'"number":2,', b""),
    ],
)
def test_what_is_no_transaction_is_found_and_the_rest_is_kept(tmp_path: Path, bad: bytes) -> None:
    bodies = [earned(1), bad, earned(3), bad]
    made = writer(tmp_path)
    with pytest.raises(Unreadable):
        made.load(bodies)
    assert made.sort_out(bodies) == {1, 3}
    assert made.load([earned(1), earned(3)], unreadable=1) is not None
    assert numbers(tmp_path) == [1, 3]


def test_a_disk_that_refuses_is_told_as_such_and_nothing_changed(tmp_path: Path) -> None:
    made = writer(tmp_path)
    spool = tmp_path / "told.jsonl"
    spool.mkdir()
    with pytest.raises(NotWritten):
        made.load([earned(1)])
    spool.rmdir()
    assert made.load([earned(1)]) is not None


def test_a_damaged_last_file_is_named(tmp_path: Path) -> None:
    file = load(tmp_path, earned(1))
    assert file is not None
    file.path.write_bytes(b"PAR1")
    with pytest.raises(HistoryBroken, match="remove it, and what it held is loaded again"):
        writer(tmp_path)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 5), st.booleans()), max_size=12))
def test_however_it_comes_and_is_put_together_every_number_is_there_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int, bool]]
) -> None:
    root = tmp_path_factory.mktemp("history")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archive, "PART_NUMBERS", 7)
        patch.setattr(archive, "TAIL_FILES_MAX", 3)
        patch.setattr(archive, "GRACE_SECONDS", -1)
        made, last = writer(root), 0
        for count, again, restarts in steps:
            first = max(1, last + 1 - again)
            last += count
            made.load([earned(number) for number in range(first, last + 1)])
            made.tidy()
            if restarts:
                made.close()
                made = writer(root)
            assert made.last == last
            assert numbers(root) == list(range(1, last + 1))
        made.close()
