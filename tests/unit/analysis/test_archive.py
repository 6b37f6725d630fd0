"""Which files make up a history, whatever is there."""

import os
from pathlib import Path

import pytest

from libs.analysis import archive
from libs.analysis.archive import Archive, File, HistoryBroken, cover


def write(path: Path) -> None:
    path.write_bytes(b"rows")


@pytest.fixture
def files(tmp_path: Path) -> Archive:
    made = Archive(tmp_path, clock=lambda: 10_000.0)
    made.open(write)
    return made


def added(files: Archive, first: int, last: int, *, final: bool = False, age: float = 0) -> File:
    file = files.add(first, last, write, final=final)
    os.utime(file.path, (10_000 - age, 10_000 - age))
    return file


def names(found: list[File]) -> list[tuple[int, int]]:
    return [(file.first, file.last) for file in found]


def test_files_in_a_row_belong_together_in_the_order_of_their_numbers(files: Archive) -> None:
    added(files, 11, 12)
    added(files, 1, 10)
    assert names(files.cover()) == [(1, 10), (11, 12)]


def test_a_wider_file_takes_the_place_of_those_it_was_made_of(files: Archive) -> None:
    for first in range(1, 5):
        added(files, first, first)
    added(files, 1, 3)
    assert names(files.cover()) == [(1, 3), (4, 4)]


def test_a_part_takes_the_place_of_a_tail_of_the_same_numbers(files: Archive) -> None:
    added(files, 1, 3)
    added(files, 1, 3, final=True)
    assert [file.final for file in files.cover()] == [True]


def test_missing_numbers_are_noticed_and_named(files: Archive) -> None:
    added(files, 1, 3)
    added(files, 6, 7)
    with pytest.raises(HistoryBroken, match="numbers 4 to 5 should stand in front"):
        files.cover()


def test_a_file_of_another_kind_is_noticed(files: Archive) -> None:
    (files.root / archive.TAIL / "some-thing.parquet").write_bytes(b"")
    with pytest.raises(HistoryBroken, match="no file of the history"):
        files.cover()


def test_what_an_interrupted_write_left_is_removed_and_counts_for_nothing(files: Archive) -> None:
    left = files.root / archive.TAIL / "000000000001-000000000002.parquet.partial"
    left.write_bytes(b"ro")
    assert Archive(files.root).open(write) == []
    assert not left.exists()


def test_a_write_that_fails_leaves_no_file(files: Archive) -> None:
    def fail(path: Path) -> None:
        path.write_bytes(b"ro")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        files.add(1, 2, fail)
    assert files.cover() == []


def test_many_files_become_one(files: Archive) -> None:
    for number in range(1, archive.TAIL_FILES_MAX + 1):
        added(files, number, number)
    assert files.to_merge() == ([], False)

    added(files, archive.TAIL_FILES_MAX + 1, archive.TAIL_FILES_MAX + 1)
    merged, final = files.to_merge()
    assert (len(merged), final) == (archive.TAIL_FILES_MAX + 1, False)


def test_much_becomes_a_part(files: Archive) -> None:
    added(files, 1, 10, final=True)
    added(files, 11, 20)
    added(files, 21, archive.PART_NUMBERS + 10)
    merged, final = files.to_merge()
    assert (names(merged), final) == ([(11, 20), (21, archive.PART_NUMBERS + 10)], True)


def test_what_was_replaced_stays_while_somebody_may_read_it(files: Archive) -> None:
    added(files, 1, 1, age=5_000)
    added(files, 1, 2, age=archive.GRACE_SECONDS - 1)
    assert files.sweep() == []


def test_what_was_replaced_long_ago_goes_also_where_the_replacement_was_replaced_itself(files: Archive) -> None:
    added(files, 1, 1, age=5_000)
    added(files, 1, 2, age=archive.GRACE_SECONDS + 1)
    added(files, 1, 3, age=1)
    assert names(files.sweep()) == [(1, 1)]
    assert names(files.cover()) == [(1, 3)]


def test_a_part_never_goes(files: Archive) -> None:
    added(files, 1, 3, final=True, age=5_000)
    added(files, 1, 3, age=5_000)
    assert [file.final for file in files.sweep()] == [False]
    assert names(files.cover()) == [(1, 3)]


def test_nothing_is_an_empty_history() -> None:
    assert cover([]) == []
