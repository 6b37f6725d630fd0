"""What can be reached: badges for a lifetime, prizes for a day."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from libs.common.config.section import MAX_COINS, Amount, Coins, Rate, Remark, Section

Lifetime = Literal[
    "lifetime_messages",
    "lifetime_presence_hours",
    "daily_streak",
    "unique_tip_recipients",
    "unique_tip_senders",
    "lifetime_earned",
    "lifetime_spent",
    "lifetime_gambled",
    "gambling_biggest_win",
    "rank_reached",
    "unique_emotes_used_lifetime",
]
"""What an achievement can be about."""

Daily = Literal[
    "messages_sent",
    "long_messages",
    "gifs_posted",
    "unique_emotes_used",
    "kudos_given",
    "kudos_received",
    "laughs_received",
    "bot_interactions",
    "z_earned",
    "z_spent",
    "z_gambled_in",
    "z_gambled_out",
    "minutes_present",
    "minutes_active",
]
"""What is counted for everybody each day."""

Id = Annotated[str, Field(min_length=1, max_length=64)]


class LifetimeCondition(Section):
    """From when on an achievement is reached."""

    type: Lifetime
    threshold: Amount
    field: str | None = None
    """No effect."""


class Achievement(Section):
    """A badge, once in a lifetime."""

    id: Id
    description: str = ""
    """Shown to viewers."""
    condition: LifetimeCondition
    """`type` and `threshold`."""
    reward: Coins = 0
    """Coins; 0 is a badge alone."""
    reward_percent_of_earnings: Rate = Decimal(0)
    """No effect: only a day's competition can pay a part of the day's earnings."""
    hidden: bool = False
    """Whether viewers are to find out by themselves."""

    def advice(self) -> Iterator[Remark]:
        if self.condition.field is not None:
            yield "condition.field", "has no effect"
        if self.reward_percent_of_earnings:
            yield "reward_percent_of_earnings", "has no effect: only a day's competition can pay a part of the day's earnings"


class DailyCondition(Section):
    """Who wins a day's competition: all who reach a threshold, or who has most."""

    type: Literal["daily_threshold", "daily_top"]
    field: Daily
    threshold: Amount = Decimal(0)
    """For `daily_threshold`."""


class Competition(Section):
    """A prize for the day that ended."""

    id: Id
    description: str = ""
    """Shown to viewers, and in the entry of who wins."""
    condition: DailyCondition
    """`type` (daily_threshold or daily_top), `field`, and `threshold` for the first."""
    reward: Coins = 0
    reward_percent_of_earnings: Annotated[Rate, Field(le=1000)] = Decimal(0)
    """For daily_top: of what the winner earned that day, one coin at least. Takes the place of `reward`."""
    max_reward: Annotated[int, Field(ge=1, le=MAX_COINS)] | None = None
    """Coins that such a part never exceeds; no bound unless given."""
    hidden: bool = False
    """Whether only winners are told."""

    def advice(self) -> Iterator[Remark]:
        top = self.condition.type == "daily_top"
        if not top and not self.condition.threshold:
            yield "condition.threshold", "is 0: everybody who was there wins"
        if not top and self.reward_percent_of_earnings:
            yield "reward_percent_of_earnings", "has no effect but for daily_top"
        if self.max_reward is not None and not (top and self.reward_percent_of_earnings):
            yield "max_reward", "has no effect without reward_percent_of_earnings"
        if not self.reward and not (top and self.reward_percent_of_earnings):
            yield "reward", "is 0: there is nothing to win"
