"""The configuration in force, kept in a service's own database from its event on."""

import json
import sqlite3
from typing import Final

import structlog

from libs.common import config
from libs.common.config import ConfigError, Rules
from libs.common.contracts.events import Configuration

log = structlog.get_logger()

SCHEMA: Final = """
CREATE TABLE configuration (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    version TEXT NOT NULL,
    settings TEXT NOT NULL
) STRICT;
"""
"""The table a service's first migration begins with."""


class Rulebook:
    """Reads and keeps it, on the writer thread."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._read: tuple[str, Rules | None] | None = None

    def keep(self, db: sqlite3.Connection, event: Configuration) -> Rules:
        """Let a configuration hold from here on.

        Raises:
            ConfigError: it can't be read; the one before goes on holding.
        """
        rules = config.rules(event.settings)
        db.execute("INSERT OR REPLACE INTO configuration VALUES (1, ?, ?)", (event.version, json.dumps(event.settings)))
        self._read = (event.version, rules)
        return rules

    def version(self, db: sqlite3.Connection) -> str | None:
        """Give the version of the one that holds; None before the first."""
        version, rules = self._find(db)
        return None if rules is None else version

    def rules(self, db: sqlite3.Connection) -> Rules | None:
        """Give the one that holds; None before the first."""
        return self._find(db)[1]

    def _find(self, db: sqlite3.Connection) -> tuple[str, Rules | None]:
        row = db.execute("SELECT version FROM configuration").fetchone()
        if row is None:
            return "", None
        if self._read is None or self._read[0] != row[0]:
            settings = db.execute("SELECT settings FROM configuration").fetchone()[0]
            try:
                self._read = (row[0], config.rules(json.loads(settings)))
            except ConfigError as error:
                # Kept by another version of this program: what it means here is for the next configuration event to say.
                # Read once: it is asked for with every event.
                log.warning("the kept configuration can't be read; waiting for the next one", version=row[0], error=str(error))
                self._read = (row[0], None)
        return self._read
