"""What a place in the queue costs, how many somebody may have, and when the next. Plain and pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from libs.common.blackouts import closed_by
from libs.common.config import Rules
from libs.common.config.shop import QueueTier

BLACKOUT: Final = "blackout_active"
DAILY_LIMIT: Final = "daily_limit_reached"
COOLDOWN: Final = "cooldown_active"
INSUFFICIENT: Final = "insufficient_balance"
"""The balance, or the account: it is not there, or may not pay."""
REFUNDED: Final = "refunded"
"""What was paid under that id was given back, or may not be paid any more: it was to be given back before it came."""
UNKNOWN: Final = "unknown_request_id"


@dataclass(frozen=True, slots=True)
class Past:
    """What somebody bought and did not have given back."""

    today: int
    last: datetime | None
    """When the last one was, on any day."""


@dataclass(frozen=True, slots=True)
class Room:
    """What is left for somebody at a moment."""

    refusal: str | None
    """Why nothing can be bought, whatever the balance is."""
    limit: int
    remaining: int
    cooldown_seconds: int | None


def tier_of(seconds: int, tiers: Sequence[QueueTier]) -> QueueTier:
    """Give the first price something of that length falls under; what is longer than all of them falls under the last."""
    return next((tier for tier in tiers if seconds <= tier.max_minutes * 60), tiers[-1])


def room(at: datetime, past: Past, extra: int, rules: Rules) -> Room:
    """Give what is left for somebody whose rank brings `extra` a day, and the first reason why there is nothing.

    That is a blackout, the day's limit, or the cooldown.
    """
    spending = rules.spending
    limit = spending.max_queues_per_day + extra
    remaining = max(limit - past.today, 0)
    until = None if past.last is None else past.last + timedelta(minutes=spending.queue_cooldown_minutes)
    cooldown = ceil((until - at).total_seconds()) if until is not None and until > at else None
    if closed_by(at, spending) is not None:
        refusal: str | None = BLACKOUT
    elif not remaining:
        refusal = DAILY_LIMIT
    else:
        refusal = None if cooldown is None else COOLDOWN
    return Room(refusal, limit, remaining, cooldown)
