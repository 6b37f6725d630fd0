"""Tips: coins from viewer to viewer.

| verb | request | answer |
|---|---|---|
| `tip` | `TipRequest` | `Tipped` |
"""

from typing import Annotated

from pydantic import Field

from libs.common.contracts.ledger import MAX_AMOUNT
from libs.common.contracts.owners import Asked, Done, Name


class TipRequest(Asked):
    """Give somebody coins."""

    target: Name
    amount: Annotated[int, Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT)]


class Tipped(Done):
    target: str
    """As the room spells it."""
    amount: int
    balance: int
    """The giver's."""
    left: int
    """What the giver may still give away today."""
