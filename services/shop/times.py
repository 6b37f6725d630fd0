"""Moments as the shop keeps them: microseconds since the epoch, exact."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Give the microseconds since the epoch."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros_: int) -> datetime:
    """Give the moment back, in UTC."""
    return _EPOCH + timedelta(microseconds=micros_)


def date(at: datetime, zone: ZoneInfo) -> str:
    """Give the economy's date, as it stands in the windows of limits."""
    return at.astimezone(zone).date().isoformat()
