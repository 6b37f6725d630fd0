"""Whether a robot is there, by what its two handlers answer."""

import json
from typing import Any

import pytest

from services.ingest.robots import RobotWatch


def reply(*, success: bool = True, **data: Any) -> bytes:
    return json.dumps({"service": "robot", "command": "system.ping", "success": success, "data": {"pong": True, **data}}).encode()


STATE = reply()
COMMANDS = reply(cytube_connected=True, channel="testroom", domain="localhost")
ALONE = reply(cytube_connected=False, channel="testroom", domain="localhost")


def test_before_the_first_ping_nothing_is_known() -> None:
    assert RobotWatch("testroom").presence == "unknown"


@pytest.mark.parametrize(
    ("replies", "presence"),
    [
        ([STATE, COMMANDS], "connected"),
        ([STATE], "connected"),
        ([STATE, ALONE], "away"),
        ([ALONE, STATE], "away"),
        ([], "unknown"),
        ([reply(success=False)], "unknown"),
        ([b"", b"\xff", b"[]", b"{", b"3"], "unknown"),
        ([json.dumps({"success": True, "cytube_connected": False}).encode()], "away"),
        ([reply(cytube_connected=True, channel="other")], "unknown"),
    ],
)
def test_one_ping(replies: list[bytes], presence: str) -> None:
    assert RobotWatch("testroom").heard(replies) == presence


def test_two_silent_pings_running_mean_away() -> None:
    watch = RobotWatch("testroom")
    assert [watch.heard([COMMANDS]), watch.heard([]), watch.heard([])] == ["connected", "unknown", "away"]


def test_an_answer_between_begins_the_count_anew() -> None:
    watch = RobotWatch("testroom")
    assert [watch.heard([]), watch.heard([STATE]), watch.heard([])] == ["unknown", "connected", "unknown"]


def test_only_the_reply_that_knows_of_cytube_is_final() -> None:
    watch = RobotWatch("testroom")
    assert [watch.is_final(each) for each in (STATE, COMMANDS, ALONE, b"?")] == [False, True, True, False]
