"""`maintenance.interest`: once a day, more for who has something."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.pay.awards import Award
from services.earning.pay.occasions import Night


def interest(night: Night, rules: Rules) -> Iterator[Award]:
    """Pay the day's part of a balance, rounded down, up to the day's most."""
    section = rules.balance_maintenance.interest
    coins = min(int(night.balance * section.daily_rate), section.max_daily_interest)
    if coins and night.balance >= section.min_balance_to_earn:
        yield Award(
            user=night.user,
            name=night.name,
            key=f"interest:{night.channel}:{night.date}:{night.user}",
            type="interest",
            trigger="maintenance.interest",
            amount=coins,
            at=night.at,
            cause=night.cause,
        )
