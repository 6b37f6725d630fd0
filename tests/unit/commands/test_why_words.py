"""What `why` says of how earning sees somebody."""

from typing import Any, get_args

import pytest

from libs.common.config import rules
from libs.common.contracts.earning import Obstacle, WhyAnswer
from services.commands.replies.reports.why import OBSTACLES, why
from tests.support.commands import NOON

USUAL = rules({"presence": {"active_bonus_per_minute": 1}})


def told(**seen: Any) -> list[str]:
    return why(WhyAnswer.model_validate({"present_minutes": 40, "active_minutes": 12, **seen}), [], USUAL).split("\n")


def test_who_is_paid_learns_since_when_and_up_to_when() -> None:
    assert told(since=NOON, paid_until=NOON, active=True) == [
        "You are here since 22 Nov 12:00, and every minute counts, so far up to 22 Nov 12:00. You chat, so you have the bonus for it.",
        "Today: 40 min, 12 of them active.",
    ]


@pytest.mark.parametrize("obstacle", get_args(Obstacle))
def test_every_obstacle_has_a_sentence_and_a_short_word(obstacle: Obstacle) -> None:
    assert told(obstacle=obstacle)[0] != told()[0]
    assert OBSTACLES[obstacle]


def test_who_is_new_learns_what_is_left() -> None:
    assert "after 12 more of them and 3 more chat lines" in told(obstacle="too_new", minutes_left=12, messages_left=3)[0]


def test_what_was_not_paid_for_a_limit_is_told() -> None:
    lines = told(capped={"chat.long_message": 2, "dwell.1h": 1})
    assert lines[-1] == "Not paid again, the limit being reached: long lines (2 times), 1 h here."


def test_fractions_and_what_was_had_today_are_told() -> None:
    lines = told(carried={"presence.base": "0.75"}, claimed=["dwell.1h"])
    assert lines[-2:] == ["Carried over: 0.75 Z for being here.", "Had for today: 1 h here."]


def test_who_is_afk_learns_what_that_costs() -> None:
    assert "AFK" in told(afk=True)[0]
