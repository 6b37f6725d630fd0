"""What being there is worth."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from libs.common.config.section import Coins, Minutes, Rate, Section

HOURS_OF_A_DAY = 24


class NightWatch(Section):
    """Certain hours count for more."""

    enabled: bool = True
    hours: tuple[int, ...] = (2, 3, 4, 5, 6, 7)
    """Of the day in `economy.timezone`, 0 to 23."""
    multiplier: Rate = Field("1.5", validate_default=True)

    def advice(self) -> Iterator[tuple[str, str]]:
        if never := sorted(hour for hour in set(self.hours) if not 0 <= hour < HOURS_OF_A_DAY):
            yield "hours", f"no day has an hour {never[0]}; 0 to 23"
        if self.multiplier < 1:
            yield "multiplier", "is below 1: these hours will count for less"


class Presence(Section):
    """The minute, and what many of them bring."""

    base_rate_per_minute: Rate = Field(1, validate_default=True)
    active_bonus_per_minute: Coins = 0
    afk_threshold_minutes: Minutes = 5
    """Active is who spoke within so many minutes."""
    join_debounce_minutes: Minutes = 5
    """Who is back sooner was never away."""
    greeting_absence_minutes: Minutes = 30
    """Who was away so long is greeted."""
    hourly_milestones: dict[Annotated[int, Field(ge=1)], Coins] = {1: 10, 3: 30, 6: 75, 12: 200, 24: 1000}
    """Hours there within one day: coins, once a day each."""
    milestone_grace_minutes: Annotated[int, Field(ge=0, le=720)] = 5
    """How much the milestones of 24 hours forgive: nobody reaches a day's last minute."""
    posting_interval_minutes: Annotated[int, Field(ge=1, le=15)] = 1
    """Minutes that are put together into one posting for somebody."""
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
        if self.posting_interval_minutes != 1:
            yield "posting_interval_minutes", "has no effect yet: every minute has an entry of its own"
