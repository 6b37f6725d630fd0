"""The days of a zone are those of the calendar, also around a change of its clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.analysis.zones import day_of

FIRST, LAST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 12, 31, tzinfo=UTC)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Kiritimati", "America/Santiago")


def days(zone: str, moments: list[datetime]) -> list[date]:
    with duckdb.connect() as db:
        db.execute(day_of(zone, FIRST, LAST))
        found = db.execute("SELECT day_of(m) FROM (SELECT unnest(CAST(? AS TIMESTAMP[])) AS m)", [moments]).fetchall()
    return [day for (day,) in found]


def calendar(zone: str, moment: datetime) -> date:
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


@settings(max_examples=10)
@given(st.lists(st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None)), max_size=200), st.sampled_from(ZONES))
def test_the_day_of_any_moment_is_that_of_the_calendar(moments: list[datetime], zone: str) -> None:
    assert days(zone, moments) == [calendar(zone, moment) for moment in moments]


@pytest.mark.parametrize("zone", ZONES)
def test_every_midnight_of_three_years_begins_a_day(zone: str) -> None:
    local = [datetime(2025, 6, 1, tzinfo=ZoneInfo(zone)) + timedelta(days=days) for days in range(900)]
    moments = [moment.astimezone(UTC).replace(tzinfo=None) for moment in local]
    assert days(zone, moments) == [calendar(zone, moment) for moment in moments]
    before = [moment - timedelta(microseconds=1) for moment in moments]
    assert days(zone, before) == [calendar(zone, moment) for moment in before]
