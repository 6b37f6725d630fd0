from collections.abc import Iterator
from pathlib import Path

import pytest

from services.ledger.audit import audit
from tests.support.teller import Teller


@pytest.fixture
def teller(tmp_path: Path) -> Iterator[Teller]:
    """Give a ledger; whatever the test did with it, its books must balance in the end."""
    teller = Teller(tmp_path / "ledger.db")
    yield teller
    assert audit(teller.path) == []
    teller.close()
