"""`economy.duckdb`: a small database of nothing but views, which any DuckDB client can open while files come and go.

Its views name no file, only the two folders. A question may list one folder a moment before a part is made of the tail, and the other a
moment after. So it takes from the parts what lies below the tail, and what lies above from both, each row once: whichever folder it
looked into first, and whatever is moved meanwhile, no row is missing or there twice. (What became a part stays in the tail for minutes.)
"""

from pathlib import Path
from typing import Final

import duckdb

from libs.analysis import tables
from libs.analysis.archive import PARTS, TAIL, put

NAME: Final = "economy.duckdb"
_STORAGE: Final = "v1.0.0"
"""The format of the file: what DuckDB 1.0 and all later ones read."""


def make(root: Path) -> Path:
    """Put the database of views into a history's directory, in the place of an older one."""
    path = root / NAME
    put(path, lambda partial: _write(partial, root.absolute()))
    return path


def _write(partial: Path, root: Path) -> None:
    partial.unlink(missing_ok=True)
    with duckdb.connect() as db:
        db.execute(f"ATTACH {tables.literal(partial)} AS made (STORAGE_VERSION {tables.literal(_STORAGE)}); USE made")
        db.execute(f"CREATE VIEW history AS {whole(root)}")
        for statement in (*tables.MACROS, *(view.sql for view in tables.VIEWS)):
            db.execute(statement)
        db.execute("USE memory; DETACH made")


def whole(root: Path) -> str:
    """Give all rows of both folders, each once."""
    parts, tail = (f"read_parquet({tables.literal(root / folder / '*.parquet')})" for folder in (PARTS, TAIL))
    low = f"(SELECT coalesce(min(number), 9223372036854775807) FROM {tail})"
    return (
        f"SELECT * FROM {parts} WHERE number < {low} UNION ALL SELECT DISTINCT ON (number, leg) * FROM ("
        f"SELECT * FROM {parts} WHERE number >= {low} UNION ALL SELECT * FROM {tail} WHERE number >= {low})"
    )
