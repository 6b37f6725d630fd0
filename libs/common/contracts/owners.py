"""What owners other than the ledger are asked, and how they decline: `economy.<service>.<channel>.<verb>`.

Every request that may change something is an `Asked`, and does so once under its key, however often it comes. The answer is the verb's
own, or `Declined`, or, where nothing is known yet, a `Failure` (see `health`), after which the same request is asked again.
"""

from datetime import datetime
from typing import Annotated, Self, TypeVar

from pydantic import Field

from libs.common.contracts.base import Contract
from libs.common.contracts.events import EventBase
from libs.common.contracts.ledger import Key, Outcome

A = TypeVar("A", bound=Contract)

Name = Annotated[str, Field(min_length=1, max_length=64)]


class Asked(Contract):
    """Who wants something, and since when."""

    key: Key
    """The same for every repetition: the PM's event id, or what an API call's `request_id` makes of it."""
    user: Name
    """Who asks, as the room spells it."""
    at: datetime
    """When (event time)."""
    epoch: int = 0
    raw: int = 0
    """The event behind which it is to be decided: the PM itself, or the last one the API had read."""

    @classmethod
    def by(cls, event: EventBase, user: str, **wanted: object) -> Self:
        """Give the request an event makes."""
        return cls.model_validate({"key": event.id, "user": user, "at": event.at, "epoch": event.epoch, "raw": event.raw, **wanted})

    def contents(self) -> bytes:
        """Give what a repetition under the same key must repeat."""
        return self.model_dump_json(exclude={"key", "at", "epoch", "raw"}, exclude_none=True).encode()


class Declined(Contract):
    """It is not done, for a reason that can be told; nothing was charged, and nothing counts as used up."""

    ok: bool = False
    code: str
    """A word of the owner's closed set."""
    values: dict[str, int | float | str | None] = {}
    """What the words for it speak of: bounds, seconds left, a balance."""


def refused(outcome: Outcome, price: int) -> Declined:
    """Say why the ledger refused what was to cost so much; where there were not enough coins, also how many there are."""
    if outcome.refusal == "insufficient_funds" and outcome.balance is not None:
        return Declined(code="too_dear", values={"price": price, "balance": outcome.balance})
    return Declined(code=outcome.refusal or "refused", values={"price": price})


class Done(Contract):
    """What the answers to requests that were served begin with."""

    ok: bool = True


def read_answer(body: bytes, answer: type[A]) -> A | Declined:
    """Read what an owner answered.

    Raises:
        pydantic.ValidationError: it is neither; the owner could not serve it, and it is to be asked again.
    """
    declined = _Peek.model_validate_json(body)
    return Declined.model_validate_json(body) if declined.ok is False else answer.model_validate_json(body)


class _Peek(Contract):
    ok: bool
