"""What moved in each quarter of an hour of event time: sums over the entries, so that a day's figures need no look at a day's entries.

A quarter is the longest stretch of which every time zone's day is made.
"""

import json
from collections.abc import Iterable
from typing import Final

from libs.common.contracts.ledger import DAYS_EARNINGS
from services.ledger.classes import Total
from services.ledger.model import Leg, Refusing
from services.ledger.times import MINUTE

QUARTER: Final = 15 * MINUTE

_MOVED: Final = 0
_POSTINGS: Final = 5
_TOTALS: Final[dict[Total, tuple[int, int]]] = {"earned": (1, 1), "spent": (2, -1), "wagered": (3, -1), "won": (4, 1)}
"""Place, and the sign of what makes the total larger."""


class Tally:
    """The sums of some postings' entries, by quarter and account."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._sums: dict[tuple[int, int], list[int]] = {}

    def add(self, at: int, legs: Iterable[Leg]) -> None:
        """Take in the entries of a posting of this moment; the posting itself counts with the account of its first."""
        quarter = at // QUARTER
        first = 1
        for leg in legs:
            of = (quarter, leg.account.id)
            sums = self._sums.get(of)
            if sums is None:
                sums = self._sums[of] = [0, 0, 0, 0, 0, 0]
            sums[_MOVED] += leg.amount
            sums[_POSTINGS] += first
            first = 0
            if leg.counts is not None and (leg.counts != "earned" or _is_days_work(leg)):
                place, sign = _TOTALS[leg.counts]
                sums[place] += sign * leg.amount

    def taken(self) -> list[tuple[int, ...]]:
        """Give (quarter, account, moved, earned, spent, wagered, won, postings), and start anew."""
        rows = [(*of, *sums) for of, sums in self._sums.items()]
        self._sums.clear()
        return rows


def _is_days_work(leg: Leg) -> bool:
    """Tell whether what counts as earned does so on its day, too: so it does as well where it is undone."""
    if leg.part != "reverse":
        return leg.why.type in DAYS_EARNINGS
    return leg.why.metadata is not None and json.loads(leg.why.metadata).get("undoes") in DAYS_EARNINGS


def quarter(moment: int, which: str) -> int:
    """Give the quarter that begins at a moment.

    Raises:
        Refusing: none does.
    """
    if moment % QUARTER:
        raise Refusing("invalid", f"{which}: windows are of whole quarters of an hour")
    return moment // QUARTER
