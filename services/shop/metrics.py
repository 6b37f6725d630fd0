"""What the shop counts."""

from typing import Final

from prometheus_client import Gauge

MULTIPLIER: Final = Gauge("economy_inflation_multiplier", "What a channel's prices are multiplied by", ("channel",))
