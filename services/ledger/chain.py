"""The hash chain over the books: each seal covers a run of numbers and the seal before it. Made after the commits, off the hot path."""

import hashlib
from collections.abc import Iterable
from typing import Final

from services.ledger import queries
from services.ledger.store import Connection

SEALED_MAX: Final = 1_000
"""Numbers under one seal."""


def link(before: bytes, lines: Iterable[str]) -> bytes:
    """Give the seal of these lines behind the seal before."""
    digest = hashlib.sha256(before)
    for line in lines:
        digest.update(b"\n")
        digest.update(line.encode())
    return digest.digest()


def next_seal(db: Connection) -> tuple[int, int, bytes] | None:
    """Give the next seal to be made: first and last number, and hash; None when all is sealed."""
    sealed, before = queries.last_seal(db)
    last = min(queries.last_number(db), sealed + SEALED_MAX)
    if last == sealed:
        return None
    return sealed + 1, last, link(before, queries.sealed_lines(db, sealed + 1, last))
