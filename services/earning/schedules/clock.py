"""Times of day as instants, once on each date whatever the clocks of a time zone do.

A time that the clocks skip comes as long after the skip as it would have come after its beginning; one that they show twice is the first.
Instants are microseconds since 1970.
"""

from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from services.earning.times import micros, moment

_DAY = timedelta(days=1)


class Schedule(NamedTuple):
    """A time of day, every day or on one day of the week."""

    clock: str
    """`HH:MM`."""
    zone: tzinfo
    """Whose clocks."""
    weekday: int | None = None
    """0 is Monday; None is every day."""


def following(schedule: Schedule, after: int) -> int:
    """Give the first of its instants behind `after`."""
    day = moment(after).astimezone(schedule.zone).date()
    while not _is_on(schedule, day) or _instant(schedule, day) <= after:
        day += _DAY
    return _instant(schedule, day)


def latest(schedule: Schedule, until: int) -> int:
    """Give the last of its instants that is not behind `until`."""
    day = moment(until).astimezone(schedule.zone).date()
    while not _is_on(schedule, day) or _instant(schedule, day) > until:
        day -= _DAY
    return _instant(schedule, day)


def _is_on(schedule: Schedule, day: date) -> bool:
    return schedule.weekday is None or day.weekday() == schedule.weekday


def _instant(schedule: Schedule, day: date) -> int:
    return micros(datetime.combine(day, time.fromisoformat(schedule.clock), tzinfo=schedule.zone))
