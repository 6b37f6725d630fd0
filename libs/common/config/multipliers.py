"""When everything counts for more."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from libs.common.config.section import Coins, Count, Positive, Rate, Remark, Section, slower, twice
from libs.common.config.times import DAYS_OF_A_WEEK, HOURS_OF_A_DAY, Cron, Day, impossible


class OffPeak(Section):
    """Quiet hours of quiet days."""

    enabled: bool = True
    days: tuple[int, ...] = (1, 2, 3, 4)
    """Of the week: 0 is Sunday, 6 Saturday."""
    hours: tuple[int, ...] = (6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    """Of the day in `economy.timezone`, 0 to 23."""
    multiplier: Rate = Decimal("2.0")
    announce: bool = True
    """Whether the room is told when they begin."""

    def advice(self) -> Iterator[Remark]:
        yield from impossible("days", self.days, "day of the week", DAYS_OF_A_WEEK)
        yield from impossible("hours", self.hours, "hour", HOURS_OF_A_DAY)
        yield from slower(self)


class HighPopulation(Section):
    """A full room."""

    enabled: bool = True
    min_users: Count = 10
    """Viewers, robots and ignored ones aside."""
    multiplier: Rate = Decimal("1.5")
    hidden: bool = True
    """Whether viewers are to find out by themselves."""

    def advice(self) -> Iterator[Remark]:
        yield from slower(self)


class Holiday(Section):
    """One day of every year."""

    date: Day
    """Month-day, such as 12-25."""
    name: str
    multiplier: Rate

    def advice(self) -> Iterator[Remark]:
        yield from slower(self)


class Holidays(Section):
    """Days of the year."""

    enabled: bool = True
    dates: tuple[Holiday, ...] = (
        Holiday(date="12-25", name="Christmas", multiplier=Decimal("3.0")),
        Holiday(date="10-31", name="Halloween", multiplier=Decimal("2.0")),
    )
    """Each with `date` (month-day), `name` and `multiplier`."""
    announce: bool = True
    """Whether the room is told when they begin."""


class ScheduledEvent(Section):
    """Hours that come again and again."""

    name: str
    cron: Cron
    """When it begins: minute, hour, day of month, month, day of week."""
    duration_hours: Positive
    multiplier: Rate = Decimal("2.0")
    presence_bonus: Coins = 0
    """Coins shared out among those who are there when it begins."""
    announce: bool = True
    """Whether the room is told when it begins and ends."""

    def advice(self) -> Iterator[Remark]:
        yield from slower(self)


class Multipliers(Section):
    """When everything counts for more. What holds at the same time is multiplied."""

    off_peak: OffPeak = OffPeak()
    high_population: HighPopulation = HighPopulation()
    holidays: Holidays = Holidays()
    scheduled_events: Annotated[tuple[ScheduledEvent, ...], Field(max_length=100)] = ()
    """Each with `name`, `cron`, `duration_hours`, `multiplier` (2), `presence_bonus` (0) and `announce` (true)."""

    def advice(self) -> Iterator[Remark]:
        yield from twice("scheduled_events", (event.name for event in self.scheduled_events), "what it pays for presence is paid once")
