"""One SQLite file, opened by one process, written by one thread through one connection."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Final

RESTORING: Final = "restoring"
"""The directory beside the databases that is there while a backup is put in their place."""


class DatabaseUnfit(Exception):
    """The file can't be used as it is; says what to do."""


class RestoreInterrupted(DatabaseUnfit):
    """A backup was only half put in place."""


class DatabaseTooNew(DatabaseUnfit):
    """The file was written by a newer version of this program; start that one, or restore an older backup."""


class Database:
    """A service's own database.

    WAL with `synchronous=FULL`: what is committed survives a power cut. Transactions are explicit (`isolation_level=None`).
    """

    def __init__(self, path: Path, migrations: Sequence[str]) -> None:
        """Take the file's place and its schema: SQL scripts, applied in order, counted in `PRAGMA user_version`."""
        self.path = path
        self._migrations = migrations
        self._connection: sqlite3.Connection | None = None

    def open(self) -> sqlite3.Connection:
        """Open the file, making it and what its schema lacks.

        Raises:
            DatabaseTooNew: the file has had migrations this program doesn't know.
            RestoreInterrupted: it may not belong to the others yet.
            DatabaseUnfit: it is damaged, or may not be written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if (self.path.parent / RESTORING).exists():
            raise RestoreInterrupted(f"a restore into {self.path.parent} was interrupted: repeat it, with --force, before anything starts")
        try:
            self._connection = self._opened()
        except sqlite3.DatabaseError as error:
            raise unfit(self.path, error) from error
        return self._connection

    def _opened(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, cached_statements=512)
        try:
            db.execute("PRAGMA journal_mode=WAL")
            db.execute("PRAGMA synchronous=FULL")
            db.execute("PRAGMA foreign_keys=ON")
            db.execute("PRAGMA wal_autocheckpoint=8000")  # 32 MiB: in a flood a checkpoint costs several flushes
            db.execute("PRAGMA cache_size=-32768")
            db.execute("PRAGMA temp_store=MEMORY")
            migrate(db, self._migrations, str(self.path))
        except BaseException:
            db.close()
            raise
        return db

    def close(self) -> None:
        """Close the connection; SQLite then folds the WAL into the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def unfit(path: Path, error: sqlite3.DatabaseError) -> DatabaseUnfit:
    """Say what is wrong with a file, and what to do."""
    if isinstance(error, sqlite3.OperationalError):
        return DatabaseUnfit(f"{path} can't be used: {error}; the service must be allowed to write it, and need room")
    return DatabaseUnfit(f"{path} is damaged: {error}; put a backup in place: kryten-economy restore")


def migrate(db: sqlite3.Connection, migrations: Sequence[str], name: str = "database") -> None:
    """Apply the migrations that `db` has not had yet, each in a transaction of its own.

    Raises:
        DatabaseTooNew: `db` has had more migrations than there are.
    """
    applied: int = db.execute("PRAGMA user_version").fetchone()[0]
    if applied > len(migrations):
        raise DatabaseTooNew(f"{name} has schema version {applied}, this program knows {len(migrations)}")
    for version, script in enumerate(migrations[applied:], start=applied + 1):
        db.executescript(f"BEGIN IMMEDIATE;\n{script}\n;PRAGMA user_version={version};\nCOMMIT;")
