"""What the clock, or an administrator, brings to somebody: as the triggers see it."""

from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from libs.common.config.goals import Competition
from services.earning.people.viewer import Day


class Drop(NamedTuple):
    """What falls on one viewer of a rain."""

    channel: str
    user: str
    """Folded."""
    name: str
    rain: str
    """The rain's id."""
    coins: int
    """What was drawn for everybody, or this viewer's share of a whole."""
    at: datetime
    cause: str
    factor: Decimal = Decimal(1)
    """What events make of it."""
    bonus_percent: int = 0
    """What the viewer's rank adds."""
    metadata: dict[str, Any] | None = None
    told: bool = False
    """Whether the viewer is told by PM."""
    giver: str | None = None
    """Who has it rain, where somebody does."""


class Night(NamedTuple):
    """The day's end of one account."""

    channel: str
    user: str
    """Folded."""
    name: str
    balance: int
    date: str
    at: datetime
    cause: str


class Win(NamedTuple):
    """A competition of a day that ended, and one of those who won it."""

    channel: str
    competition: Competition
    day: Day
    """The winner's."""
    name: str
    at: datetime
    cause: str
    told: bool
    """Whether the winner is here to be told."""


class Attendance(NamedTuple):
    """One of those who were there when a scheduled event began."""

    channel: str
    user: str
    """Folded."""
    name: str
    event: str
    begins: int
    """Seconds since 1970."""
    coins: int
    """This viewer's."""
    at: datetime
    cause: str
