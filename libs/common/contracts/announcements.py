"""What the economy has to say. Owner: announcer."""

from datetime import datetime
from typing import Literal

from libs.common.contracts.base import Contract


class Announcement(Contract):
    """Text for the room or for one viewer, said once, in order, before `until`."""

    id: str
    channel: str
    lane: Literal["chat", "pm"]
    to: str | None = None
    """The viewer, for the lane `pm`."""
    text: str
    """May hold newlines; the announcer splits it at CyTube's limit."""
    at: datetime
    """When what it tells of happened."""
    until: datetime
    """From then on it is not worth saying."""
