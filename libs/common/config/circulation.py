"""What moves all balances, or all prices, by itself: rain, interest or decay, inflation."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from libs.common.config.section import Coins, Count, Rate, Remark, Section, Share, upside_down
from libs.common.config.texts import Places
from libs.common.config.times import TimeOfDay


class Rain(Section):
    """Now and then everybody in the room gets the same few coins."""

    enabled: bool = True
    interval_minutes: Annotated[int, Field(ge=1, le=525_600)] = 45
    """On average; each time up to 30 % less or more."""
    min_amount: Coins = 5
    """Coins for each viewer, at least."""
    max_amount: Coins = 25
    """Coins for each viewer, at most."""
    pm_notification: bool = True
    """Whether each of them is told by PM, where `notify` is auto."""
    message: Annotated[str, Places("amount", "currency")] = "It rained: {amount} {currency} for you."
    """That PM."""
    notify: Literal["auto", "pm", "chat", "none"] = "auto"
    """How it is told of: by pm to each; by one line in chat (`announcements.rain_drop`); not at all (none); or by pm while there are ten
    of them at most, and in chat where there are more (auto)."""

    def advice(self) -> Iterator[Remark]:
        yield from upside_down(self, "min_amount", "max_amount", "it will always rain the lower one")
        if not self.max_amount:
            yield "max_amount", "is 0: it never rains"
        if self.notify == "pm" and not self.pm_notification:
            yield "pm_notification", "has no effect while notify is pm"


class Interest(Section):
    """Once a day, more for who has something."""

    daily_rate: Share = Decimal("0.001")
    """Part of the balance: 0.001 is one coin in a thousand."""
    max_daily_interest: Coins = 10
    """Coins, whatever the balance."""
    min_balance_to_earn: Coins = 100
    """Smaller balances bring nothing."""
    requires_seen_within_days: Count = 0
    """Nothing for who was not in the room for longer than that; 0: it does not matter."""


class Decay(Section):
    """Once a day, less for who has much."""

    enabled: bool = False
    daily_rate: Share = Decimal("0.005")
    """Part of the balance."""
    exempt_below: Coins = 50_000
    """No balance falls below it by decay."""
    label: str = "Storage fee"
    """What the entry in somebody's history says."""


class BalanceMaintenance(Section):
    """What balances do overnight."""

    mode: Literal["interest", "decay", "none"] = "interest"
    """interest (more), decay (less), or none."""
    run_at: TimeOfDay = "03:00"
    """When, in the economy's time zone."""
    interest: Interest = Interest()
    decay: Decay = Decay()

    def advice(self) -> Iterator[Remark]:
        if self.decay.enabled and self.mode != "decay":
            yield "decay.enabled", f"has no effect while mode is {self.mode}"


class Inflation(Section):
    """Prices follow how many coins there are."""

    enabled: bool = False
    anchor_float: Annotated[Coins, Field(ge=1)] = 100_000_000
    """With so many coins in circulation prices are as written; with twice as many they are doubled."""
    min_multiplier: Annotated[Rate, Field(ge=Decimal("0.01"), le=1)] = Decimal("0.25")
    """Prices never fall below this factor."""
    max_multiplier: Annotated[Rate, Field(ge=1)] = Decimal("8.0")
    """Prices never rise above this factor."""
    update_interval_seconds: Annotated[Count, Field(ge=60)] = 3600
    """How often the factor is worked out anew."""

    def advice(self) -> Iterator[Remark]:
        if self.enabled:
            yield (
                "enabled",
                f"far fewer than {self.anchor_float:,} coins in circulation make all prices {self.min_multiplier} of those written",
            )
