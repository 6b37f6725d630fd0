"""Times of day, of the year and of the week, as a configuration writes them."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BeforeValidator

from libs.common.config.section import Remark

HOURS_OF_A_DAY = 24
MINUTES_OF_AN_HOUR = 60
DAYS_OF_A_WEEK = 7
MONTHS = 12
_LEAP_YEAR = 2024
_CRON_FIELDS = 5
"""Without seconds: everything that comes again and again comes at whole minutes."""


def _is_cron(text: str) -> str:
    try:
        _first(text)
    except (CronSimError, StopIteration) as error:
        reason = f" ({error})" if str(error) else ""
        raise ValueError(f"five fields (minute, hour, day of month, month, day of week), such as 0 22 * * 5{reason}") from error
    return text


def _first(cron: str) -> datetime:
    if len(cron.split()) != _CRON_FIELDS:
        raise CronSimError
    return next(CronSim(cron, datetime(_LEAP_YEAR, 1, 1, tzinfo=UTC)))


def _is_day(text: str) -> str:
    found = re.fullmatch(r"(\d\d?)-(\d\d?)", text, re.ASCII)
    month, day = map(int, found.groups()) if found else (0, 0)
    if not (1 <= month <= MONTHS and 1 <= day <= monthrange(_LEAP_YEAR, month)[1]):
        raise ValueError("a month and a day, such as 12-25")
    return text


def _is_time(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        # YAML reads 13:00 as a number to the base of 60, unless it is quoted.
        value = f"{value // 60:02}:{value % 60:02}"
    found = re.fullmatch(r"(\d\d?):(\d\d)", value, re.ASCII) if isinstance(value, str) else None
    hour, minute = map(int, found.groups()) if found else (HOURS_OF_A_DAY, 0)
    if not (hour < HOURS_OF_A_DAY and minute < MINUTES_OF_AN_HOUR):
        raise ValueError("a time of day, such as 03:00")
    return f"{hour:02}:{minute:02}"


def _is_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ValueError, OSError, KeyError) as error:  # depending on how a name is wrong
        raise ValueError("a time zone's IANA name, such as Europe/Berlin") from error
    return text


Cron = Annotated[str, AfterValidator(_is_cron)]
"""When something begins, in the five fields of cron. 0 and 7 are Sunday."""

TimeOfDay = Annotated[str, BeforeValidator(_is_time)]
"""Hours and minutes, as on a clock of 24 hours."""

Zone = Annotated[str, AfterValidator(_is_zone)]
"""A time zone, by its IANA name."""

Day = Annotated[str, AfterValidator(_is_day)]
"""A day of every year, as month-day."""


def impossible(key: str, listed: Iterable[int], unit: str, below: int) -> Iterator[Remark]:
    """Give a remark for hours no day has, or days no week has."""
    if never := sorted(each for each in set(listed) if not 0 <= each < below):
        yield key, f"there is no {unit} {never[0]}; 0 to {below - 1}"
