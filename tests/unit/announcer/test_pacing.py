from hypothesis import given
from hypothesis import strategies as st

from services.announcer.pacing import Bucket


@given(st.lists(st.floats(min_value=0, max_value=3), max_size=60), st.integers(1, 20), st.floats(min_value=0.5, max_value=20))
def test_no_span_of_time_sees_more_than_the_burst_and_what_the_rate_adds(pauses: list[float], burst: int, per_second: float) -> None:
    bucket, now, said = Bucket(burst, per_second, 0.0), 0.0, []
    for pause in pauses:
        now += pause
        now += bucket.wait_seconds(now)
        bucket.take(now)
        said.append(now)
    for first in range(len(said)):
        for last in range(first, len(said)):
            assert last - first + 1 <= burst + per_second * (said[last] - said[first]) + 1e-6


def test_a_third_of_the_burst_may_go_at_once_after_a_start() -> None:
    bucket = Bucket(15, 8, 0.0)
    for _ in range(5):
        assert bucket.wait_seconds(0.0) == 0
        bucket.take(0.0)
    assert bucket.wait_seconds(0.0) > 0


def test_silence_fills_it_up_to_the_burst() -> None:
    bucket = Bucket(15, 8, 0.0)
    for _ in range(15):
        assert bucket.wait_seconds(100.0) == 0
        bucket.take(100.0)
    assert bucket.wait_seconds(100.0) == 1 / 8


def test_being_told_off_empties_it() -> None:
    bucket = Bucket(15, 8, 0.0)
    bucket.drain(10.0)
    assert bucket.wait_seconds(10.0) == 1 / 8


def test_a_clock_that_steps_back_gives_nothing() -> None:
    bucket = Bucket(1, 1, 10.0)
    bucket.take(10.0)
    assert bucket.wait_seconds(5.0) == 1.0


def test_a_new_rate_forgets_nothing_that_was_said() -> None:
    bucket = Bucket(3, 1, 0.0)
    bucket.take(0.0)
    bucket.change(10, 2, 0.0)
    assert bucket.wait_seconds(0.0) == 1 / 2
