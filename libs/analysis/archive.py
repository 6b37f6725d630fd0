"""The history's files: what is there, what belongs together, and how one is added or replaced without anybody noticing.

A file's name says which numbers it holds, so the files themselves are the position: nothing else has to be kept in step with them.

- `parts/<first>-<last>.parquet` are large and final.
- `tail/<first>-<last>.parquet` are small and fresh. When they are many they become one; when they are much they become a part. What was
  made one stays for a while: somebody may be reading it.
- `fresh/` shows the tail to other programs under names that never go: see `shelf.py`.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from libs.analysis.shelf import Shelf

FOLDER: Final = "analysis"
"""In the state directory."""
PARTS: Final = "parts"
TAIL: Final = "tail"
EMPTY: Final = "empty.parquet"
"""Among the parts, without rows: whoever reads `*.parquet` finds something from the first moment on."""
PART_NUMBERS: Final = 100_000
"""So many transactions make a part: two of DuckDB's row groups, and 100 files in 10 million transactions."""
TAIL_FILES_MAX: Final = 32
"""More than these, and they become one."""
GRACE_SECONDS: Final = 15 * 60
"""How long a file stays after another has taken its place: no question takes longer."""
_PARTIAL: Final = ".partial"


class HistoryBroken(Exception):
    """Files of the history are missing or are not what they should be; says what to do."""


@dataclass(frozen=True, slots=True, order=True)
class File:
    """One file, and which numbers it holds."""

    first: int
    last: int
    path: Path

    @property
    def numbers(self) -> int:
        """How many transactions it holds."""
        return self.last - self.first + 1

    @property
    def final(self) -> bool:
        """Whether it is a part."""
        return self.path.parent.name == PARTS

    def covers(self, other: "File") -> bool:
        """Tell whether this one holds all that another does, and is not that other."""
        return self.path != other.path and self.first <= other.first and other.last <= self.last


def files(root: Path) -> list[File]:
    """Give all files of a history, in no order."""
    return [File(*_numbers(path), path) for folder in (TAIL, PARTS) for path in (root / folder).glob("*-*.parquet")]


def cover(found: Iterable[File]) -> list[File]:
    """Give the files that together hold every number once, in order: the widest ones.

    Raises:
        HistoryBroken: numbers are missing in between.
    """
    chosen: list[File] = []
    for file in sorted(found, key=lambda file: (file.first, -file.last, not file.final)):
        if chosen and file.last <= chosen[-1].last:
            continue
        if chosen and file.first != chosen[-1].last + 1:
            raise HistoryBroken(
                f"{file.path.parent.parent}: numbers {chosen[-1].last + 1} to {file.first - 1} should stand in front of {file.path.name}, "
                "and are not there. Put the missing file back; or remove the whole directory, and it is made anew from the stream."
            )
        chosen.append(file)
    return chosen


class Archive:
    """The files of a history, for the one process that writes them."""

    def __init__(self, root: Path, clock: Callable[[], float] = time.time) -> None:
        """Take the directory; `open` makes it."""
        self.root = root
        self._clock = clock
        self._shelf = Shelf(root)

    def open(self, write_nothing: Callable[[Path], None]) -> list[File]:
        """Make the folders, with a file without rows; remove what an interrupted write left; give the files that hold everything.

        Raises:
            HistoryBroken: numbers are missing.
        """
        for folder in (PARTS, TAIL):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
            for left in (self.root / folder).glob(f"*{_PARTIAL}"):
                left.unlink()
        if not self._nothing.exists():
            put(self._nothing, write_nothing)
        sync(self.root)
        sync(self.root.parent)
        held = self.cover()
        self._shelf.open((file.path for file in files(self.root) if not file.final), self._nothing)
        for file in held:
            if not file.final:
                self._show(file)
        return held

    def is_whole(self) -> bool:
        """Tell whether all is there that `open` made."""
        return self._nothing.exists() and self._shelf.is_whole()

    def cover(self) -> list[File]:
        """Give the files that together hold everything, in order."""
        return cover(files(self.root))

    def add(self, first: int, last: int, write: Callable[[Path], None], *, final: bool = False) -> File:
        """Have a file written, and let it count once it is durable and whole."""
        path = self.root / (PARTS if final else TAIL) / f"{first:012}-{last:012}.parquet"
        put(path, write)
        file = File(first, last, path)
        if not final:
            self._show(file)
        return file

    def to_merge(self) -> tuple[list[File], bool]:
        """Give the files of the tail that should become one now, and whether that one is a part; none where all is well."""
        tail = [file for file in self.cover() if not file.final]
        much = sum(file.numbers for file in tail) >= PART_NUMBERS
        return (tail, much) if much or len(tail) > TAIL_FILES_MAX else ([], False)

    def sweep(self) -> list[File]:
        """Remove what another file took the place of long enough ago; give what was removed."""
        before = self._clock() - GRACE_SECONDS
        found = files(self.root)
        old = [file for file in found if file.path.stat().st_mtime < before]
        gone = [file for file in found if not file.final and any(other.covers(file) or _is_part_of(other, file) for other in old)]
        self._shelf.clear([file.path for file in gone], self._nothing)
        for file in gone:
            file.path.unlink()
        return gone

    @property
    def _nothing(self) -> Path:
        return self.root / PARTS / EMPTY

    def _show(self, file: File) -> None:
        self._shelf.show(file.path, self._replaced())

    def _replaced(self) -> Iterator[Path]:
        """Give what others took the place of, the oldest first; looks only when it is asked for one."""
        live = {each.path for each in self.cover()}
        yield from (each.path for each in sorted(files(self.root)) if not each.final and each.path not in live)


def put(path: Path, write: Callable[[Path], None]) -> None:
    """Have a file written beside its place, and put it there in one step once it is durable."""
    partial = path.with_name(path.name + _PARTIAL)
    write(partial)
    sync(partial)
    partial.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Have the disk take what was written to a file, or which names a directory has."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def last_number(held: Sequence[File]) -> int:
    """Give the last number of files in order; 0 of none."""
    return held[-1].last if held else 0


def _is_part_of(other: File, file: File) -> bool:
    """Tell whether a tail's file became a part just as it was."""
    return other.final and not file.final and (other.first, other.last) == (file.first, file.last)


def _numbers(path: Path) -> tuple[int, int]:
    first, last = path.stem.split("-")
    try:
        return int(first), int(last)
    except ValueError:
        raise HistoryBroken(f"{path} is no file of the history: remove it") from None
