"""The first sight of somebody who may earn, as the triggers see it."""

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
