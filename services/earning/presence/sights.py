"""The first sight of somebody who may earn, and their return, as the triggers see them."""

from datetime import datetime
from typing import NamedTuple


class Sight(NamedTuple):
    """Somebody is in the room and may earn, for the first time."""

    channel: str
    user: str
    """Folded."""
    name: str
    at: datetime
    cause: str
    """The id of the event that showed them."""


class Return(NamedTuple):
    """Somebody who may earn, and has been here before, is back after an absence that is no bounce."""

    channel: str
    user: str
    """Folded."""
    name: str
    at: datetime
    left: int
    """When they were last here, in microseconds since 1970."""
    cause: str
