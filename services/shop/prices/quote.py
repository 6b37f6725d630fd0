"""What one viewer pays at this moment."""

from decimal import Decimal

from libs.common import ranks
from libs.common.config import Rules
from libs.common.durable import Unit
from services.shop.prices import store
from services.shop.prices.price import Price, multiplier, price


def quote(unit: Unit, channel: str, rules: Rules, lifetime_earned: int, base: int) -> Price:
    """Give the price of something whose configured price is `base`, for somebody who has earned so much."""
    return price(base, factor(unit, channel, rules), ranks.discount(lifetime_earned, rules.ranks))


def factor(unit: Unit, channel: str, rules: Rules) -> Decimal:
    """Give what a channel's prices are multiplied by."""
    counted = store.circulation(unit.db, channel)
    return multiplier(None if counted is None else counted[0], rules.inflation)
