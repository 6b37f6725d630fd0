"""When everything counts for more."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Final, Literal

from pydantic import Field

from libs.common.config.section import Coins, Count, Minutes, Positive, Rate, Remark, Section, slower, twice
from libs.common.config.times import DAYS_OF_A_WEEK, HOURS_OF_A_DAY, Cron, Day, Zone, impossible

MULTIPLIED: Final = ("presence.", "chat.", "content.", "social.", "rain.")
"""What triggers begin with whose awards can be multiplied at all: all else is worth what it says."""


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
    timezone: Zone | None = None
    """Where it begins at that hour: an IANA name, such as Europe/Berlin. `economy.timezone` unless given."""
    multiplier: Rate = Decimal("2.0")
    presence_bonus: Coins = 0
    """Coins for those who are there when it begins."""
    presence_bonus_mode: Literal["split", "per_user"] = "split"
    """split: they share it, and what can't be shared evenly stays unpaid; per_user: each gets all of it."""
    arrive_within_minutes: Minutes = 0
    """Who comes so much later is still in time for it; it is paid then."""
    announce: bool = True
    """Whether the room is told when it begins and ends."""

    def advice(self) -> Iterator[Remark]:
        yield from slower(self)


class Multipliers(Section):
    """When everything counts for more."""

    combine: Literal["multiply", "add", "max"] = "multiply"
    """What several at the same time come to. multiply: x3 and x2 make x6; add: x4; max: x3."""
    max_combined: Rate = Decimal(10)
    """No more than that, whatever comes together."""
    applies_to: tuple[str, ...] = MULTIPLIED
    """What is multiplied, by what its trigger's name begins with. `rain.` goes by events alone. All else is never multiplied."""
    off_peak: OffPeak = OffPeak()
    high_population: HighPopulation = HighPopulation()
    holidays: Holidays = Holidays()
    scheduled_events: Annotated[tuple[ScheduledEvent, ...], Field(max_length=100)] = ()
    """Each with `name`, `cron`, `duration_hours`, `timezone`, `multiplier` (2), `presence_bonus` (0), `presence_bonus_mode` (split),
    `arrive_within_minutes` (0) and `announce` (true)."""

    def advice(self) -> Iterator[Remark]:
        yield from twice("scheduled_events", (event.name for event in self.scheduled_events), "what it pays for presence is paid once")
        for prefix in self.applies_to:
            if not any(prefix.startswith(known) or known.startswith(prefix) for known in MULTIPLIED):
                yield "applies_to", f"nothing that begins with {prefix} is ever multiplied"
        if self.max_combined < 1:
            yield "max_combined", "is below 1: everything will count for less while anything holds"
        for index, event in enumerate(self.scheduled_events):
            if event.arrive_within_minutes >= event.duration_hours * 60:
                yield f"scheduled_events.{index}.arrive_within_minutes", "is not over before the event is: it is paid when that ends"
