"""`admin.rain`: an administrator's coins, shared out among everybody who is there."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.pay.awards import Award
from services.earning.pay.occasions import Drop


def admin_rain(drop: Drop, _rules: Rules) -> Iterator[Award]:
    """Pay one share."""
    yield Award(
        user=drop.user,
        name=drop.name,
        key=f"adminrain:{drop.channel}:{drop.rain}:{drop.user}",
        type="admin_rain",
        trigger="admin.rain",
        amount=drop.coins,
        at=drop.at,
        reason=f"Rain by {drop.giver}",
        related=drop.giver,
        actor=drop.giver,
        cause=drop.cause,
    )
