"""Days of a time zone, without asking DuckDB's calendar for every row: that takes twenty times as long as adding up the rows.

Between two changes of its clocks a zone is a fixed distance from UTC, and a year has two.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from libs.analysis import tables

_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)


def changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, timedelta]]:
    """Give the distances from UTC between two moments, each with when it ends; the last one goes on behind the end. All UTC."""
    at = first.astimezone(UTC).replace(second=0, microsecond=0)
    while at <= last:
        after = at + _DAY
        if _distance(zone, after) != _distance(zone, at):
            low, high = at, after
            while high - low > _MINUTE:
                middle = (low + (high - low) / 2).replace(second=0, microsecond=0)
                low, high = (middle, high) if _distance(zone, middle) == _distance(zone, at) else (low, middle)
            yield high, _distance(zone, at)
        at = after
    yield last, _distance(zone, at)


def day_of(zone: str, first: datetime, last: datetime) -> str:
    """Give the statement that makes `day_of(moment)`: the day in a zone, for moments between two."""
    *before, (_, final) = changes(ZoneInfo(zone), first, last)
    cases = "".join(f"WHEN moment < TIMESTAMP {tables.literal(end.replace(tzinfo=None))} THEN {_interval(by)} " for end, by in before)
    by = f"CASE {cases}ELSE {_interval(final)} END" if cases else _interval(final)
    return f"CREATE OR REPLACE MACRO day_of(moment) AS CAST(moment + {by} AS DATE)"


def _distance(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _interval(distance: timedelta) -> str:
    return f"INTERVAL '{int(distance.total_seconds())} seconds'"
