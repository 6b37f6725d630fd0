"""What achievements measure, and which are reached. Plain and pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from libs.common.config.goals import Achievement, Lifetime
from services.earning.people.career import Career


class Measure(NamedTuple):
    """One thing that can be measured."""

    of: Callable[[Career], int]
    units: int = 1
    """So many make one of what a threshold counts."""


MEASURES: Final[Mapping[Lifetime, Measure]] = {
    "lifetime_messages": Measure(lambda career: career.messages),
    "lifetime_presence_hours": Measure(lambda career: career.minutes, units=60),
    "daily_streak": Measure(lambda career: career.streak),
    "unique_tip_recipients": Measure(lambda career: career.tipped),
    "unique_tip_senders": Measure(lambda career: career.tippers),
    "lifetime_earned": Measure(lambda career: career.earned),
    "lifetime_spent": Measure(lambda career: career.spent),
    "lifetime_gambled": Measure(lambda career: career.wagered),
    "gambling_biggest_win": Measure(lambda career: career.biggest_win),
    "rank_reached": Measure(lambda career: 0 if career.tier_set else career.tier),
    "unique_emotes_used_lifetime": Measure(lambda career: career.emotes),
}


def has(career: Career, achievement: Achievement) -> bool:
    """Tell whether somebody has as much as an achievement takes."""
    of, units = MEASURES[achievement.condition.type]
    return of(career) >= achievement.condition.threshold * units


def progress(career: Career, achievement: Achievement) -> int:
    """Give how much somebody has of what an achievement counts, in whole ones."""
    of, units = MEASURES[achievement.condition.type]
    return of(career) // units


def reached(before: Career, career: Career, achievements: Iterable[Achievement], *, anew: bool) -> Iterator[Achievement]:
    """Give the achievements that may be due: what they measure has grown, and is enough; `anew`: all that are enough.

    Also those that were enough before: who was not paid then may be now. Whether somebody has one already is for the caller to know.
    """
    for achievement in achievements:
        of, units = MEASURES[achievement.condition.type]
        now, then = of(career), of(before)
        if now == then and not anew:
            continue  # so it is for most of them, each minute for everybody
        needed = achievement.condition.threshold * units
        if now >= needed and (anew or now // units > then // units or then < needed):
            yield achievement
