"""Connections that read the history, at one moment, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import duckdb

from libs.analysis import archive, tables, zones
from libs.analysis.archive import HistoryBroken

MEMORY: Final = "512MB"
THREADS: Final = 2
"""What one question may take of the machine it shares with the services."""


_ZONED: Final = "TIMESTAMP WITH TIME ZONE"


class NotAQuestion(Exception):
    """What was asked is not one question."""


def limit(db: duckdb.DuckDBPyConnection, root: Path) -> None:
    """Bound what a connection takes of the machine; what does not fit into its memory goes beside the files it reads."""
    db.execute(f"SET memory_limit = '{MEMORY}'; SET threads = {THREADS}; SET temp_directory = {tables.literal(root / 'spill')}")
    db.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")


@contextmanager
def history(root: Path, zone: str = "UTC") -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the history as it is now, for one question or a few: the files it is made of stay for minutes, not for ever.

    `day_of(moment)` gives the day of a moment in `zone`. The connection can't write, and reads no other file.

    Raises:
        HistoryBroken: files are missing.
    """
    if not root.is_dir():
        raise HistoryBroken(f"there is no history at {root} yet: the analytics service makes it")
    held = archive.cover(archive.files(root))
    db = duckdb.connect()
    try:
        limit(db, root)
        db.execute(f"CREATE VIEW history AS {tables.scan([file.path for file in held])}")
        for statement in (*tables.MACROS, *(view.sql for view in tables.VIEWS)):
            db.execute(statement)
        db.execute(zones.day_of(zone, *bounds(db)))
        db.execute(f"SET allowed_directories = [{tables.literal(root)}]; SET enable_external_access = false; SET lock_configuration = true")
        yield db
    finally:
        db.close()


def bounds(db: duckdb.DuckDBPyConnection) -> tuple[datetime, datetime]:
    """Give the first and the last moment of a history."""
    first, last = db.execute("SELECT min(happened), max(happened) FROM history").fetchall()[0]
    now = datetime.now(UTC)
    return (now, now) if first is None else (first.replace(tzinfo=UTC), last.replace(tzinfo=UTC))


def ask(db: duckdb.DuckDBPyConnection, question: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Give the names of the columns, and the rows, of whatever somebody asks in SQL.

    Raises:
        NotAQuestion: it is not one statement that reads.
        duckdb.Error: DuckDB can't answer it.
    """
    statements = db.extract_statements(question)
    if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
        raise NotAQuestion("one question at a time, and nothing but questions: SELECT ..., FROM ..., DESCRIBE ..., SUMMARIZE ...")
    answer = db.sql(statements[0].query)
    names = answer.columns
    if _ZONED in map(str, answer.types):  # Python would need another library for those
        quoted = ('"' + name.replace('"', '""') + '"' for name in names)
        answer = answer.project(
            ", ".join(f"CAST({name} AS VARCHAR)" if str(kind) == _ZONED else name for name, kind in zip(quoted, answer.types, strict=True))
        )
    return names, answer.fetchall()
