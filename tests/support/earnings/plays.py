"""What played from when to when, and who stayed for it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from libs.common.contracts.events import Event, MediaChange
from tests.support.earnings.dues import DONE, Due, Story
from tests.support.earnings.rules import Rules
from tests.support.earnings.stays import NEVER, People, Person

TRIGGER = "content.survived_full_media"
SAME = timedelta(seconds=10)


@dataclass(slots=True)
class Play:
    """One thing that played."""

    told: int
    """The number of the event that told of it."""
    changed: datetime
    start: datetime
    seconds: int
    what: tuple[str, str]
    over: int | None = None
    """The number of the event that told of the next one."""
    has_first: bool = False
    comments: Counter[str] = field(default_factory=Counter)
    likes: set[str] = field(default_factory=set)


def plays(events: Sequence[Event]) -> list[Play]:
    """Give all that played; the same thing from the same start, told again, is the same play."""
    found: list[Play] = []
    for number, event in enumerate(events):
        if not isinstance(event, MediaChange):
            continue
        start, what = event.at - timedelta(seconds=event.position_seconds), (event.type, event.media_id)
        if found and found[-1].what == what and abs(start - found[-1].start) <= SAME:
            continue
        if found:
            found[-1].over = number
        found.append(Play(number, event.at, start, event.seconds, what))
    return found


def stayed(rules: Rules, people: People, events: Sequence[Event], story: Story) -> None:
    """Add what those are due who stayed for most of what played."""
    section = rules["content_triggers.survived_full_media"]
    for play in plays(events) if section["enabled"] else ():
        if play.over is None or not play.seconds:
            continue
        length = timedelta(seconds=play.seconds)
        end = min(events[play.over].at, play.start + length)
        if end - play.start < length * section["min_presence_percent"] / 100:
            continue
        for person in people.all.values():
            enough = _time_there(person, play.start, end) >= length * section["min_presence_percent"] / 100
            coins, told = Decimal(section["reward"]), events[play.over].at
            if enough and people.may_earn(person.name) and not people.is_too_new(person.name, told):
                story.dues.append(Due(play.over, DONE, end, person.name, TRIGGER, coins, rules.day(end), told))


def _time_there(person: Person, start: datetime, end: datetime) -> timedelta:
    spans = ((max(stay.since, start), min(stay.until if stay.until != NEVER else end, end)) for stay in person.stays)
    return sum((until - since for since, until in spans if until > since), timedelta())
