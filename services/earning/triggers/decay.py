"""`maintenance.decay`: once a day, less for who has much."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.pay.awards import REASON_MAX, Fee
from services.earning.pay.occasions import Night


def decay(night: Night, rules: Rules) -> Iterator[Fee]:
    """Take the day's part of a balance, rounded down, but nothing of what is exempt."""
    section = rules.balance_maintenance.decay
    coins = min(int(night.balance * section.daily_rate), night.balance - section.exempt_below)
    if coins > 0:
        yield Fee(
            user=night.user,
            name=night.name,
            key=f"decay:{night.channel}:{night.date}:{night.user}",
            type="decay",
            trigger="maintenance.decay",
            amount=coins,
            at=night.at,
            reason=section.label[:REASON_MAX],
            cause=night.cause,
        )
