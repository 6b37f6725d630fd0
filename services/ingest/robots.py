"""Is the robot in its room? Judged from the answers to a ping."""

import json
from collections.abc import Sequence
from typing import Any, Final, Literal

from libs.common import subjects

Presence = Literal["connected", "away", "unknown"]

SILENT_PINGS: Final = 2
"""So many pings running without an answer mean that the robot is away."""


class RobotWatch:
    """What is known of one channel's robot."""

    def __init__(self, channel: str) -> None:
        """Begin without any knowledge of the robot of this channel token."""
        self.presence: Presence = "unknown"
        self._channel = channel
        self._silent = 0

    def heard(self, replies: Sequence[bytes]) -> Presence:
        """Judge by all replies to one ping. Two handlers answer, and only one of them knows about CyTube."""
        answers = [answer for answer in map(self._answer, replies) if answer is not None]
        if not answers:
            self._silent += 1
            self.presence = "away" if self._silent >= SILENT_PINGS else "unknown"
            return self.presence
        self._silent = 0
        self.presence = "away" if any(says_cytube(answer) is False for answer in answers) else "connected"
        return self.presence

    def is_final(self, reply: bytes) -> bool:
        """Tell whether a reply leaves nothing open, so that no other need be waited for."""
        answer = self._answer(reply)
        return answer is not None and says_cytube(answer) is not None

    def _answer(self, reply: bytes) -> dict[str, Any] | None:
        """Give a successful reply of this channel's robot; None for anything else."""
        try:
            answer = json.loads(reply)
        except (ValueError, RecursionError):
            return None
        if not isinstance(answer, dict) or answer.get("success") is not True:
            return None
        data = answer.get("data")
        channel = data.get("channel") if isinstance(data, dict) else None
        if isinstance(channel, str) and subjects.token(channel) != self._channel:
            return None
        return answer


def says_cytube(answer: dict[str, Any]) -> bool | None:
    """Give what a reply says of the robot's connection to CyTube; None if it says nothing."""
    data = answer.get("data")
    for place in (data, answer):
        said = place.get("cytube_connected") if isinstance(place, dict) else None
        if isinstance(said, bool):
            return said
    return None
