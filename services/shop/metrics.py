"""What the shop counts."""

from typing import Final

from prometheus_client import Counter, Gauge

MULTIPLIER: Final = Gauge("economy_shop_price_multiplier", "What a channel's prices are multiplied by", ("channel",))
ENDED: Final = Counter("economy_shop_sales_ended", "Sales whose effect is outside, by how they ended: paid or returned", ("item", "end"))
UNDER_WAY: Final = Gauge("economy_shop_under_way", "Requests being served")


def multipliers() -> dict[str, float]:
    """Give what prices are multiplied by, by channel; nothing before the first configuration."""
    return {sample.labels["channel"]: sample.value for family in MULTIPLIER.collect() for sample in family.samples}
