"""A service's own database file."""

from pathlib import Path

import pytest

from libs.common.database import Database, DatabaseUnfit


def test_a_damaged_file_is_told_with_the_cure(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"no database at all, but long enough to be read as one" * 100)

    with pytest.raises(DatabaseUnfit, match=r"ledger\.db is damaged: file is not a database; .*restore"):
        Database(path, ()).open()


def test_a_file_that_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.mkdir()

    with pytest.raises(DatabaseUnfit, match=r"ledger\.db can't be used"):
        Database(path, ()).open()
