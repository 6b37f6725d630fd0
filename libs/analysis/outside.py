"""`economy.duckdb`: a small database of nothing but views, which any DuckDB client can open while files come and go.

Its views name no file, only two folders: the parts, of which none ever goes, and `fresh/`, whose names stay the same. A question lists
one folder a moment before a part is made of the tail, and the other a moment after. So it takes from the parts what lies below the tail,
and what lies above from both, each row once: whichever folder it looked into first, and whatever is moved meanwhile, no row is missing or
there twice. (What became a part stays in the tail for minutes.) How far the tail goes is looked up once for all of a question.

It belongs to whoever opens it: it is written only where it is missing, or says something else than it should. Its log would be replayed
into the new one, so it goes with the old one; and while somebody writes in it, it stays as it is.
"""

import fcntl
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import duckdb

from libs.analysis import tables
from libs.analysis.archive import PARTS, put
from libs.analysis.shelf import FRESH

NAME: Final = "economy.duckdb"
_STORAGE: Final = "v1.0.0"
"""The format of the file: what DuckDB 1.0 and all later ones read."""


_LAST: Final = 2**63 - 1


def make(root: Path) -> Path:
    """See to it that the database of views is in a history's directory, and is what it should be."""
    path, log, note = (root / (NAME + end) for end in ("", ".wal", ".made"))
    statements = [f"CREATE VIEW history AS {whole(root.absolute())}", *tables.MACROS, *(view.sql for view in tables.VIEWS)]
    wanted = "\n".join(statements)
    if path.exists() and ((note.exists() and note.read_text(encoding="utf-8") == wanted) or _is_written(path)):
        return path
    log.unlink(missing_ok=True)
    put(path, lambda partial: _write(partial, statements))
    put(note, lambda partial: _note(partial, wanted))
    return path


def _is_written(path: Path) -> bool:
    """Tell whether a client has the database open for writing: DuckDB locks it then."""
    with path.open("rb") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _write(partial: Path, statements: Iterable[str]) -> None:
    partial.unlink(missing_ok=True)
    with duckdb.connect() as db:
        db.execute(f"ATTACH {tables.literal(partial)} AS made (STORAGE_VERSION {tables.literal(_STORAGE)}); USE made")
        for statement in statements:
            db.execute(statement)
        db.execute("USE memory; DETACH made")


def _note(partial: Path, wanted: str) -> None:
    partial.write_text(wanted, encoding="utf-8")


def whole(root: Path) -> str:
    """Give all rows of both folders, each once."""
    parts, tail = (f"read_parquet({tables.literal(root / folder / '*.parquet')})" for folder in (PARTS, FRESH))
    low, high = ("(SELECT low FROM bounds)", "(SELECT high FROM bounds)")
    return (
        f"WITH bounds AS MATERIALIZED (SELECT coalesce(min(number), {_LAST}) AS low, coalesce(max(number), 0) AS high FROM {tail})"
        # Older clients know no JSON in Parquet.
        f" SELECT * REPLACE (CAST(metadata AS JSON) AS metadata) FROM (SELECT * FROM {parts} WHERE number < {low}"
        f" UNION ALL SELECT DISTINCT ON (number, leg) * FROM (SELECT * FROM {parts} WHERE number >= {low}"
        f" UNION ALL SELECT * FROM {tail} WHERE number >= {low} AND number <= {high}))"
    )
