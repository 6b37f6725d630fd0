"""`bridge.weekly`: there at the weekend and on a weekday of the same week."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.notices import bridged
from services.earning.pay.awards import Award, Notice
from services.earning.streaks.rules import QualifyingDay


def bridge(day: QualifyingDay, rules: Rules) -> Iterator[Award]:
    """Pay once a week, on the day that completes it."""
    week, coins, slot = day.week, rules.streaks.weekend_weekday_bridge.bonus, day.slot
    if week is None or week.paid or not week.is_bridged or not coins:
        return
    yield Award(
        user=slot.viewer.user,
        name=slot.viewer.name,
        key=f"bridge:{slot.channel}:{slot.viewer.user}:{week.week}",
        type="earn",
        trigger="bridge.weekly",
        amount=coins,
        at=slot.ends,
        reason="Here at the weekend and on a weekday",
        earned=slot.begins,
        notice=Notice(bridged(coins, rules.currency), automatic=True),
    )
