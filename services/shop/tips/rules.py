"""Whether a tip may be given: the checks, in the order in which they answer."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Final

from libs.common.aliases import Kinship
from libs.common.config import Rules
from libs.common.contracts.ledger import AccountState, Limit, Posting, Transfer
from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.tips import TipRequest
from libs.common.names import fold
from services.shop.eligibility import barred, short
from services.shop.times import date

_LIKENESS: Final = 0.6
"""How much alike two names are before one is suggested for the other, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What others know of a tip."""

    giver: AccountState | None
    receiver: AccountState | None
    kinship: Kinship
    suggestion: str | None = None
    """The name most like the receiver's, where nobody has that."""


def declined(request: TipRequest, seen: Seen, given_today: int, at: datetime, rules: Rules) -> Declined | None:
    """Say why a tip may not be given, None if it may. The daily limit and the balance are for the ledger to decide; here are the words.

    What is `given_today` by our own count only says which of the two comes first: a tip that was undone counts no more in the ledger.
    """
    tipping, least = rules.tipping, max(rules.tipping.min_amount, 1)
    refusal = barred(request.user, seen.giver, rules, enabled=tipping.enabled)
    if refusal is not None or seen.giver is None:
        return refusal
    if request.amount < least:
        return Declined(code="tip_low", values={"minimum": least})
    if fold(request.user) == fold(request.target):
        return Declined(code="tip_self")
    if fold(request.target) in rules.outsiders:
        return Declined(code="no_part", values={"user": request.target})
    # The ledger's clock may be ahead of the room's: an account is never younger than nothing.
    age_left = timedelta(minutes=tipping.min_account_age_minutes) - max(at - seen.giver.opened_at, timedelta(0))
    if age_left > timedelta(0):
        return Declined(code="too_new", values={"minutes": math.ceil(age_left / timedelta(minutes=1))})
    refusal = _receiver_declined(request.target, seen, block_unknown=tipping.alias_check_unavailable == "block")
    if refusal is not None:
        return refusal
    poor = short(seen.giver, request.amount)
    return poor and (_limit_declined(request.amount, given_today, tipping.max_per_day) or poor)


def _receiver_declined(target: str, seen: Seen, *, block_unknown: bool) -> Declined | None:
    if seen.receiver is None:
        if seen.suggestion is not None:
            return Declined(code="mistyped_user", values={"user": target, "suggestion": seen.suggestion})
        return Declined(code="unknown_user", values={"user": target})
    if seen.receiver.banned or seen.receiver.frozen:
        return Declined(code="not_receiving", values={"user": seen.receiver.account})
    if seen.kinship.same:
        return Declined(code="tip_alias", values={"user": seen.receiver.account})
    return Declined(code="tip_unsure") if block_unknown and seen.kinship.source == "unavailable" else None


def _limit_declined(amount: int, given_today: int, most: int) -> Declined | None:
    left = max(most - given_today, 0)
    return Declined(code="tip_limit", values={"limit": most, "left": left}) if amount > left else None


def posting(request: TipRequest, at: datetime, rules: Rules, metadata: dict[str, str]) -> Posting:
    """Give the one posting of a tip: the day's counter of the giver rises with it, or refuses it."""
    giver, target, amount = request.user, request.target, request.amount
    window = date(at, rules.economy.zone)
    limit = Limit(account=giver, name="tips", window=window, add=amount, maximum=rules.tipping.max_per_day)
    transfer = Transfer(source=giver, target=target, amount=amount, type="tip_send", trigger="spend.tip", metadata=metadata)
    return Posting(key=request.key, at=at, lines=[limit, transfer], cause=request.key)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Give the known name that is most like one that is not known, if any is like it at all."""
    spelt = {fold(each): each for each in known}
    found = get_close_matches(fold(name), spelt, n=1, cutoff=_LIKENESS)
    return spelt[found[0]] if found else None
