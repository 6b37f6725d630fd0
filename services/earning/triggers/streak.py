"""`streak.day{n}`, `streak.milestone.7`, `streak.milestone.30`: so many days in a row."""

from collections.abc import Iterator

from libs.common.config import Rules
from services.earning.notices import streak_day, streak_milestone
from services.earning.pay.awards import Award, Notice
from services.earning.streaks.rules import QualifyingDay, reward


def streak(day: QualifyingDay, rules: Rules) -> Iterator[Award]:
    """Pay the day of the streak, and on the seventh and thirtieth something beside it."""
    daily, slot, days = rules.streaks.daily, day.slot, day.streak
    user, date = slot.viewer.user, slot.day.date
    if coins := reward(daily.rewards, days):
        text = streak_day(days, coins, rules.currency)
        yield _award(day, f"streak:{slot.channel}:{user}:{date}", f"streak.day{days}", coins, text)
    for milestone, coins in ((7, daily.milestone_7_bonus), (30, daily.milestone_30_bonus)):
        if days == milestone and coins:
            text = streak_milestone(days, coins, rules.currency)
            yield _award(day, f"streak.m{days}:{slot.channel}:{user}:{date}", f"streak.milestone.{days}", coins, text)


def _award(day: QualifyingDay, key: str, trigger: str, coins: int, text: str) -> Award:
    slot = day.slot
    return Award(
        user=slot.viewer.user,
        name=slot.viewer.name,
        key=key,
        type="streak_bonus",
        trigger=trigger,
        amount=coins,
        at=slot.ends,
        reason=f"Day {day.streak} in a row",
        earned=slot.begins,
        notice=Notice(text, automatic=True),
    )
