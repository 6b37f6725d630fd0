"""`dwell.{h}h`: so many hours in the room within one day."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.notices import milestone
from services.earning.pay.awards import Award, Notice
from services.earning.presence.minutes import Slot

_FULL_DAY_HOURS = 24


def dwell(slot: Slot, rules: Rules) -> Iterator[Award]:
    """Pay each milestone that the day's minutes have reached, once a day each."""
    presence, day, viewer = rules.presence, slot.day, slot.viewer
    for hours, coins in presence.hourly_milestones.items():
        forgiven = presence.milestone_grace_minutes if hours >= _FULL_DAY_HOURS else 0
        if day.present < hours * 60 - forgiven:
            continue
        trigger = f"dwell.{hours}h"
        if trigger in day.claimed:
            continue
        yield Award(
            user=viewer.user,
            name=viewer.name,
            key=f"dwell:{slot.channel}:{viewer.user}:{day.date}:{hours}",
            type="milestone",
            trigger=trigger,
            amount=coins,
            at=slot.ends,
            reason=f"{hours} hour{'' if hours == 1 else 's'} in the room today",
            claim=trigger,
            earned=slot.begins,
            notice=Notice(milestone(hours, coins, rules.currency), automatic=True),
        )
