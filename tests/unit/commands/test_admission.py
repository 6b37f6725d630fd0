from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.contracts.events import PrivateMessage
from services.commands.admission import WINDOW, Window, age, is_for_us, limit
from tests.support.commands import NOON, message

OUTSIDERS = frozenset({"zcoinbot", "nepbot"})
MAX_AGE = timedelta(seconds=900)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_viewers_words_are_for_us() -> None:
    assert is_for_us(message("balance"), OUTSIDERS)


@pytest.mark.parametrize(
    "ours",
    [
        message("hi", user="ZCOINBOT"),
        message("hi", user="nepBot"),
        message("hi", shadow=True),
        message("  "),
        message("hi", user="[server]"),
        message("hi", user=""),
    ],
)
def test_echoes_the_ignored_the_shadowed_the_empty_and_the_nameless_are_not(ours: PrivateMessage) -> None:
    assert not is_for_us(ours, OUTSIDERS)


def test_messages_up_to_the_limit_are_taken() -> None:
    assert limit(after(0), Window([after(-1)] * 9, None), 10, exempt=False) == "take"


def test_one_more_earns_a_warning() -> None:
    assert limit(after(0), Window([after(-1)] * 10, None), 10, exempt=False) == "warn"


def test_who_was_warned_within_the_window_is_met_with_silence() -> None:
    assert limit(after(0), Window([after(-1)] * 10, after(-59)), 10, exempt=False) == "drop"


def test_the_window_slides() -> None:
    assert limit(after(60), Window([after(0)] * 10, None), 10, exempt=False) == "take"


def test_administrators_are_exempt() -> None:
    assert limit(after(0), Window([after(-1)] * 500, None), 10, exempt=True) == "take"


@given(st.lists(st.floats(min_value=0, max_value=30), min_size=1, max_size=60), st.integers(min_value=0, max_value=12))
def test_no_window_ever_holds_more_than_the_limit_or_two_warnings(pauses: list[float], per_minute: int) -> None:
    now = NOON
    taken: list[datetime] = []
    warnings: list[datetime] = []
    for pause in pauses:
        now += timedelta(seconds=pause)
        verdict = limit(now, Window(taken, warnings[-1] if warnings else None), per_minute, exempt=False)
        if verdict == "take":
            taken.append(now)
        elif verdict == "warn":
            warnings.append(now)
        assert sum(1 for at in taken if now - at < WINDOW) <= per_minute
        assert sum(1 for at in warnings if now - at < WINDOW) <= 1


def test_a_young_message_is_fresh_without_waiting_for_a_tick() -> None:
    assert age(after(0), None, after(1), MAX_AGE) == "fresh"


def test_a_message_older_than_the_last_tick_allows_is_stale() -> None:
    assert age(after(0), after(901), after(902), MAX_AGE) == "stale"


def test_a_message_that_looks_old_is_judged_when_the_ticks_have_caught_up() -> None:
    assert age(after(0), None, after(2000), MAX_AGE) == "unknown"
    assert age(after(0), after(2), after(2000), MAX_AGE) == "unknown"
    assert age(after(0), after(1999), after(2000), MAX_AGE) == "stale"


def test_a_clock_that_runs_ahead_a_little_makes_nothing_stale() -> None:
    assert age(after(0), after(895), after(910), MAX_AGE) == "fresh"
