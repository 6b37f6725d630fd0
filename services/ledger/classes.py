"""Which lifetime total a movement counts towards, by its type.

A type that stands in none of these tables counts towards nothing: transfers between viewers, winnings, refunds, corrections.
"""

from typing import Final, Literal

Total = Literal["earned", "spent", "wagered", "won"]

EARNED: Final = frozenset(
    {
        "achievement",
        "admin_adjust",
        "admin_grant",
        "admin_rain",
        "competition",
        "earn",
        "event_bonus",
        "interest",
        "milestone",
        "presence",
        "rain",
        "streak_bonus",
        "welcome_back",
        "welcome_wallet",
    }
)
"""Coins coming in: what a rank is made of."""

SPENT: Final = frozenset(
    {"admin_adjust", "admin_deduct", "bounty_claim", "bounty_create", "bounty_expired_refund", "hold_expired", "spend", "tip_send"}
)
"""Coins going out, for good (`hold_expired`, `bounty_expired_refund`: what of a hold is burnt at its end). What decays nobody has spent."""

WAGERED: Final = frozenset({"gamble_wager"})
"""Stakes, counted when they are captured, not while they are held."""

WON: Final = frozenset({"gamble_push", "gamble_win"})
"""Gross payouts, the stake included, as the older program counted them: a push gives the stake back, and net is nothing."""

ADMIN: Final = frozenset({"admin_adjust", "admin_deduct", "admin_grant", "admin_rain", "admin_set_balance"})
"""What an admin does by hand; a banned account may have it done."""

REFUNDS: Final = frozenset({"bounty_expired_refund", "gamble_refund", "refund", "release", "reversal"})
"""What gives back; a banned account may receive it."""

RECEIVED: Final[dict[str, tuple[str, str]]] = {"tip_send": ("tip_receive", "earn.tip")}
"""A movement between two viewers that the one who receives it calls by another type and trigger."""


def incoming(kind: str) -> Total | None:
    """Give the total of the account that receives coins of this type."""
    if kind in EARNED:
        return "earned"
    return "won" if kind in WON else None


def outgoing(kind: str) -> Total | None:
    """Give the total of the account that gives coins of this type."""
    if kind in SPENT:
        return "spent"
    return "wagered" if kind in WAGERED else None
