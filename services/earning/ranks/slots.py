"""When the room is told of somebody's rank: at once, or a while later with others. Plain and pure.

The first line of a day is said at once, so is that of a rank higher than any told of on that day, and an hour after the last line the next.
"""

from typing import Final, NamedTuple

from services.earning.times import MINUTE_US

BETWEEN_US: Final = 60 * MINUTE_US


class Said(NamedTuple):
    """The last public line."""

    at: int
    """Microseconds since 1970."""
    date: str
    best: int
    """The highest place on the ladder that was told of on that date."""


class Risen(NamedTuple):
    """Somebody to be told of."""

    user: str
    """Folded."""
    name: str
    tier: int
    rank: str
    date: str
    """When it happened; from the next day on it is no news."""


def slot(said: Said | None, tier: int, at: int, today: str) -> int:
    """Give when a rise to `tier` may be told of."""
    if said is None or said.date != today or tier > said.best:
        return at
    return max(at, said.at + BETWEEN_US)


def after(said: Said | None, told: list[Risen], at: int, today: str) -> Said:
    """Give what was said last, once these were told of."""
    best = max(risen.tier for risen in told)
    return Said(at, today, best if said is None or said.date != today else max(best, said.best))
