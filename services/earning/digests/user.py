"""The digest of the day before, for everybody who was there."""

from collections.abc import Sequence
from datetime import UTC, date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final, NamedTuple

from libs.common.config import Rules, fill
from services.earning.digests.words import missing_to, top_rank
from services.earning.notices import hint, pm
from services.earning.pay.caps import Cap
from services.earning.people.career import Career
from services.earning.people.viewer import Viewer
from services.earning.ranks.standing import standing
from services.earning.scene import Scene
from services.earning.schedules.clock import Schedule
from services.earning.schedules.dated import next_due, open_date, planned
from services.earning.store.counters import Counters
from services.earning.store.days import Days, Sums
from services.earning.store.diary import Diary

NAME: Final = "user_digest"
_PACE_DAYS: Final = 7
"""So many days say how fast somebody goes on."""
_NOTHING: Final = Sums()


class Goal(NamedTuple):
    """What lies ahead, in words."""

    description: str
    days: str
    """Until then."""


def plan(scene: Scene, due: int | None) -> int | None:
    """Give when it is due."""
    return planned(scene, NAME, _schedule(scene.rules), due) if scene.rules.digest.user_digest.enabled else None


def run(scene: Scene, due: int) -> int | None:
    """Tell who is here. One that was missed until its day was over is not told any more."""
    if not scene.rules.digest.user_digest.enabled:
        return None
    schedule = _schedule(scene.rules)
    day = open_date(scene, NAME, schedule, due)
    if day is not None:
        Diary(scene.unit.db).write(scene.channel, NAME, day)
        tell(scene, scene.here())
    return next_due(scene, NAME, schedule)


def tell(scene: Scene, viewers: Sequence[Viewer]) -> None:
    """Tell those who were there yesterday, where today's digest is out and they had none."""
    if not scene.rules.digest.user_digest.enabled or not viewers:
        return
    today = scene.today
    if Diary(scene.unit.db).date(scene.channel, NAME) != today:
        return
    days, counters = Days(scene.unit.db), Counters(scene.unit.db)
    yesterday, begin = _before(today, 1), _before(today, _PACE_DAYS)
    only = viewers[0].user if len(viewers) == 1 else None
    told_of = days.sums(scene.channel, yesterday, yesterday, only)
    paces = days.sums(scene.channel, begin, yesterday, only)
    for viewer in viewers:
        day = told_of.get(viewer.user, _NOTHING)
        if not day.present or scene.store.is_quiet(scene.channel, viewer.user):
            continue
        if counters.take(scene.channel, (Cap(NAME, 1, viewer.user, today),), scene.at) is None:
            career = scene.careers.of(viewer.user)
            text = words(career, day, paces.get(viewer.user, _NOTHING).earned, yesterday, scene.rules)
            key = f"digest:{scene.channel}:{today}:{viewer.user}"
            scene.unit.announce(pm(key, scene.channel, viewer.name, hint(text), scene.now, "digest"))


def words(career: Career, day: Sums, week_earned: int, yesterday: str, rules: Rules) -> str:
    """Give the digest."""
    ahead = goal(career, week_earned, rules)
    in_a_row = career.streak if (career.streak_date or "") >= yesterday else 0
    return fill(
        rules.digest.user_digest.message,
        earned=f"{day.earned:,}",
        spent=f"{day.spent:,}",
        balance="?" if career.balance is None else f"{career.balance:,}",
        currency=rules.currency.plural,
        rank=rules.ranks.ladder[standing(career, rules.ranks.ladder)].name,
        streak=in_a_row,
        next_goal_description=ahead.description,
        days_away=ahead.days,
    )


def goal(career: Career, week_earned: int, rules: Rules) -> Goal:
    """Give the next rank, and in how many days it comes at the pace of the last seven."""
    ladder = rules.ranks.ladder
    above = standing(career, ladder) + 1
    if above >= len(ladder):
        return Goal(top_rank(), "0")
    missing = max(0, ladder[above].min_lifetime_earned - career.earned)
    if not week_earned:
        return Goal(missing_to(ladder[above].name, missing, rules.currency), "?")
    days = (Decimal(missing) * _PACE_DAYS / week_earned).to_integral_value(ROUND_CEILING)
    return Goal(missing_to(ladder[above].name, missing, rules.currency), f"{max(1, int(days)):,}")


def _before(day: str, days: int) -> str:
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()


def _schedule(rules: Rules) -> Schedule:
    return Schedule(f"{rules.digest.user_digest.send_hour_utc:02}:00", UTC)
