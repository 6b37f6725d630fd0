from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from libs.sim.flood import Patience
from services.announcer.speech.pacing import PAUSE_SECONDS, Pace

START = datetime(2026, 11, 22, tzinfo=UTC)
PAUSES = st.lists(st.one_of(st.just(0.0), st.floats(min_value=0, max_value=3)), max_size=80)


def said(pace: Pace, pauses: list[float]) -> list[float]:
    """Say a line after each pause, as soon as it may be said; give when."""
    now, times = 0.0, []
    for pause in pauses:
        now += pause
        now += pace.wait_seconds(now)
        pace.take(now)
        times.append(now)
    return times


@given(PAUSES)
def test_cytube_lets_every_line_through(pauses: list[float]) -> None:
    cytube = Patience(20, 10)
    assert all(cytube.allows(START + timedelta(seconds=at)) for at in said(Pace(15, 8, 0.0), pauses))


@given(PAUSES, st.integers(1, 20), st.floats(min_value=0.5, max_value=20))
def test_no_span_of_time_sees_more_than_the_burst_and_what_the_rate_adds(pauses: list[float], burst: int, per_second: float) -> None:
    times = said(Pace(burst, per_second, 0.0), pauses)
    for first in range(len(times)):
        for last in range(first, len(times)):
            assert last - first + 1 <= burst + per_second * (times[last] - times[first]) + 1e-6


def at_once(pace: Pace, now: float) -> int:
    lines = 0
    while pace.wait_seconds(now) == 0:
        pace.take(now)
        lines += 1
    return lines


def test_a_third_of_the_burst_may_go_at_once_after_a_start() -> None:
    assert at_once(Pace(15, 8, 0.0), 0.0) == 5


def test_a_pause_gives_the_whole_burst_back() -> None:
    pace = Pace(15, 8, 0.0)
    at_once(pace, 0.0)
    assert at_once(pace, PAUSE_SECONDS) == 15


def test_a_trickle_uses_the_burst_up() -> None:
    pace = Pace(15, 8, 0.0)
    times = said(pace, [1.0] * 30)
    assert pace.wait_seconds(times[-1]) == 1 / 8


def test_being_told_off_leaves_nothing_but_the_rate() -> None:
    pace = Pace(15, 8, 0.0)
    pace.drain(10.0)
    assert pace.wait_seconds(10.0) == 1 / 8


def test_a_clock_that_steps_back_gives_nothing() -> None:
    pace = Pace(1, 1, 10.0)
    pace.take(10.0)
    assert pace.wait_seconds(5.0) == 6.0


def test_a_new_rate_forgets_nothing_that_was_said() -> None:
    pace = Pace(3, 1, 0.0)
    pace.take(0.0)
    pace.take(0.0)
    pace.change(3, 2)
    assert pace.wait_seconds(0.0) == 1 / 2
