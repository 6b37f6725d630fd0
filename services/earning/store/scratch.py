"""A database that is nobody's: in memory, copied in a moment, gone when it is let go."""

import sqlite3

from libs.common.database import migrate
from libs.common.unit import SCHEMA
from services.earning.store.tables import MIGRATIONS


class Scratch:
    """What earning keeps, for a while."""

    def __init__(self, db: sqlite3.Connection | None = None) -> None:
        """Begin empty; or take the connection of a copy."""
        if db is None:
            db = sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
            migrate(db, MIGRATIONS)
            db.executescript(SCHEMA)
        self.db = db
        self._open = False

    def begin(self) -> None:
        """Begin a transaction, unless one is open: the savepoints of single events need one around them."""
        if not self._open:
            self.db.execute("BEGIN")
            self._open = True

    def commit(self) -> None:
        """End it, and free what it took to undo it."""
        if self._open:
            self.db.execute("COMMIT")
            self._open = False

    def copy(self) -> "Scratch":
        """Give another one that stands just so."""
        self.commit()
        db = sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
        self.db.backup(db)
        return Scratch(db)

    def close(self) -> None:
        """Let it go."""
        self.db.close()
