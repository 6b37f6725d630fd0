"""Things for oneself that are delivered as soon as they are paid, and what there is to buy at all.

| verb | request | answer |
|---|---|---|
| `buy` | `BuyRequest` | `Bought` |
| `fortune` | `Asked` | `Fortune` |
| `catalogue` | `Asked` | `Catalogue` |
| `belongings` | `Asked` | `Belongings` |
"""

from typing import Annotated, Literal

from pydantic import Field

from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Asked, Done


class BuyRequest(Asked):
    """Buy something that is kept."""

    item: Literal["custom_greeting", "rename_currency"]
    value: Annotated[str, Field(max_length=2_000)]
    """The greeting, or the name."""


class Bought(Done):
    user: str
    """As the room spells it."""
    item: str
    value: str
    """As it is kept."""
    changed: bool = True
    """False where it was so before: nothing was charged then."""
    charged: int
    discount: float
    """The part of the usual price that the rank let off, 0 to 1."""
    balance: int


class Fortune(Done):
    text: str
    charged: int
    """0 where the day's fortune was told before."""
    again: bool = False
    balance: int


class Offer(Contract):
    """One thing in the shop, for one viewer."""

    item: str
    """As the configuration calls it."""
    how: str
    """The PM that buys it."""
    enabled: bool
    description: str
    base: int
    """As configured."""
    usual: int
    """With inflation: what somebody without a discount pays."""
    price: int
    """What this viewer pays."""
    value: str | None = None
    """What this viewer has of it."""


class Catalogue(Done):
    """All that is sold to somebody, what is switched off too."""

    offers: list[Offer]
    multiplier: float
    """What prices are multiplied by."""
    discount: float
    """The part of a price that this viewer's rank lets off, 0 to 1."""
    currency: str | None = None
    """This viewer's own name for the coin."""


class Belongings(Done):
    """What somebody has bought and has still, by item."""

    values: dict[str, str]
