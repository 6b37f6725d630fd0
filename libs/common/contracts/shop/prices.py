"""What prices are multiplied by.

| verb | request | answer |
|---|---|---|
| `inflation` | `Asked` | `InflationAnswer` |
"""

from datetime import datetime

from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Done


class Sample(Contract):
    """One thing, and what it costs who has no discount."""

    name: str
    base: int
    """As configured."""
    price: int


class InflationAnswer(Done):
    enabled: bool
    multiplier: float
    anchor: int
    """Coins in circulation at which prices are as configured."""
    circulation: int | None = None
    """Coins in circulation when they were last counted; None before that, and while it is switched off."""
    counted: datetime | None = None
    """When that was."""
    seconds: int
    """How often they are counted."""
    minimum: float
    maximum: float
    samples: list[Sample]
