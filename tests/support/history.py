"""A history as the analytics service would write it, of what a ledger tells."""

from collections.abc import Iterable
from pathlib import Path

from libs.analysis.archive import Archive
from libs.analysis.writing import Writer
from services.ledger import queries
from tests.support.teller import Teller


def written(root: Path, teller: Teller) -> Path:
    """Write all that a ledger has to tell; give where."""
    return keep(root, (body for _, _, body in queries.journal(teller.db, 0, 100_000)))


def keep(root: Path, bodies: Iterable[bytes]) -> Path:
    """Write transactions, as they stand in the stream; give where."""
    writer = Writer(Archive(root))
    writer.open()
    writer.load(list(bodies))
    writer.close()
    return root
