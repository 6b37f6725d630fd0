"""What earning counts."""

from typing import Final

from prometheus_client import Counter, Gauge

MINUTES: Final = Counter("economy_earning_minutes", "Minutes of viewers counted")
COINS: Final = Counter("economy_earning_coins", "Coins the ledger was asked for", ("trigger",))
EVENT_AGE: Final = Gauge("economy_earning_event_age_seconds", "Age of the last event handled, when it was handled")
WAITING: Final = Gauge("economy_earning_outbox", "Messages that wait to be sent")
