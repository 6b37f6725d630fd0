"""Hours that come again and again: which are open, and which come next."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common import windows

UTC_ZONE = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
CRONS = ("30 2 * * *", "0 * * * *", "*/20 1-3 * * *", "0 0 * * 0", "15 2 29 * 1", "0 12 1 * *")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def begins(cron: str, zone: ZoneInfo, moment: str, hours: float = 1) -> str | None:
    window = windows.open_at(cron, zone, hours, at(moment))
    return None if window is None else f"{window.begins:%d %H:%M}"


def test_the_window_that_is_open_is_the_one_that_began_last() -> None:
    assert begins("0 20 * * *", UTC_ZONE, "2026-11-27T20:30", hours=30) == "27 20:00"
    assert begins("0 20 * * *", UTC_ZONE, "2026-11-27T19:59", hours=30) == "26 20:00"


@pytest.mark.parametrize(("moment", "began"), [("00:29:59", None), ("00:30:00", "25 00:30"), ("01:29:59", "25 00:30"), ("01:30:00", None)])
def test_an_hour_that_comes_twice_opens_it_the_first_time(moment: str, began: str | None) -> None:
    assert begins("30 2 * * *", BERLIN, f"2026-10-25T{moment}") == began


@pytest.mark.parametrize(("moment", "began"), [("00:59:59", None), ("01:00:00", "28 01:00"), ("01:59:59", "28 01:00"), ("02:00:00", None)])
def test_an_hour_that_never_comes_opens_it_at_the_next_there_is(moment: str, began: str | None) -> None:
    assert begins("30 2 * * *", BERLIN, f"2027-03-28T{moment}") == began


@given(st.sampled_from(CRONS), st.sampled_from((UTC_ZONE, BERLIN)), st.integers(0, 60 * 24 * 370))
def test_what_came_last_is_what_came_next_before(cron: str, zone: ZoneInfo, minutes: int) -> None:
    moment = at("2026-03-01T00:00") + timedelta(minutes=minutes)
    coming = windows.after(cron, zone, 1_000, moment)
    assert coming is not None
    assert coming.begins > moment
    assert windows.open_at(cron, zone, 1_000, coming.begins) == coming
    before = windows.open_at(cron, zone, 10_000, coming.begins - timedelta(microseconds=1))
    assert before is not None
    assert before.begins <= moment
