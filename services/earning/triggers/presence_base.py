"""`presence.base`: every minute in the room, more of it when active, and more at night."""

from collections.abc import Iterator
from decimal import Decimal

from libs.common.config import Rules
from services.earning.pay.awards import Award
from services.earning.presence.minutes import Slot

TRIGGER = "presence.base"


def presence_base(slot: Slot, rules: Rules) -> Iterator[Award]:
    """Pay one minute: (base rate + active bonus) x night watch."""
    presence = rules.presence
    amount: Decimal = presence.base_rate_per_minute
    if slot.active:
        amount += presence.active_bonus_per_minute
    metadata = None
    night = presence.night_watch
    if night.enabled and slot.hour in night.hours:
        amount *= night.multiplier
        metadata = {"multiplier": "night_watch", "factor": float(night.multiplier)}
    viewer = slot.viewer
    yield Award(
        user=viewer.user,
        name=viewer.name,
        key=f"presence:{slot.channel}:{viewer.user}:{slot.minute}",
        type="earn",
        trigger=TRIGGER,
        amount=amount,
        at=slot.ends,
        reason="Presence",
        metadata=metadata,
        earned=slot.begins,
    )
