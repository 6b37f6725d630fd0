"""What a bounty may be, how long it lasts, and what its end gives back. Plain and pure."""

import unicodedata
from datetime import timedelta
from typing import Final

from libs.common.config.exchange import Bounties
from libs.common.contracts.owners import Declined

SHORTEST: Final = timedelta(minutes=1)
"""A bounty stays open for at least that long, whatever is configured."""
LONGEST: Final = timedelta(days=36_500)
"""And for no longer than this: the calendar has an end."""
_QUOTES: Final = frozenset("\"'`\u00ab\u00bb\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a")
"""The straight ones, and those that programs and phones make of them."""
_QUOTED_LEAST: Final = 2


def said(text: str) -> str:
    """Give what a bounty is for, as it is shown: in one line, without the quotes around it, and without what can't be seen."""
    seen = "".join(" " if unicodedata.category(each) in {"Cc", "Zl", "Zp"} else each for each in text)
    line = " ".join("".join(each for each in seen if unicodedata.category(each) != "Cf").split())
    while len(line) >= _QUOTED_LEAST and line[0] in _QUOTES and line[-1] in _QUOTES:
        line = line[1:-1].strip()
    return line


def refused(amount: int, text: str, unended: int, rules: Bounties) -> Declined | None:
    """Say why a viewer can't set out this bounty; None if nothing speaks against it."""
    if not rules.enabled:
        return Declined(code="off")
    if amount < max(rules.min_amount, 1):
        return Declined(code="bounty_low", values={"minimum": max(rules.min_amount, 1)})
    if amount > rules.max_amount:
        return Declined(code="bounty_high", values={"maximum": rules.max_amount})
    if not text:
        return Declined(code="bounty_empty")
    if len(text) > rules.description_max_length:
        return Declined(code="bounty_long", values={"maximum": rules.description_max_length})
    if unended >= rules.max_open_per_user:
        return Declined(code="bounty_many", values={"limit": rules.max_open_per_user})
    return None


def lasts(rules: Bounties) -> timedelta:
    """Give how long a bounty set out now stays open."""
    return max(timedelta(hours=min(rules.default_expiry_hours, LONGEST // timedelta(hours=1))), SHORTEST)


def refund(amount: int, rules: Bounties) -> int:
    """Give what comes back of a bounty that nobody earned; the rest is burnt."""
    return amount * rules.expiry_refund_percent // 100
