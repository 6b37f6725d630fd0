"""A history made of transactions as the ledger tells them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from libs.analysis.archive import Archive, File
from libs.analysis.writing import Writer
from libs.common.contracts.ledger import Entry, Transaction

CHANNEL = "lounge"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def leg(account: str, amount: int, balance: int = 0, kind: str = "earn", **more: Any) -> Entry:
    return Entry(account=account, amount=amount, balance=balance, type=kind, **more)


def told(number: int, *entries: Entry, at: datetime = NOON, **fields: Any) -> bytes:
    """Give a transaction as it stands in the stream; a posting, if nothing else is said."""
    common = {
        "number": number,
        "kind": "posting",
        "channel": CHANNEL,
        "key": f"key-{number}",
        "at": at,
        "committed": at,
        "caller": "earning",
    }
    return Transaction.model_validate({**common, "entries": list(entries), **fields}).encode()


def earned(number: int, user: str = "alice", coins: int = 1, **fields: Any) -> bytes:
    """Give what a viewer earned."""
    return told(number, leg("@mint", -coins), leg(user, coins, coins, counts="earned", trigger="presence.base"), **fields)


def writer(root: Path) -> Writer:
    """Give what writes a history, opened."""
    made = Writer(Archive(root))
    made.open()
    return made


def load(root: Path, *bodies: bytes) -> File | None:
    """Add to a history."""
    made = writer(root)
    try:
        return made.load(bodies)
    finally:
        made.close()
