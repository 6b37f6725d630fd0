"""How things stood when a replay begins: as far as the books and what earning keeps can tell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from libs.common.config import Rules
from services.earning.people.career import Career
from services.earning.people.viewer import Viewer
from services.earning.presence.standing import Standing, State
from services.earning.store import Store
from services.earning.store.badges import Badge, Badges
from services.earning.store.careers import CareerTable
from services.earning.store.past import Dated, Known
from services.earning.store.scratch import Scratch
from services.earning.store.weeks import Weeks
from services.earning.streaks.rules import Week, advance, there, week_of
from services.earning.times import micros


class Coins(NamedTuple):
    """What the books say of somebody."""

    balance: int = 0
    earned: int = 0
    spent: int = 0
    wagered: int = 0
    banned: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """One channel at the first moment of a day. What is not known is as for a room that was just opened."""

    date: str
    """That day, in the economy's time zone."""
    coins: Mapping[str, Coins] = field(default_factory=dict)
    """By user (folded)."""
    known: Iterable[Known] = ()
    days: Iterable[Dated] = ()
    """Those before, of one viewer together and in order."""
    badges: Iterable[Badge] = ()


def seed(scratch: Scratch, channel: str, opening: Opening, rules: Rules) -> None:
    """Write how things stood into an empty state."""
    careers = {user: Career(user) for user in opening.coins}
    for user, coins in opening.coins.items():
        career = careers[user]
        career.balance, career.earned, career.spent, career.wagered = coins[:4]
        career.banned = int(coins.banned)
    last, weeks = dict[str, str](), dict[str, Week]()
    for user, days in groupby(opening.days, attrgetter("user")):
        last[user] = _live(careers.setdefault(user, Career(user)), list(days), rules)
        weeks[user] = _week(careers[user], opening.date, rules)
    scratch.begin()
    db = scratch.db
    CareerTable(db).save(channel, careers.values())
    Store(db).save(channel, [_viewer(each, careers.get(each.user), last.get(each.user), rules) for each in opening.known])
    for badge in opening.badges:
        Badges(db).add(channel, badge)
    for user, week in weeks.items():
        Weeks(db).keep(channel, user, week)
    scratch.commit()


def _live(career: Career, days: list[Dated], rules: Rules) -> str:
    """Have a career live through its days; give the last one of them with a minute in it."""
    last = ""
    for day in days:
        career.minutes += day.present
        career.messages += day.messages
        last = day.date if day.present else last
        if day.present >= rules.streaks.daily.min_presence_minutes:
            career.streak = advance(career.streak, career.streak_date, day.date)
            career.streak_date = day.date
            career.longest_streak = max(career.longest_streak, career.streak)
    return last


def _week(career: Career, today: str, rules: Rules) -> Week:
    """Give what is left of the week that `today` is in: the days in a row up to yesterday, as far as they are in it."""
    week = Week(week_of(today, rules.streaks.weekend_weekday_bridge.week_starts_on))
    if career.streak_date is None:
        return week
    day = date.fromisoformat(career.streak_date)
    for _ in range(career.streak):
        if day.isoformat() >= week.week:
            week = there(week, day.isoformat())
        day -= timedelta(days=1)
    return week._replace(paid=week.is_bridged)


def _viewer(known: Known, career: Career | None, last: str | None, rules: Rules) -> Viewer:
    """Give somebody as one who left at the end of their last day: who is there all the same, the room's next list tells."""
    left = known.first_seen
    if last:
        left = max(left, micros(datetime.combine(date.fromisoformat(last) + timedelta(days=1), datetime.min.time(), rules.economy.zone)))
    return Viewer(
        known.user,
        known.name,
        Standing(State.AWAY, left, left, left),
        rank=known.rank,
        first_seen=known.first_seen,
        messages=0 if career is None else career.messages,
        opened=known.opened,
    )
