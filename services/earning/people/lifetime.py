"""What counts towards somebody's lifetime earnings."""

from typing import Final

INCOME: Final = frozenset(
    {
        "earn",
        "milestone",
        "streak_bonus",
        "welcome_wallet",
        "welcome_back",
        "rain",
        "admin_rain",
        "interest",
        "event_bonus",
        "competition",
        "achievement",
        "presence",
        "admin_grant",
        "admin_adjust",
    }
)
"""Transfer types by which a viewer's lifetime grows: income, not winnings, gifts or refunds."""
