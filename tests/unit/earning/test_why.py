"""How earning sees a viewer, and how many there are."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from libs.common.config import rules
from libs.common.contracts.earning import AttendanceRequest, WhyAnswer, WhyRequest
from services.earning.store import Store
from services.earning.verbs.why import attendance, why
from tests.support.earning_stage import QUIET, ROOM, Stage, clock, settings, transaction

NEW = {**QUIET, "onboarding": {"welcome_wallet": 0, "min_account_age_minutes": 30, "min_messages_to_earn": 3}}
IGNORED = {**QUIET, "ignored_users": ["alice"]}


def seen(stage: Stage, at: str, user: str = "Alice", changes: dict[str, object] | None = None) -> WhyAnswer:
    return why(Store(stage.db), ROOM, WhyRequest(user=user, at=clock(at)), rules(settings(changes or QUIET)))


def nothing(_stage: Stage) -> None:
    pass


OBSTACLES: dict[str, tuple[Callable[[Stage], None], str, dict[str, object]]] = {
    "outsider": (nothing, "12:00:30", IGNORED),
    "away": (lambda stage: stage.leave("12:05", "Alice"), "12:06", QUIET),
    "robot_away": (lambda stage: stage.tick("12:05", "away"), "12:06", QUIET),
    "banned": (lambda stage: stage.transact(transaction(1, "banned", account="Alice")), "12:06", QUIET),
    "guest": (lambda stage: stage.rank("12:05", "Alice", 0), "12:06", QUIET),
    "too_new": (nothing, "12:06", NEW),
    "just_came": (nothing, "12:00:30", QUIET),
}


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_what_keeps_a_viewer_from_earning_is_named(obstacle: str) -> None:
    happens, at, changes = OBSTACLES[obstacle]
    stage = Stage(changes)
    stage.join("12:00", "Alice")
    happens(stage)
    assert seen(stage, at, changes=changes).obstacle == obstacle


def test_who_is_paid_has_none() -> None:
    stage = Stage()
    stage.join("12:00", "Alice")
    stage.tick("12:06")
    assert seen(stage, "12:06").obstacle is None


def test_whose_rank_nobody_told_earns_nothing_for_that() -> None:
    stage = Stage()
    stage.join("12:00", "Alice", rank=None)
    assert seen(stage, "12:06").obstacle == "rank_unknown"


def test_whom_nobody_ever_saw_is_away() -> None:
    stage = Stage()
    assert (seen(stage, "12:06").obstacle, seen(stage, "12:06").since) == ("away", None)


def test_a_name_that_is_none_is_told_as_such() -> None:
    assert seen(Stage(), "12:06", "no name").obstacle == "no_name"


def test_a_robot_that_is_away_is_told_with_its_last_sign() -> None:
    stage = Stage()
    stage.join("12:00", "Alice")
    stage.tick("12:03:20")
    stage.tick("12:05", "away")
    assert seen(stage, "12:06").since == clock("12:03:20")


def test_minutes_are_told_up_to_the_robots_last_sign() -> None:
    stage = Stage()
    stage.join("12:00:10", "Alice")
    stage.chat("12:01:10", "Alice")
    stage.tick("12:07:10")
    told = seen(stage, "12:07:30")
    assert (told.present_minutes, told.paid_until, told.since) == (7, clock("12:07"), clock("12:00:10"))
    assert 0 < told.active_minutes <= told.present_minutes


def test_being_active_and_being_afk_are_told() -> None:
    stage = Stage()
    stage.join("12:00", "Alice")
    stage.chat("12:01", "Alice")
    before = seen(stage, "12:02")
    stage.afk("12:03", "Alice", afk=True)
    after = seen(stage, "12:04")
    assert ((before.active, before.afk), (after.active, after.afk)) == ((True, False), (False, True))


def test_fractions_that_wait_are_told() -> None:
    stage = Stage({**QUIET, "presence": {"base_rate_per_minute": "0.4", "active_bonus_per_minute": 0, "night_watch": {"enabled": False}}})
    stage.join("12:00", "Alice")
    stage.tick("12:02")
    assert seen(stage, "12:02").carried == {"presence.base": Decimal("0.8")}


def test_what_was_had_for_today_is_told() -> None:
    stage = Stage({**QUIET, "presence": {"hourly_milestones": {1: 5}}})
    stage.join("12:00", "Alice")
    stage.tick("13:00")
    assert seen(stage, "13:01").claimed == ["dwell.1h"]


def test_who_is_too_new_learns_how_much_is_left() -> None:
    stage = Stage(NEW)
    stage.join("12:00", "Alice")
    stage.chat("12:01", "Alice")
    told = seen(stage, "12:10:30", changes=NEW)
    assert (told.minutes_left, told.messages_left) == (20, 2)


def test_attendance_counts_who_is_here_and_who_was_today() -> None:
    stage = Stage(IGNORED)
    for user in ("alice", "Bob", "Cleo", "Dan"):
        stage.join("12:00", user)
    stage.join("12:00", "Guest", rank=0)
    stage.leave("12:03", "Cleo")
    stage.tick("12:05")
    stage.join("12:05:01", "Eve")
    counted = attendance(Store(stage.db), ROOM, AttendanceRequest(day=date(2026, 11, 22)), rules(settings(IGNORED)))
    assert (counted.now, counted.day) == (3, 3)  # here: Bob, Dan, Eve; with a minute: Bob, Cleo, Dan
