"""Times as people write them."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.commands.arguments import BadArgumentsError
from services.commands.moments import end, moment

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("text", ["2026-11-01T20:00", "2026-11-01 20:00", "2026-11-01T19:00Z", "2026-11-01T20:00+01:00"])
def test_a_moment_is_read_in_the_economys_time_zone_unless_it_names_one(text: str) -> None:
    assert moment(text, BERLIN) == datetime(2026, 11, 1, 19, tzinfo=UTC)


def test_a_day_begins_at_its_midnight() -> None:
    assert moment("2026-11-01", BERLIN) == datetime(2026, 10, 31, 23, tzinfo=UTC)


def test_a_day_ends_where_the_next_begins_also_when_the_clocks_change() -> None:
    assert end("2026-10-25", BERLIN) == moment("2026-10-26", BERLIN) == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_a_time_of_day_ends_there() -> None:
    assert end("2026-11-01T20:00", BERLIN) == moment("2026-11-01T20:00", BERLIN)


@pytest.mark.parametrize("read", [moment, end])
@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "20:00", "9999-12-31T23:59-12:00", "9999-12-31", "0001-01-01"])
def test_what_is_no_time_is_refused(text: str, read: Callable[[str, ZoneInfo], datetime]) -> None:
    with pytest.raises(BadArgumentsError):
        read(text, BERLIN)


@given(st.text(max_size=30))
def test_whatever_is_written_is_a_time_or_refused(text: str) -> None:
    for read in (moment, end):
        with suppress(BadArgumentsError):
            assert read(text, BERLIN).tzinfo is UTC
