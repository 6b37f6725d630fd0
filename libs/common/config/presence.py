"""What being there is worth."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from libs.common.config.section import Coins, Minutes, Rate, Section, slower
from libs.common.config.times import HOURS_OF_A_DAY, impossible


class NightWatch(Section):
    """Certain hours count for more."""

    enabled: bool = True
    hours: tuple[int, ...] = (2, 3, 4, 5, 6, 7)
    """Of the day in `economy.timezone`, 0 to 23."""
    multiplier: Rate = Decimal("1.5")

    def advice(self) -> Iterator[tuple[str, str]]:
        yield from impossible("hours", self.hours, "hour", HOURS_OF_A_DAY)
        yield from slower(self)


class Presence(Section):
    """The minute, and what many of them bring."""

    base_rate_per_minute: Rate = Decimal(1)
    """Coins for each minute in the room; fractions add up until they are a coin."""
    active_bonus_per_minute: Coins = 0
    """Coins on top of it for who is active: spoke lately, and is not marked AFK."""
    afk_threshold_minutes: Minutes = 5
    """How lately."""
    join_debounce_minutes: Minutes = 5
    """Who is back sooner was never away, and is paid for the gap."""
    greeting_absence_minutes: Minutes = 30
    """Who was away so long is greeted when back."""
    hourly_milestones: dict[Annotated[int, Field(ge=1)], Coins] = {1: 10, 3: 30, 6: 75, 12: 200, 24: 1000}
    """Hours in the room within one day: coins, once a day each."""
    milestone_grace_minutes: Annotated[int, Field(ge=0, le=720)] = 5
    """How many minutes a milestone of 24 hours forgives: nobody is there for a day's every minute."""
    posting_interval_minutes: Annotated[int, Field(ge=1, le=15)] = 1
    """How many minutes are put together into one entry of somebody's history."""
    night_watch: NightWatch = NightWatch()

    def advice(self) -> Iterator[tuple[str, str]]:
        if beyond := sorted(hour for hour in self.hourly_milestones if hour > HOURS_OF_A_DAY):
            yield f"hourly_milestones.{beyond[0]}", "is more than a day has; it will never be paid"
        if self.join_debounce_minutes > 60:  # noqa: PLR2004 - an hour
            yield "join_debounce_minutes", "is over an hour: absences that long will be paid"
        if self.greeting_absence_minutes < self.join_debounce_minutes:
            yield "greeting_absence_minutes", "is below join_debounce_minutes, before which nobody counts as away"
        if not self.afk_threshold_minutes and self.active_bonus_per_minute:
            yield "afk_threshold_minutes", "is 0: nobody will ever be active"
