"""How transactions become files of the history: read, checked and written by DuckDB itself, which needs none of Python's time for it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

from libs.analysis import tables
from libs.analysis.archive import PARTS, Archive, File, HistoryBroken, last_number
from libs.analysis.reading import limit

_SPOOL: Final = "told.jsonl"
_UNREADABLE: Final = (duckdb.InvalidInputException, duckdb.ConversionException)
_PASSING: Final = (duckdb.IOException, duckdb.OutOfMemoryException)


class Unreadable(Exception):
    """At least one of the messages is no transaction."""


class NotWritten(Exception):
    """The disk or the memory did not suffice this time; nothing has changed."""


class Writer:
    """Adds to a history. Belongs to one thread of the one process that writes it."""

    def __init__(self, archive: Archive) -> None:
        """Take the files."""
        self.archive = archive
        self.last = 0
        """The last number that is kept."""
        self._db = duckdb.connect()
        limit(self._db, archive.root)

    def open(self) -> None:
        """Make what is missing, and find the place.

        Raises:
            HistoryBroken: files are missing or can't be read.
        """
        held = self.archive.open(lambda path: self._copy(tables.NO_ROWS, path))
        self.last = last_number(held)
        if held:
            try:
                self._db.execute(f"SELECT count(*) FROM ({tables.scan([held[-1].path])}) WHERE number = ? AND key IS NOT NULL", [self.last])
            except duckdb.Error as error:
                raise HistoryBroken(f"{held[-1].path} can't be read ({error}): remove it, and what it held is loaded again") from error

    def close(self) -> None:
        """End."""
        self._db.close()

    def load(self, bodies: Sequence[bytes], unreadable: int = 0) -> File | None:
        """Keep transactions, as they stand in the stream; those that are kept already are passed over. Gives the new file.

        Args:
            bodies: messages in the stream's order.
            unreadable: how many since the last number could not be read: so many numbers may be missing.

        Raises:
            Unreadable: some are no transactions; nothing is kept.
            HistoryBroken: numbers are missing, or what comes contradicts what is kept.
            NotWritten: for now.
        """
        if not self.archive.is_whole() or last_number(self.archive.cover()) != self.last:
            raise HistoryBroken(f"files were removed from {self.archive.root} meanwhile: at the next start they are made anew")
        try:
            self._read(bodies)
            return self._keep(unreadable)
        except _PASSING as error:
            raise NotWritten(str(error)) from error

    def sort_out(self, bodies: Sequence[bytes]) -> set[int]:
        """Give the places of the messages that are no transactions, by halving.

        Raises:
            NotWritten: for now.
        """
        try:
            self._read(bodies)
        except Unreadable:
            if len(bodies) == 1:
                return {0}
            half = len(bodies) // 2
            return self.sort_out(bodies[:half]) | {half + place for place in self.sort_out(bodies[half:])}
        return set()

    def tidy(self) -> list[File]:
        """Make one file of the tail where it is time, and remove what nobody reads any more; give what was removed.

        Raises:
            NotWritten: for now.
        """
        merged, final = self.archive.to_merge()
        if merged:
            try:
                query = tables.scan([file.path for file in merged])
                self.archive.add(merged[0].first, merged[-1].last, lambda path: self._copy(query, path), final=final)
            except _PASSING as error:
                raise NotWritten(str(error)) from error
        return self.archive.sweep()

    def _read(self, bodies: Sequence[bytes]) -> None:
        spool = self.archive.root / _SPOOL
        try:
            spool.write_bytes(b"\n".join(bodies))
            self._db.execute(tables.READ, {"file": str(spool)})
        except OSError as error:
            raise NotWritten(str(error)) from error
        except _UNREADABLE as error:
            raise Unreadable(str(error)) from error
        rows, *_, lacking = self._one(tables.TOLD)
        if rows != len(bodies) or lacking:
            raise Unreadable(f"{len(bodies)} messages are {rows} transactions, {lacking} of them without what every one has")

    def _keep(self, unreadable: int) -> File | None:
        self._compare()
        self._db.execute(tables.NEW_ONES, [self.last])
        count, different, first, last, _ = self._one(tables.TOLD)
        if not count:
            return None
        begin = self.last + 1 if self.last else first
        if different < last - begin + 1 - unreadable:
            raise HistoryBroken(
                f"number {first} came after {begin - 1}, and {different} up to {last}: some are missing. Purge the stream of the"
                " transactions and start the ledger anew: it fills the stream from its books, and what is missing is found there."
            )
        file = self.archive.add(begin, last, lambda path: self._copy(tables.ROWS, path))
        self.last = last
        return file

    def _compare(self) -> None:
        """See whether what comes again is what is kept."""
        *_, first, last, _ = self._one(tables.TOLD)
        again = [file.path for file in self.archive.cover() if file.first <= last and first <= file.last]
        other = self._db.execute(tables.OTHERS.format(tables.scan(again))).fetchone() if again else None
        if other is not None:
            number, comes, kept = other
            raise HistoryBroken(
                f"number {number} in the stream is {comes!r}, and {kept!r} in {self.archive.root}: they are of different "
                "ledgers. Remove that directory, and it is made anew from the stream."
            )

    def _copy(self, query: str, path: Path) -> None:
        # What stays is packed tightly; what is merged in a while, quickly: it costs DuckDB less.
        packed = "zstd" if path.parent.name == PARTS else "snappy"
        self._db.execute(f"COPY ({query}) TO {tables.literal(path)} (FORMAT parquet, COMPRESSION {packed})")

    def _one(self, query: str) -> tuple[Any, ...]:
        row = self._db.execute(query).fetchone()
        if row is None:
            raise RuntimeError("an aggregate without a row")
        return row
