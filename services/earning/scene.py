"""One channel while one thing happens in it: what the parts of earning read, write and pay with."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Literal

from libs.common.config import Rules
from libs.common.contracts.announcements import Announcement
from libs.common.unit import Unit
from services.earning.eligibility import admits, too_new
from services.earning.multipliers.boost import Boosts
from services.earning.notices import WORTH_SAYING, hint, pm
from services.earning.pay.payroll import Payroll
from services.earning.people.calendar import Calendar
from services.earning.people.career import Career
from services.earning.people.careers import Careers
from services.earning.people.viewer import Viewer
from services.earning.store import Store
from services.earning.store.careers import CareerTable
from services.earning.store.days import Days
from services.earning.store.lines import Lines
from services.earning.times import date_of, micros

Reached = Callable[["Scene", Career, Career], None]


class Scene:
    """Lives within one unit of work; `close` writes what is left over."""

    def __init__(self, unit: Unit, rules: Rules, channel: str, now: datetime, cause: str) -> None:
        """Take the unit of work, the rules that hold, the channel's token, the time (of the event or request) and its id."""
        self.unit = unit
        self.store = Store(unit.db)
        self.rules = rules
        self.channel = channel
        self.now = now
        self.at = micros(now)
        """`now`, in microseconds since 1970."""
        self.cause = cause
        self.version = ""
        """The configuration's; known when careers are looked at."""
        self.calendar = Calendar(Days(unit.db), channel)
        self.careers = Careers(CareerTable(unit.db), channel)
        self.boosts = Boosts(self)
        self.payroll = Payroll(self, self.boosts.boosted)

    def anew(self) -> "Scene":
        """Give a scene of the same moment that has read and written nothing yet."""
        return Scene(self.unit, self.rules, self.channel, self.now, self.cause)

    @property
    def today(self) -> str:
        """Give the date in the economy's time zone."""
        return self.date(self.now)

    def date(self, at: datetime) -> str:
        """Give the date of a moment in the economy's time zone."""
        return date_of(at, self.rules.economy.zone)

    def has_part(self, viewer: Viewer) -> bool:
        """Tell whether somebody has a part in the economy: may earn by rank and name, and is not banned."""
        return admits(viewer.user, viewer.rank, self.rules) and not self.careers.of(viewer.user).banned

    def is_paid(self, viewer: Viewer, at: int | None = None) -> bool:
        """Tell whether somebody who has a part is paid, too: not too new at `at` (now)."""
        at = self.at if at is None else at
        return self.has_part(viewer) and not too_new(
            at - (at if viewer.first_seen is None else viewer.first_seen), viewer.messages, self.rules
        )

    def here(self) -> list[Viewer]:
        """Give everybody in the room who has a part in the economy, by name."""
        return sorted((viewer for viewer in self.store.present(self.channel) if self.has_part(viewer)), key=lambda viewer: viewer.user)

    def population(self) -> int:
        """Count who is in the room, robots and ignored users aside."""
        return self.store.population(self.channel, self.rules.outsiders)

    def tell(self, key: str, user: str, name: str, text: str) -> None:
        """Send a notice that nobody asked for; who is quiet is spared it."""
        if not self.store.is_quiet(self.channel, user):
            self.unit.announce(pm(key, self.channel, name, hint(text), self.now))

    def say(self, key: str, line: str, kind: Literal["notice", "result"] = "notice", **values: str | int) -> None:
        """Have a public line said; the announcer has the words for it, and knows whether it is said at all."""
        Lines(self.unit.db, self.channel).say(self.at)
        until = self.now + WORTH_SAYING
        self.unit.announce(
            Announcement(id=key, channel=self.channel, lane="chat", line=line, values=values, kind=kind, at=self.now, until=until)
        )

    def close(self, reached: Reached, version: str) -> None:
        """Let `reached` look at every career that changed, then write everything."""
        self.version = version
        for user in CareerTable(self.unit.db).unchecked(self.channel):
            self.careers.of(user)
        self.careers.settle(version, partial(reached, self))
        self.calendar.write()
        self.payroll.close()
