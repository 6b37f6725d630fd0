"""Bounties: coins a viewer sets out for something. Owner: shop.

| verb | request | answer |
|---|---|---|
| `bounty` | `BountyRequest` | `BountyAnswer` |
| `bounties` | `BountiesRequest` | `BountiesAnswer` |
| `claim_bounty` | `ClaimBountyRequest` | `ClaimBountyAnswer` |
| `cancel_bounty` | `CancelBountyRequest` | `BountyAnswer` |
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import MAX_AMOUNT
from libs.common.contracts.owners import Asked, Done, Name

Number = Annotated[int, Field(ge=1, le=MAX_AMOUNT)]
"""What a bounty is called: numbers rise by one in each channel."""


class BountyRequest(Asked):
    """Set out so many coins for something."""

    amount: Annotated[int, Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
    text: Annotated[str, Field(max_length=2_000)]
    """What they are for."""


class BountyAnswer(Done):
    """How a bounty stands after it was set out or cancelled."""

    state: Literal["open", "cancelled"]
    number: int
    amount: int
    text: str
    creator: str
    hours: int
    """How long it stays open from its making; 0 for a minute."""
    refund: int
    """What comes back if nobody has earned it by then; of one that was cancelled, what came back. The rest is gone."""
    balance: int | None = None
    """Its creator's, where it changed."""


class BountiesRequest(Asked):
    """The newest open ones."""


class OpenBounty(Contract):
    number: int
    amount: int
    text: str
    creator: str
    made_at: datetime
    ends_at: datetime


class BountiesAnswer(Done):
    at: datetime
    """As of when."""
    total: int
    """How many are open."""
    bounties: list[OpenBounty]
    """Newest first; no more than are worth reading."""


class ClaimBountyRequest(Asked):
    """An administrator says who has earned it; that it is one, is for the asker to know."""

    number: Number
    winner: Name


class ClaimBountyAnswer(Done):
    number: int
    amount: int
    text: str
    creator: str
    winner: str
    balance: int
    """The winner's."""


class CancelBountyRequest(Asked):
    """Its creator gets back what the end of its time would give; where an administrator ends somebody else's, all of it goes back."""

    number: Number
    by_admin: bool = False
    """Whether who asks is an administrator."""
