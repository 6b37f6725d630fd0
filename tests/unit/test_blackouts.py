"""When the queue is closed: to the second, in the window's own zone, whatever day it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.blackouts import closed_by
from libs.common.config.shop import Spending


def rules(*windows: tuple[str, float, str], lockout: int = 0) -> Spending:
    listed: list[dict[str, Any]] = [
        {"name": f"window {number}", "cron": cron, "duration_hours": hours, "timezone": zone}
        for number, (cron, hours, zone) in enumerate(windows)
    ]
    return Spending.model_validate({"blackout_windows": listed, "blackout_lockout_minutes": lockout})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def closed(text: str, spending: Spending) -> bool:
    return closed_by(at(text), spending) is not None


FRIDAY = rules(("0 22 * * 5", 11, "UTC"))
"""2026-11-27 is a Friday."""


@pytest.mark.parametrize(
    ("moment", "is_closed"),
    [
        ("2026-11-27T21:59:59.999", False),
        ("2026-11-27T22:00:00", True),
        ("2026-11-28T08:59:59.999", True),
        ("2026-11-28T09:00:00", False),
        ("2026-11-26T22:30:00", False),
    ],
)
def test_a_window_holds_from_its_first_second_to_before_its_end(moment: str, is_closed: bool) -> None:
    assert closed(moment, FRIDAY) is is_closed


@pytest.mark.parametrize(
    ("moment", "is_closed"), [("2026-11-27T20:59:59", False), ("2026-11-27T21:00:00", True), ("2026-11-28T09:00:00", False)]
)
def test_it_is_closed_so_long_ahead(moment: str, is_closed: bool) -> None:
    assert closed(moment, rules(("0 22 * * 5", 11, "UTC"), lockout=60)) is is_closed


def test_windows_that_overlap_close_it_together() -> None:
    both = rules(("0 22 * * *", 2, "UTC"), ("0 23 * * *", 2, "UTC"))
    assert [closed(f"2026-11-27T{time}", both) for time in ("21:59", "22:30", "23:59")] == [False, True, True]
    assert [closed(f"2026-11-28T{time}", both) for time in ("00:30", "01:00")] == [True, False]


def test_a_window_longer_than_its_period_never_opens() -> None:
    always = rules(("0 22 * * *", 25, "UTC"))
    assert all(closed_by(at("2026-11-27T00:00") + timedelta(minutes=7 * each), always) for each in range(400))


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("2026-10-24T20:00:00", "2026-10-25T07:00:00"),
        ("2026-11-28T21:00:00", "2026-11-29T08:00:00"),
        ("2027-03-27T21:00:00", "2027-03-28T08:00:00"),
    ],
)
def test_an_hour_is_the_zones_own_when_clocks_change(begins: str, ends: str) -> None:
    saturday = rules(("0 22 * * 6", 11, "Europe/Berlin"))
    second = timedelta(seconds=1)
    moments = (at(begins) - second, at(begins), at(ends) - second, at(ends))
    assert [closed_by(moment, saturday) is not None for moment in moments] == [False, True, True, False]


def test_an_hour_that_comes_twice_closes_it_once() -> None:
    """Berlin's 2026-10-25 has 02:00 to 03:00 twice, from 00:00 and from 01:00 UTC; a firing is the first of the two."""
    night = rules(("30 2 * * *", 0.5, "Europe/Berlin"))
    assert [closed(f"2026-10-25T{time}", night) for time in ("00:29:59", "00:30:00", "01:00:00", "01:45:00")] == [False, True, False, False]


def test_an_hour_that_never_comes_is_the_next_there_is() -> None:
    night = rules(("30 2 * * *", 0.5, "Europe/Berlin"))
    assert [closed(f"2027-03-28T{time}", night) for time in ("00:59:59", "01:00:00", "01:29:59", "01:30:00")] == [False, True, True, False]


@given(st.integers(0, 59), st.integers(0, 23), st.integers(1, 60 * 30), st.integers(0, 300), st.integers(0, 60 * 24 * 9))
def test_a_daily_window_is_closed_just_when_one_of_its_days_says_so(minute: int, hour: int, length: int, lockout: int, after: int) -> None:
    moment = at("2026-11-20T00:00") + timedelta(minutes=after)
    starts = [at("2026-11-17T00:00") + timedelta(days=day, hours=hour, minutes=minute) for day in range(15)]
    expected = any(start - timedelta(minutes=lockout) <= moment < start + timedelta(minutes=length) for start in starts)
    assert (closed_by(moment, rules((f"{minute} {hour} * * *", length / 60, "UTC"), lockout=lockout)) is not None) is expected
