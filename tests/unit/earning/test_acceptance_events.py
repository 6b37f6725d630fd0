"""The acceptance examples of multipliers and events."""

import pytest

from tests.support.earning_stage import QUIET, Stage
from tests.support.script import PLAIN


def test_an_event_and_a_full_room_leave_a_half_behind() -> None:
    """A6: x3 and x1.5 at a rate of 1 make 4 coins of one minute, and half a coin is carried."""
    event = {"name": "Film", "cron": "0 12 * * *", "duration_hours": 1, "multiplier": 3}
    full = {"enabled": True, "min_users": 1, "multiplier": 1.5}
    stage = Stage({**QUIET, "multipliers": {**PLAIN, "scheduled_events": [event], "high_population": full}})
    stage.join("12:00", "Alice")
    stage.tick("12:01")
    assert stage.paid("presence.base") == [4]
    stage.tick("12:02")
    assert stage.paid("presence.base") == [4, 5]


def test_events_that_overlap_multiply_and_one_ends_alone() -> None:
    """A15, T29: x3 and x2 make x6; when the first ends, x2 is left."""
    events = [
        {"name": "First", "cron": "0 12 * * *", "duration_hours": 2 / 60, "multiplier": 3},
        {"name": "Second", "cron": "1 12 * * *", "duration_hours": 2 / 60, "multiplier": 2},
    ]
    stage = Stage({**QUIET, "multipliers": {**PLAIN, "scheduled_events": events}})
    stage.join("12:00", "Alice")
    stage.tick("12:04")
    assert stage.paid("presence.base") == [3, 6, 2, 1]


def test_a_restart_in_the_middle_of_an_event_changes_nothing() -> None:
    """A16, T28: the stage is made anew for each event, as after a kill; so the bonus and the line come once, and the factor stays."""
    event = {"name": "Film", "cron": "0 12 * * *", "duration_hours": 1, "multiplier": 3, "presence_bonus": 100}
    stage = Stage({**QUIET, "multipliers": {**PLAIN, "scheduled_events": [event]}})
    stage.listed("11:59:30", "Alice")
    for second in range(0, 300, 20):
        stage.tick(f"12:{second // 60:02}:{second % 60:02}")
    assert stage.paid("presence.base") == [1, 3, 3, 3, 3]
    assert stage.paid("event.Film.presence") == [100]
    assert [said.line for said in stage.announcements() if said.lane == "chat"] == ["event_begins"]


@pytest.mark.parametrize(("viewers", "each"), [(30, [3] * 30), (150, [])])
def test_a_bonus_is_never_more_than_its_pool(viewers: int, each: list[int]) -> None:
    """A17, T31: 100 among 30 are 3 each, and 10 stay unpaid; among 150 nobody is paid."""
    event = {"name": "Film", "cron": "0 12 * * *", "duration_hours": 1, "presence_bonus": 100}
    stage = Stage({**QUIET, "multipliers": {**PLAIN, "scheduled_events": [event]}})
    stage.listed("11:59:30", *[f"viewer{number}" for number in range(viewers)])
    stage.tick("12:00:02")
    assert stage.paid("event.Film.presence") == each
