"""Coins from viewer to viewer: tips, and prizes set out for something."""

from collections.abc import Iterator
from typing import Literal

from libs.common.config.section import Coins, Count, Minutes, Percent, Remark, Section, upside_down


class Tipping(Section):
    """Tips."""

    enabled: bool = True
    min_amount: Coins = 1
    max_per_day: Coins = 5000
    """What one viewer can give away in a day."""
    min_account_age_minutes: Minutes = 30
    """How long the giver must have been known."""
    self_tip_blocked: bool = True
    alias_check_unavailable: Literal["allow", "block"] = "allow"
    """What happens to a tip while nobody can say whether giver and receiver are one person under two names: kryten-userstats does not
    answer, and never did. Tips that were let through are marked in the books."""

    def advice(self) -> Iterator[Remark]:
        if not self.min_amount:
            yield "min_amount", "is 0, but nobody can tip less than one coin"
        yield from upside_down(self, "min_amount", "max_per_day", "nobody can tip")


class Bounties(Section):
    """A viewer sets out coins for something; an administrator says who has done it."""

    enabled: bool = True
    min_amount: Coins = 100
    max_amount: Coins = 50_000
    max_open_per_user: Count = 3
    default_expiry_hours: Count = 168
    """After that part of it goes back."""
    expiry_refund_percent: Percent = 50
    """That part; the rest is gone."""
    description_max_length: Count = 200
    """Characters."""

    def advice(self) -> Iterator[Remark]:
        yield from upside_down(self, "min_amount", "max_amount", "nobody can set out a bounty")
        for key in ("max_open_per_user", "description_max_length"):
            if not getattr(self, key):
                yield key, "is 0: nobody can set out a bounty"
        if not self.default_expiry_hours:
            yield "default_expiry_hours", "is 0: a bounty lasts a minute"
