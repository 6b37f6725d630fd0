"""kryten-robot, asked to do something or what it knows, by request on its command subject.

What it answers is read and never believed: it says that all went well while it is disconnected, too. Whether something came about shows in
what CyTube then sends.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from libs.common import subjects
from libs.common.asking import Ask, NoReplyError
from libs.common.service import Channel

DO_SECONDS: Final = 12.0
"""How long a command's answer is waited for: the robot itself waits 8 s for word from CyTube, and its answer then needs a moment."""
TELL_SECONDS: Final = 1.0
"""How long what the robot knows already is waited for, each time."""

Arguments = dict[str, Any]


class RobotSilentError(Exception):
    """Nothing that can be read was answered. The robot is away, does not serve this room, or does not know the command."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the robot said."""

    done: bool
    """Whether it took the command; not whether CyTube did."""
    data: dict[str, Any]
    error: str | None = None


class RobotDesk:
    """The robots of all channels, as one service sees them."""

    def __init__(self, ask: Ask, source: str) -> None:
        """Take how to ask, and in whose name."""
        self._ask = ask
        self._source = source

    async def have(self, channel: Channel, command: str, args: Arguments) -> Answer:
        """Have something done, asking once: a repetition may do it twice.

        Raises:
            RobotSilentError: no answer came; it may have been done all the same.
        """
        return await self._asked(channel, command, args, DO_SECONDS)

    async def tell(self, channel: Channel, command: str) -> dict[str, Any]:
        """Ask for something the robot knows (`state.css`), a second time where it is silent.

        Raises:
            RobotSilentError: it does not say.
        """
        try:
            answer = await self._asked(channel, command, {}, TELL_SECONDS)
        except RobotSilentError:
            answer = await self._asked(channel, command, {}, TELL_SECONDS)
        if not answer.done:
            raise RobotSilentError(answer.error or f"{command} is refused")
        return answer.data

    async def _asked(self, channel: Channel, command: str, args: Arguments, timeout_seconds: float) -> Answer:
        try:
            body = await self._ask(subjects.ROBOT_COMMAND, request(self._source, channel, command, args), timeout_seconds)
        except NoReplyError as error:
            raise RobotSilentError(str(error)) from error
        return read(body)


def request(source: str, channel: Channel, command: str, args: Arguments) -> bytes:
    """Give a request as kryten-py builds it. With domain and channel in it, only that room's robot feels meant."""
    meta = {
        "source": source,
        "timestamp": datetime.now(UTC).isoformat(),
        "domain": channel.domain,
        "channel": channel.name,
        "request_id": str(uuid4()),
    }
    return json.dumps({"service": "robot", "command": command, "args": args, "meta": meta}).encode()


def read(body: bytes) -> Answer:
    """Read an answer: the outer `success` only says that the command was handled, what came of it stands in `data`.

    Raises:
        RobotSilentError: it is none that can be read.
    """
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise RobotSilentError(f"an answer that can't be read: {error}") from error
    if not isinstance(answer, dict):
        raise RobotSilentError("an answer that is no object")
    data = answer.get("data")
    inner = data if isinstance(data, dict) else {}
    why = answer.get("error") or inner.get("error")
    done = answer.get("success") is True and inner.get("success", True) is True
    return Answer(done, inner, None if why is None else str(why))
