"""Awards, what a trigger gives, and fees, what one takes: fractions carried, a posting for the ledger."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from libs.common.contracts.ledger import BURN, MINT, Posting, Transfer
from services.earning.pay.caps import Cap

REASON_MAX: Final = 200
"""Characters of a reason that an operator wrote: it must fit into the ledger's journal."""


class Notice(NamedTuple):
    """A PM that goes with an award."""

    text: str
    delay_seconds: float = 0
    """If there is a delay, the viewer is told only if still here then."""
    automatic: bool = False
    """Whether it is one of those that come again and again; who is `quiet` is spared them."""


class Award(NamedTuple):
    """What somebody has earned. Its key makes it happen once, however often its cause is looked at."""

    user: str
    """Folded."""
    name: str
    """As it is spelt."""
    key: str
    type: str
    trigger: str
    amount: Decimal | int
    """Coins; fractions are carried to the viewer's next award of this trigger."""
    at: datetime
    reason: str | None = None
    metadata: dict[str, Any] | None = None
    opens: bool = False
    """Whether this is the first sight of somebody, which opens their account."""
    claim: str | None = None
    """What can be had once a day, where this is such a thing."""
    notice: Notice | None = None
    cause: str | None = None
    """The id of the event behind it."""
    caps: tuple[Cap, ...] = ()
    """How often such a thing is paid: consumed with the award, or, where one is full, nothing is paid."""
    earned: datetime | None = None
    """When it was earned, where that is not `at`: a minute is paid at its end, and counts where it began. By it go the day and what
    multiplies it."""
    related: str | None = None
    """The other person concerned, if any."""
    actor: str | None = None
    """Who decided it, where somebody did."""


class Fee(NamedTuple):
    """Coins that somebody loses. Its key makes it happen once."""

    user: str
    """Folded."""
    name: str
    key: str
    type: str
    trigger: str
    amount: int
    at: datetime
    reason: str
    cause: str | None = None


def carry(amount: Decimal, carried: Decimal) -> tuple[int, Decimal]:
    """Add what was carried: whole coins to pay now, and the fraction to carry on. Nothing is lost between the two."""
    total = amount + carried
    coins = int(total)
    return coins, total - coins


def posting(award: Award, coins: int) -> Posting | None:
    """Put an award into the ledger's words; None where it comes to nothing."""
    lines: list[dict[str, Any]] = []
    if award.opens:
        lines.append({"line": "open", "account": award.name})
    if coins:
        why = {"type": award.type, "trigger": award.trigger, "reason": award.reason, "related": award.related, "metadata": award.metadata}
        lines.append({"line": "transfer", "source": MINT, "target": award.name, "amount": coins, **why})
    if not lines:
        return None
    # From plain values in one go: thousands are made a minute, and making the parts one by one takes three times as long.
    return Posting.model_validate({"key": award.key, "at": award.at, "lines": lines, "actor": award.actor, "cause": award.cause})


def collection(fee: Fee) -> Posting:
    """Put a fee into the ledger's words."""
    line = Transfer(source=fee.name, target=BURN, amount=fee.amount, type=fee.type, trigger=fee.trigger, reason=fee.reason)
    return Posting(key=fee.key, at=fee.at, lines=[line], cause=fee.cause)
