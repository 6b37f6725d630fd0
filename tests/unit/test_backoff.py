"""How long a child that died waits for its next start."""

from itertools import pairwise

from libs.cli.children import LONGEST_DELAY_SECONDS, Backoff


def test_the_first_delay_is_a_fifth_of_a_second() -> None:
    assert Backoff().after(0.0) == 0.2


def test_early_deaths_double_the_delay_up_to_a_bound() -> None:
    backoff = Backoff()

    delays = [backoff.after(1.0) for _ in range(12)]

    assert all(after == min(before * 2, LONGEST_DELAY_SECONDS) for before, after in pairwise(delays))
    assert delays[-1] == LONGEST_DELAY_SECONDS


def test_a_minute_of_life_makes_the_deaths_before_it_forgotten() -> None:
    backoff = Backoff()
    backoff.after(1.0)
    backoff.after(1.0)

    assert backoff.after(60.0) == 0.2
