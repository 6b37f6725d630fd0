"""What kryten-robot answers, as it is read: done, refused, late, never, or nonsense."""

import json
from typing import Any

import pytest

from libs.common.asking import NoReplyError
from libs.common.contracts.base import Contract
from libs.common.robot import DO_SECONDS, RobotDesk, RobotSilentError, read
from libs.common.service import Channel
from libs.common.unit import encoded

ROOM = Channel("room", "Room", "cytu.be")


class Robot:
    """Answers as told, one after another; None is silence."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []
        self.patience: list[float] = []

    async def __call__(self, subject: str, request: Contract | bytes, timeout_seconds: float) -> bytes:
        self.asked.append(json.loads(encoded(request)))
        self.patience.append(timeout_seconds)
        answer = self.answers.pop(0)
        if answer is None:
            raise NoReplyError(subject)
        return answer if isinstance(answer, bytes) else json.dumps(answer).encode()


def done(**data: Any) -> dict[str, Any]:
    return {"service": "robot", "command": "x", "success": True, "data": data}


async def test_a_command_names_its_room_so_that_no_other_robot_feels_meant() -> None:
    robot = Robot(done(success=True))
    answer = await RobotDesk(robot, "shop").have(ROOM, "setChannelCSS", {"css": "a {}"})

    [asked] = robot.asked
    assert (asked["service"], asked["command"], asked["args"]) == ("robot", "setChannelCSS", {"css": "a {}"})
    assert (asked["meta"]["source"], asked["meta"]["domain"], asked["meta"]["channel"]) == ("shop", "cytu.be", "Room")
    assert answer.done


async def test_the_robot_is_given_longer_than_it_waits_itself() -> None:
    robot = Robot(done(success=True))
    await RobotDesk(robot, "shop").have(ROOM, "addvideo", {})

    assert robot.patience == [DO_SECONDS]
    assert DO_SECONDS > 8


async def test_a_command_without_an_answer_is_not_given_twice() -> None:
    robot = Robot(None, done())
    with pytest.raises(RobotSilentError):
        await RobotDesk(robot, "shop").have(ROOM, "say", {"message": "hi"})

    assert len(robot.asked) == 1


async def test_a_question_without_an_answer_is_asked_again_once() -> None:
    assert await RobotDesk(Robot(None, done(css="a {}")), "shop").tell(ROOM, "state.css") == {"css": "a {}"}
    with pytest.raises(RobotSilentError):
        await RobotDesk(Robot(None, None), "shop").tell(ROOM, "state.css")


async def test_a_question_that_is_refused_is_not_answered() -> None:
    with pytest.raises(RobotSilentError, match="not today"):
        await RobotDesk(Robot({"service": "robot", "success": False, "error": "not today"}), "shop").tell(ROOM, "state.css")


@pytest.mark.parametrize(
    ("answer", "is_done", "error"),
    [
        (done(success=True), True, None),
        (done(css=""), True, None),
        (done(success=False, error="too fast"), False, "too fast"),
        ({"service": "robot", "success": False, "error": "Missing css"}, False, "Missing css"),
        ({"service": "robot", "command": "x", "success": True, "data": None}, True, None),
        ({}, False, None),
    ],
)
def test_what_came_of_it_stands_inside_of_the_answer(answer: dict[str, Any], is_done: bool, error: str | None) -> None:
    found = read(json.dumps(answer).encode())

    assert (found.done, found.error) == (is_done, error)


@pytest.mark.parametrize("body", [b"", b"no JSON", b"[]", b'"x"', b"\xff"])
def test_what_is_no_answer_is_silence(body: bytes) -> None:
    with pytest.raises(RobotSilentError):
        read(body)
