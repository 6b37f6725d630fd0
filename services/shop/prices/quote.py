"""What one viewer pays at this moment."""

from decimal import Decimal

from libs.common.config import Rules
from libs.common.contracts.ledger import AccountState
from libs.common.durable import Unit
from services.shop.items import FORTUNE, Item
from services.shop.prices import store
from services.shop.prices.price import Price, multiplier, price
from services.shop.ranks.part import perks


def quote(unit: Unit, channel: str, rules: Rules, account: AccountState | None, base: int) -> Price:
    """Give the price of something whose configured price is `base`, for who has that account."""
    return price(base, factor(unit, channel, rules), perks(unit, channel, account, rules).discount)


def quote_item(unit: Unit, channel: str, rules: Rules, account: AccountState | None, item: Item) -> Price:
    """Give the price of an item; what somebody's rank brings for nothing is free."""
    brings = perks(unit, channel, account, rules)
    found = price(item.section(rules).cost, factor(unit, channel, rules), brings.discount)
    return found.waived() if item is FORTUNE and brings.free_fortunes_per_day else found


def factor(unit: Unit, channel: str, rules: Rules) -> Decimal:
    """Give what a channel's prices are multiplied by."""
    counted = store.circulation(unit.db, channel) if rules.inflation.enabled else None
    return multiplier(None if counted is None else counted[0], rules.inflation)
