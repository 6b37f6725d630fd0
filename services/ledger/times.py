"""Moments as the ledger keeps them: microseconds since the epoch, exact."""

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


def micros(moment: datetime) -> int:
    """Give the microseconds since the epoch; a moment without a zone is UTC."""
    since = (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)) - EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def moment(micros_: int) -> datetime:
    """Give the moment back, in UTC."""
    return EPOCH + timedelta(microseconds=micros_)
