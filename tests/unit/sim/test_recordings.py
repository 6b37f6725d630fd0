"""The simulated room does what a real one with a real robot did: message by message, answer by answer, list by list."""

from functools import cache
from itertools import groupby
from typing import Any

import pytest

from tests.support.likeness import Findings
from tests.support.reenactment import RECORDINGS, Reenactment

EACH = pytest.mark.parametrize("number", range(1, 6))
AT_ONCE = {"queue", "setPlaylistMeta"}
"""In file 5 several things are queued in the same moment."""
RELOADED = {"setCurrent", "changeMedia"}
"""In file 4 the room is loaded anew while the robot comes in, and what is on is told at another place of the greeting."""
LEFT_BEHIND = {2: {"frank"}, 3: {"frank", "ghosty"}, 5: {"ALICE"}}
"""Phantoms in the robot's list from before a recording began, or gone with a restart that was not recorded."""


@cache
def found(number: int) -> Findings:
    return Reenactment(RECORDINGS[number - 1]).play()


@EACH
def test_whatever_was_recorded_is_said_in_the_same_form(number: int) -> None:
    assert found(number).unexplained == []


@EACH
def test_nothing_is_said_that_was_not_recorded(number: int) -> None:
    assert found(number).too_much == []


@EACH
def test_it_is_said_in_the_same_order(number: int) -> None:
    other = {4: RELOADED, 5: AT_ONCE}.get(number, set())
    assert [pair for pair in found(number).overtaken if pair[0] not in other] == []


@EACH
def test_requests_get_the_same_answers(number: int) -> None:
    assert found(number).replies == []


@EACH
def test_the_robots_user_list_goes_the_same_ways(number: int) -> None:
    def changes(lists: list[Any]) -> list[Any]:
        known = ([user for user in users if user[0] not in LEFT_BEHIND.get(number, ())] for users in lists)
        return [users for users, _ in groupby(known)]

    recorded, simulated = found(number).lists
    assert changes(simulated) == changes(recorded)


def test_there_was_something_to_compare() -> None:
    assert sum(found(number).compared for number in range(1, 6)) > 1_000
