"""Times of day as instants: once on each date, whatever the clocks do."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.earning.schedules.clock import Schedule, following, latest
from services.earning.times import micros, moment

NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from([ZoneInfo(name) for name in ("UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu")])
SCHEDULES = st.builds(Schedule, st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59)), ZONES, st.none())
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(micros)  # noqa: DTZ001 - the strategy adds it


def at(text: str) -> int:
    return micros(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("schedule", "after", "then"),
    [
        (Schedule("03:00", UTC), "2026-11-22T02:59:59+00:00", "2026-11-22T03:00:00+00:00"),
        (Schedule("03:00", UTC), "2026-11-22T03:00:00+00:00", "2026-11-23T03:00:00+00:00"),
        (Schedule("03:00", NEW_YORK), "2026-11-22T03:00:00+00:00", "2026-11-22T03:00:00-05:00"),
        (Schedule("05:00", UTC, weekday=0), "2026-11-22T03:00:00+00:00", "2026-11-23T05:00:00+00:00"),
        (Schedule("05:00", UTC, weekday=0), "2026-11-23T05:00:00+00:00", "2026-11-30T05:00:00+00:00"),
    ],
)
def test_it_comes_next(schedule: Schedule, after: str, then: str) -> None:
    assert moment(following(schedule, at(after))) == moment(at(then))


def test_a_time_that_the_clocks_skip_comes_on_that_date_all_the_same() -> None:
    assert moment(following(Schedule("02:30", NEW_YORK), at("2026-03-08T00:00:00-05:00"))) == moment(at("2026-03-08T03:30:00-04:00"))


def test_a_time_that_the_clocks_show_twice_is_the_first() -> None:
    schedule = Schedule("02:30", BERLIN)
    first = following(schedule, at("2026-10-25T00:00:00+02:00"))

    assert moment(first) == moment(at("2026-10-25T02:30:00+02:00"))
    assert moment(following(schedule, first)) == moment(at("2026-10-26T02:30:00+01:00"))


@given(SCHEDULES, INSTANTS)
def test_each_date_has_it_once(schedule: Schedule, start: int) -> None:
    instants = [start]
    for _ in range(20):
        instants.append(following(schedule, instants[-1]))
    dates = [moment(instant).astimezone(schedule.zone).date() for instant in instants[1:]]

    assert [later - earlier for earlier, later in pairwise(dates)] == [timedelta(days=1)] * 19


@given(SCHEDULES, INSTANTS, st.sampled_from([None, *range(7)]))
def test_what_came_last_is_followed_by_what_comes_next(schedule: Schedule, now: int, weekday: int | None) -> None:
    schedule = schedule._replace(weekday=weekday)
    last = latest(schedule, now)

    assert last <= now < following(schedule, last)
    assert following(schedule, now) == following(schedule, last)
    assert weekday in {None, moment(last).astimezone(schedule.zone).weekday()}
