"""Times as whole microseconds since 1970: exact, quick to compare, and plain integers in the database."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final, NamedTuple

SECOND_US: Final = 1_000_000
MINUTE_US: Final = 60 * SECOND_US

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Give an aware datetime in microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros_: int) -> datetime:
    """Give the aware datetime (UTC) of so many microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros_)


class SlotTime(NamedTuple):
    """Where a minute lies: its start and end, and the date and hour of its start in the economy's time zone."""

    begins: datetime
    ends: datetime
    date: str
    hour: int


@lru_cache(maxsize=4_096)
def slot_time(minute: int, zone: tzinfo) -> SlotTime:
    """Place the minute that is number `minute` since 1970."""
    start = moment(minute * MINUTE_US)
    local = start.astimezone(zone)
    return SlotTime(start, start + timedelta(minutes=1), local.date().isoformat(), local.hour)


def date_of(at: datetime, zone: tzinfo) -> str:
    """Give the date on which a moment lies."""
    return slot_time(int(at.timestamp()) // 60, zone).date
