"""Who was in the room when: everybody's stays, put together from joins, leaves, lists and lines."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from libs.common.contracts.events import Afk, Chat, Event, Join, Leave, PrivateMessage, Rank, Tick, UserList
from tests.support.earnings.rules import Rules
from tests.support.earnings.words import is_name

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
WITHIN_REACH = timedelta(minutes=10)
"""So long after leaving somebody can still be praised."""


@dataclass(slots=True)
class Span:
    """From, until; and the number of the event that made it known (of those after it, for a span that was lived through)."""

    since: datetime
    until: datetime = NEVER
    known: int = 0


@dataclass(slots=True)
class Person:
    """One viewer, by folded name."""

    name: str
    rank: float | None = None
    stays: list[Span] = field(default_factory=list)
    bridged: list[Span] = field(default_factory=list)
    """Short absences with a return: paid like stays."""
    arrivals: list[datetime] = field(default_factory=list)
    returns: list[tuple[int, datetime, timedelta]] = field(default_factory=list)
    """Arrivals, also unseen ones, of somebody who was here before: event, instant, how long away."""
    wallet: int | None = None
    """The event at which they were first seen in the room and could earn."""
    afk: list[tuple[datetime, bool]] = field(default_factory=list)
    lines: list[datetime] = field(default_factory=list)
    _left: datetime | None = None

    @property
    def first_seen(self) -> datetime:
        return self.stays[0].since

    def is_here(self, at: datetime) -> bool:
        return any(stay.since <= at < stay.until for stay in self.stays)

    def is_within_reach(self, at: datetime) -> bool:
        return any(stay.since <= at and (stay.until == NEVER or at <= stay.until + WITHIN_REACH) for stay in self.stays)

    def is_away_from_keys(self, at: datetime) -> bool:
        told = bisect_right(self.afk, (at, True))
        return bool(told) and self.afk[told - 1][1]

    def come(self, number: int, at: datetime, how: str, debounce: timedelta) -> None:
        """Be in the room: by a `join`, in a `list`, or `heard`."""
        last = self.stays[-1].until if self.stays else None
        if last == NEVER:
            return
        if last is not None and self._left is not None and at - self._left < debounce:
            self.bridged.append(Span(last, at, number))
        else:
            if how == "join":
                self.arrivals.append(at)
            if how != "heard" and last is not None:
                self.returns.append((number, at, at - last))
        self.stays.append(Span(at))

    def go(self, at: datetime, debounce: timedelta) -> None:
        """Be gone; of several leaves in short order, the last is when an absence begins to be short."""
        if not self.stays:
            return
        if self.stays[-1].until == NEVER:
            self.stays[-1].until = self._left = at
        elif self._left is not None and at - self._left < debounce:
            self._left = at
        self.afk.append((at, False))


def proves(event: Event) -> bool:
    """Tell whether the robot was in the room then."""
    return event.proof or (isinstance(event, Tick) and "connected" in event.robots.values())


class People:
    """Everybody who was ever seen."""

    def __init__(self, events: Sequence[Event], rules: Rules) -> None:
        self.rules = rules
        self.all: dict[str, Person] = {}
        self.end = max(event.at for event in events if proves(event))
        """What comes after it nobody saw."""
        for number, event in enumerate(events):
            self._take(number, event)

    def _take(self, number: int, event: Event) -> None:
        debounce, at = self.rules.span("presence.join_debounce_minutes", minutes=1), event.at
        if isinstance(event, Join):
            person = self._person(event.user)
            person.come(number, at, "join", debounce)
            person.rank = event.rank
            person.afk.append((at, event.afk))
            self._sight(person, number)
        elif isinstance(event, Leave):
            self._person(event.user).go(at, debounce)
        elif isinstance(event, UserList):
            self._list(number, event, debounce)
        elif isinstance(event, Chat | PrivateMessage):
            self._hear(number, event, debounce)
        elif isinstance(event, Afk):
            self._person(event.user).afk.append((at, event.afk))
        elif isinstance(event, Rank):
            person = self._person(event.user)
            person.rank = event.rank
            self._sight(person, number)

    def _list(self, number: int, event: UserList, debounce: timedelta) -> None:
        listed = {viewer.user.casefold(): viewer for viewer in event.users}
        for viewer in event.users:
            person = self._person(viewer.user)
            person.come(number, event.at, "list", debounce)
            person.rank = viewer.rank
            if viewer.afk is not None:
                person.afk.append((event.at, viewer.afk))
            self._sight(person, number)
        for person in self.all.values():
            if person.name not in listed and person.is_here(event.at):
                person.go(event.at, debounce)

    def _hear(self, number: int, event: Chat | PrivateMessage, debounce: timedelta) -> None:
        person = self._person(event.user)
        if isinstance(event, PrivateMessage) and person.name == self.rules.bot:
            return
        person.come(number, event.at, "heard", debounce)
        if event.rank is not None:
            person.rank = event.rank
        if isinstance(event, Chat) and not event.shadow:
            person.lines.append(event.at)
        self._sight(person, number)

    def _sight(self, person: Person, number: int) -> None:
        here = bool(person.stays) and person.stays[-1].until == NEVER
        if here and person.wallet is None and self.may_earn(person.name):
            person.wallet = number

    def _person(self, user: str) -> Person:
        return self.all.setdefault(user.casefold(), Person(user.casefold()))

    # -- asked of it ----------------------------------------------------------------------------------------------------------------

    def may_earn(self, name: str) -> bool:
        """Tell whether somebody has a part in the economy: known, no robot, no guest. Ranks are taken to stay as they are."""
        person = self.all.get(name)
        if person is None or person.rank is None or not is_name(name) or name in self.rules.outsiders:
            return False
        return person.rank >= self.rules.min_rank

    def is_too_new(self, name: str, at: datetime) -> bool:
        """Tell whether somebody is not paid yet."""
        person = self.all[name]
        young = at - person.first_seen < self.rules.span("onboarding.min_account_age_minutes", minutes=1)
        return young or bisect_right(person.lines, at) < self.rules["onboarding.min_messages_to_earn"]

    def here(self, at: datetime) -> list[Person]:
        """Give who is in the room and has a part in the economy, by name."""
        found = [person for person in self.all.values() if person.is_here(at) and self.may_earn(person.name)]
        return sorted(found, key=lambda person: person.name)

    def population(self, at: datetime) -> int:
        """Count who is in the room, guests too."""
        crowd = (person for person in self.all.values() if person.is_here(at))
        return sum(is_name(person.name) and person.name not in self.rules.outsiders for person in crowd)
