"""When a shoutout that was said may have been given back: only where the stream shows that what the room heard may be lost."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.chaos.shoutouts import Hole, fault, holes
from tests.support.model_parts import Raw
from tests.support.robot import Said

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DOWN = Hole(NOON, NOON + timedelta(seconds=3))


def said(seconds: float) -> Said:
    return Said(None, "hello", NOON + timedelta(seconds=seconds), 0.0)


def raw(sequence: int, subject: str, seconds: float, **payload: object) -> Raw:
    return Raw(sequence, subject, json.dumps({"payload": payload}).encode(), NOON + timedelta(seconds=seconds))


def test_what_was_paid_and_said_is_right() -> None:
    assert fault("paid", [said(1)], [], echoed=True) is None


def test_what_was_given_back_and_never_said_is_right() -> None:
    assert fault("returned", [], [], echoed=False) is None


def test_what_was_said_while_the_server_went_down_may_be_given_back() -> None:
    assert fault("returned", [said(1)], [DOWN], echoed=False) is None


@pytest.mark.parametrize("seconds", [-2, 4])
def test_what_was_said_at_another_time_is_to_be_paid(seconds: float) -> None:
    assert fault("returned", [said(1), said(seconds)], [DOWN], echoed=False) is not None


def test_what_the_stream_has_is_to_be_paid() -> None:
    assert fault("returned", [said(1)], [DOWN], echoed=True) is not None


def test_what_was_never_said_is_not_to_be_paid() -> None:
    assert fault("paid", [], [DOWN], echoed=False) is not None


def test_a_hole_goes_from_the_last_message_before_it_to_its_gap() -> None:
    raws = [raw(1, "x", -5), raw(2, "x", 0), raw(3, "x", 2), raw(4, "economy.observed.@all.gap", 3, after=2)]

    assert holes(raws) == [DOWN]
