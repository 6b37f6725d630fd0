"""Days in a row, and weeks with a weekend day and a weekday: what a qualifying day makes of what was before."""

from datetime import date, timedelta
from typing import Literal, NamedTuple

from services.earning.presence.minutes import Slot

_SATURDAY = 5
_DAYS = 7


def advance(streak: int, last: str | None, today: str) -> int:
    """Give the days in a row up to `today`, which counts: one more if `last` was yesterday, the same if it was today, else 1."""
    if last is None or streak == 0:
        return 1
    gap = date.fromisoformat(today) - date.fromisoformat(last)
    if gap <= timedelta(0):
        return streak
    return streak + 1 if gap == timedelta(days=1) else 1


def reward(rewards: dict[int, int], days: int) -> int:
    """Give the coins for a day of a streak: those of the highest configured day that is reached; nothing on the first day."""
    reached = [day for day in rewards if 1 < day <= days]
    return rewards[max(reached)] if reached else 0


def is_weekend(day: str) -> bool:
    """Tell whether a date is a Saturday or a Sunday."""
    return date.fromisoformat(day).weekday() >= _SATURDAY


def week_of(day: str, starts_on: Literal["saturday", "monday"]) -> str:
    """Name the week of a date by its first day."""
    moment = date.fromisoformat(day)
    first = _SATURDAY if starts_on == "saturday" else 0
    return (moment - timedelta(days=(moment.weekday() - first) % _DAYS)).isoformat()


class Week(NamedTuple):
    """What somebody did in one week."""

    week: str
    """Its first day."""
    weekend: bool = False
    weekday: bool = False
    paid: bool = False

    @property
    def is_bridged(self) -> bool:
        """Whether both kinds of days are there."""
        return self.weekend and self.weekday


def there(week: Week, day: str) -> Week:
    """Note a qualifying day of that week."""
    return week._replace(weekend=True) if is_weekend(day) else week._replace(weekday=True)


class QualifyingDay(NamedTuple):
    """A day of somebody that has just come to count, as the triggers see it."""

    slot: Slot
    """The minute that made it count."""
    streak: int
    """Days in a row, this one included; 0 where streaks are off."""
    week: Week | None
    """The week, this day included; None where the bridge is off."""
