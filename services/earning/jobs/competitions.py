"""The day's competitions: who won the day that just closed."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from libs.common.config.goals import Competition, Daily
from services.earning.notices import several
from services.earning.pay.occasions import Win
from services.earning.people.viewer import Day, Viewer
from services.earning.presence.standing import State
from services.earning.scene import Scene
from services.earning.schedules.clock import Schedule, latest
from services.earning.schedules.dated import date_at, next_due, planned
from services.earning.store.days import Days
from services.earning.store.diary import Diary
from services.earning.triggers.competition import competition

NAME: Final = "competitions"
CLOSES: Final = "00:05"
"""When the day before is closed: whatever was still open of its last minutes is decided by then."""
_DAYS_MAX: Final = 7
"""So many days are caught up with."""
_NAMED: Final = 5
"""So many winners are named in a public line; of more, how many there are."""

FIELDS: Final[dict[Daily, str]] = {
    "z_earned": "earned",
    "z_spent": "spent",
    "z_gambled_in": "wagered",
    "z_gambled_out": "won",
    "minutes_present": "present",
    "minutes_active": "active",
}
"""Where a day calls something by another name than the configuration does."""


def plan(scene: Scene, due: int | None) -> int | None:
    """Give when it is due."""
    return planned(scene, NAME, _schedule(scene), due) if scene.rules.daily_competitions else None


def run(scene: Scene, due: int) -> int | None:
    """Close the days that are over and were not closed since it was due: of several that were missed the last seven."""
    if not scene.rules.daily_competitions:
        return None
    schedule, diary = _schedule(scene), Diary(scene.unit.db)
    last = date.fromisoformat(date_at(scene, latest(schedule, scene.at)))
    first = max(date.fromisoformat(date_at(scene, due)), last - timedelta(days=_DAYS_MAX - 1))
    done = diary.date(scene.channel, NAME) or ""
    for closing in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        if closing.isoformat() > done:
            _close(scene, (closing - timedelta(days=1)).isoformat())
            diary.write(scene.channel, NAME, closing.isoformat())
    return next_due(scene, NAME, schedule)


def winners(contest: Competition, days: Sequence[Day]) -> list[Day]:
    """Give who won among these: all who reached the threshold, or all who have as much as nobody has more of."""
    condition = contest.condition
    field = FIELDS.get(condition.field, condition.field)
    if condition.type == "daily_threshold":
        return [day for day in days if getattr(day, field) >= condition.threshold]
    most = max((getattr(day, field) for day in days), default=0)
    return [day for day in days if most > 0 and getattr(day, field) == most]


def _close(scene: Scene, closed: str) -> None:
    viewers: dict[str, Viewer] = {}
    days = []
    for user, day in sorted(Days(scene.unit.db).all(scene.channel, closed).items()):
        viewer = scene.store.viewer(scene.channel, user)
        if viewer is not None and scene.is_paid(viewer):
            viewers[user] = viewer
            days.append(day)
    contests: dict[str, Competition] = {}
    for contest in scene.rules.daily_competitions:
        contests.setdefault(contest.id, contest)
    for contest in contests.values():
        _award(scene, contest, winners(contest, days), viewers)


def _award(scene: Scene, contest: Competition, won_by: Sequence[Day], viewers: Mapping[str, Viewer]) -> None:
    coins = 0
    for day in won_by:
        viewer = viewers[day.user]
        here = viewer.standing.state is State.PRESENT
        win = Win(scene.channel, contest, day, viewer.name, scene.now, scene.cause, told=here)
        coins += sum(scene.payroll.pay(award) or 0 for award in competition(win, scene.rules))
    if coins and not contest.hidden:
        names = [viewers[day.user].name for day in won_by]
        line = "daily_champion" if len(names) == 1 else "daily_champions"
        title = contest.description or contest.id
        key = f"comp:{scene.channel}:{won_by[0].date}:{contest.id}"
        scene.say(key, line, "result", user=several(names, _NAMED), count=len(names), title=title, amount=coins)


def _schedule(scene: Scene) -> Schedule:
    return Schedule(CLOSES, scene.rules.economy.zone)
