"""Having it rain.

| verb | request | answer |
|---|---|---|
| `rain` | `RainRequest` | `Rained` |

Declined as `rain_nobody` (nobody is here to be paid) or `rain_small` (fewer coins than viewers).
"""

from typing import Final

from libs.common.contracts.ledger import Amount
from libs.common.contracts.owners import Asked, Done

RAIN: Final = "rain"


class RainRequest(Asked):
    """Share coins out among everybody who is here; `user` is who has it rain."""

    total: Amount


class Rained(Done):
    total: int
    recipients: int
    each: int
    """Coins for each."""
    more: int
    """So many of them, the first by name, got one coin more."""
