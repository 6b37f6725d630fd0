"""What one transaction adds to the figures."""

from dataclasses import dataclass, field
from typing import Final

from libs.common.contracts.ledger import DAYS_EARNINGS, ESCROW, Entry, Transaction
from libs.common.names import fold

VOLUNTARY: Final = ("chat.", "content.", "social.")
"""Triggers that pay for something a viewer did; others pay for being there."""
_NOT_BY_CHOICE: Final = ("admin_", "decay", "hold_expired", "reversal")
_LONG: Final = "spend.vanity."


@dataclass(slots=True)
class Tally:
    """The sums of one transaction."""

    movements: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    """By type and trigger: how often coins moved, and how many."""
    lifetime: dict[str, int] = field(default_factory=dict)
    """By lifetime total (earned, spent, wagered, won), without what was taken back."""
    day: dict[str, int] = field(default_factory=dict)
    """The same, less what was taken back."""
    earned: dict[str, int] = field(default_factory=dict)
    """By viewer (folded): what their lifetime earnings grow by."""
    viewers: dict[str, bool] = field(default_factory=dict)
    """Who is concerned (folded), and whether they did something themselves."""


def tally(transaction: Transaction) -> Tally:
    """Add up a transaction."""
    sums = Tally()
    for entry in transaction.entries:
        _count_movement(sums, entry)
        _count_lifetime(sums, entry)
        if not entry.account.startswith("@"):
            user = fold(entry.account)
            sums.viewers[user] = sums.viewers.get(user, False) or by_choice(entry)
            if entry.counts == "earned":
                sums.earned[user] = sums.earned.get(user, 0) + entry.amount
    return sums


def by_choice(entry: Entry) -> bool:
    """Tell whether a viewer did something for this entry: said something that pays, or gave coins away."""
    if entry.amount > 0:
        return (entry.trigger or "").startswith(VOLUNTARY)
    return not entry.type.startswith(_NOT_BY_CHOICE)


def family(trigger: str | None) -> str:
    """Give a trigger without what names one single thing (a request, a bounty), so that the number of families stays small."""
    if trigger is None:
        return ""
    return ".".join(trigger.split(".")[: 3 if trigger.startswith(_LONG) else 2])


def _count_movement(sums: Tally, entry: Entry) -> None:
    # Coins arrive once: on one of the two legs. Coins that go into escrow have not moved on yet.
    if entry.amount > 0 and entry.account != ESCROW:
        key = (entry.type, family(entry.trigger))
        times, coins = sums.movements.get(key, (0, 0))
        sums.movements[key] = (times + 1, coins + entry.amount)


def _count_lifetime(sums: Tally, entry: Entry) -> None:
    if entry.counts is None:
        return
    coins = entry.amount if entry.counts in {"earned", "won"} else -entry.amount
    if entry.counts != "earned" or entry.type in DAYS_EARNINGS:
        sums.day[entry.counts] = sums.day.get(entry.counts, 0) + coins
    if coins > 0:
        sums.lifetime[entry.counts] = sums.lifetime.get(entry.counts, 0) + coins
