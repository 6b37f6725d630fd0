"""Places in the queue that other programs sell. Owner: shop.

| verb | request | answer |
|---|---|---|
| `queue_preview` | `QueuePreviewRequest` | `QueuePreview` |
| `queue` | `QueueRequest` | `QueuePaid` |
| `queue_refund` | `QueueRefundRequest` | `QueueRefunded` |

A `request_id` stands for one payment over all channels and viewers: the key of a payment is `payment_key(request_id)`, that of its
refund `refund_key(request_id)`.
"""

from typing import Annotated

from pydantic import Field

from libs.common.contracts.ledger import MAX_AMOUNT
from libs.common.contracts.owners import Asked, Done
from libs.common.names import fold

RequestId = Annotated[str, Field(min_length=1, max_length=190)]
Seconds = Annotated[int, Field(ge=1, le=MAX_AMOUNT)]
Call = Annotated[str, Field(max_length=64)]
"""One call of the asker's, however often it is sent: who reads it back in an answer is not told of a repetition."""


def payment_key(request_id: str) -> str:
    """Give the key of a payment: of its request, and of its posting."""
    return f"queue:{request_id}"


def refund_key(request_id: str) -> str:
    """Give the key of a payment's refund."""
    return f"refund:{request_id}"


class QueuePreviewRequest(Asked):
    """What it would cost, and whether it can be bought now."""

    seconds: Seconds


class QueuePreview(Done):
    refusal: str | None = None
    """Why it can't be bought now; None if it can."""
    cost: int
    base: int
    """As configured, before inflation and discount."""
    tier_label: str
    discount_percent: float
    remaining: int
    """Purchases left today."""
    cooldown_seconds: int | None = None
    """Until the next one, where that is to be waited for."""


class QueueRequest(Asked):
    """Pay for something of so many seconds."""

    request_id: RequestId
    seconds: Seconds
    tier: Annotated[str, Field(max_length=100)] = "queue"
    """The asker's own word; kept, and of no effect."""
    media_id: Annotated[str | None, Field(max_length=500)] = None
    call: Call = ""

    def contents(self) -> bytes:
        """Give what a repetition must repeat."""
        return f"{fold(self.user)} {self.seconds} {self.tier!r} {self.media_id!r}".encode()


class QueuePaid(Done):
    request_id: str
    cost: int
    tier: str
    tier_label: str = ""
    balance: int | None = None
    call: str = ""
    """The one that was served; of any other call this is a repetition."""


class QueueRefundRequest(Asked):
    """Give back what was paid under an id, to whom paid it. An id never heard of is void from then on."""

    request_id: RequestId
    reason: Annotated[str, Field(max_length=300)] = "refund"
    call: Call = ""

    def contents(self) -> bytes:
        """Give what a repetition must repeat: nothing but the id, which is the key."""
        return b""


class QueueRefunded(Done):
    request_id: str
    refunded: int
    balance: int | None = None
    """Of who paid, where it was they who were named."""
    call: str = ""
    """As in `QueuePaid`."""
