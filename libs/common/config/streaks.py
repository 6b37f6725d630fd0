"""What coming back is worth: day after day, at the weekend and on weekdays, after a long time."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from libs.common.config.section import Coins, Count, Remark, Section
from libs.common.config.texts import Places

MINUTES_OF_A_DAY = 1440


class DailyStreak(Section):
    """Days in a row."""

    enabled: bool = True
    min_presence_minutes: Count = 15
    """Minutes in the room that make a day count."""
    rewards: dict[Annotated[int, Field(ge=1)], Coins] = {2: 10, 3: 20, 4: 30, 5: 50, 6: 75, 7: 100}
    """Day of the streak: coins. A day that is not here brings what the last one before it does."""
    milestone_7_bonus: Coins = 200
    """On the seventh day, beside its reward."""
    milestone_30_bonus: Coins = 2000
    """On the thirtieth day, beside its reward."""

    def advice(self) -> Iterator[Remark]:
        if self.min_presence_minutes > MINUTES_OF_A_DAY:
            yield "min_presence_minutes", "is more than a day has: no day will count"
        if 1 in self.rewards:
            yield "rewards.1", "has no effect: one day is no streak yet"


class Bridge(Section):
    """Once a week for who comes at the weekend and on a weekday."""

    enabled: bool = True
    bonus: Coins = 500
    announce_on_weekend: bool = True
    """Whether who was there at the weekend is told by PM that a weekday is still missing."""
    week_starts_on: Literal["saturday", "monday"] = "saturday"
    """Saturday: the weekend comes first, and a weekday may follow. Monday: the weekdays come first."""
    message: Annotated[str, Places("amount", "currency")] = "Come by on a weekday too, and {amount} {currency} are yours."
    """That PM."""


class Streaks(Section):
    """What coming back is worth."""

    daily: DailyStreak = DailyStreak()
    weekend_weekday_bridge: Bridge = Bridge()


class WelcomeBack(Section):
    """A present for who was away for long."""

    enabled: bool = True
    days_absent: Annotated[int, Field(ge=1, le=36_500)] = 7
    """Whole days."""
    bonus: Coins = 100
    message: Annotated[str, Places("amount", "currency")] = "Good to see you again! Here are {amount} {currency}."
    """The PM that comes with it."""


class InactivityNudge(Section):
    """A word to who stays away."""

    enabled: bool = False
    days_absent: Count = 14
    message: Annotated[str, Places("balance", "currency")] = "Your {balance} {currency} are waiting for you."


class Retention(Section):
    """Those who stayed away."""

    welcome_back: WelcomeBack = WelcomeBack()
    inactivity_nudge: InactivityNudge = InactivityNudge()
