"""Which wins the room hears of: great ones always; of the others the first of a day, a new best of the day, or one an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

QUIET: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Told:
    """What a room was told of its wins."""

    day: str
    """The economy's date of the last one."""
    best: int
    """The highest payout told that day."""
    at: datetime
    """When the last one was."""


def is_told(told: Told | None, day: str, payout: int, at: datetime) -> bool:
    """Tell whether an ordinary win is said in the room."""
    return told is None or day > told.day or payout > told.best or at - told.at >= QUIET


def after(told: Told | None, day: str, payout: int, at: datetime) -> Told:
    """Give what a room has been told once it hears of this one; time never runs backwards."""
    if told is None or day > told.day:
        return Told(day, payout, at)
    return Told(told.day, max(told.best, payout), max(told.at, at))
