"""Moments as people write them, in the economy's time zone: `2026-11-01`, `2026-11-01T20:00`, `2026-11-01 20:00`."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.commands.arguments import BadArgumentsError

_NEXT_DAY: Final = timedelta(days=1)
_FIRST_YEAR: Final = 1971
_LAST_YEAR: Final = 2999


def moment(text: str, zone: ZoneInfo) -> datetime:
    """Read a moment, in UTC; of a day alone, its beginning.

    Raises:
        BadArgumentsError: it is none.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise BadArgumentsError("A time is written like 2026-11-01 or 2026-11-01T20:00.") from None
    if not _FIRST_YEAR <= read.year < _LAST_YEAR:
        raise BadArgumentsError("That time is out of all bounds.")
    return (read.replace(tzinfo=zone) if read.tzinfo is None else read).astimezone(UTC)


def end(text: str, zone: ZoneInfo) -> datetime:
    """Read a moment something ends at, in UTC; of a day alone, the end of that day.

    Raises:
        BadArgumentsError: it is none.
    """
    begins = moment(text, zone)
    if not is_day(text):
        return begins
    following = begins.astimezone(zone).date() + _NEXT_DAY
    return datetime.combine(following, time(), zone).astimezone(UTC)


def is_day(text: str) -> bool:
    """Tell whether it is a day without a time of day."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
