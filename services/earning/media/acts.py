"""What viewers do about what plays, as the triggers see it."""

from datetime import datetime
from typing import NamedTuple

from services.earning.media.playing import Play
from services.earning.people.viewer import Viewer


class Stay(NamedTuple):
    """Somebody was in the room for some of a play that has ended."""

    channel: str
    viewer: Viewer
    play: Play
    watched_us: int
    at: datetime
    cause: str
    """The id of the event by which it turned out."""


class Like(NamedTuple):
    """Somebody likes what plays."""

    channel: str
    viewer: Viewer
    play: Play
    at: datetime
    cause: str
    """The key of the request."""
