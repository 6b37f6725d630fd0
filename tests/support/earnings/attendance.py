"""What being there brings: minutes, hours of a day, days in a row, weeks with both kinds of days, a start and a return."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from libs.common.contracts.events import Event
from tests.support.earnings.dues import DONE, LIVED, TURNED, Due, Story
from tests.support.earnings.rules import Rules, is_weekend
from tests.support.earnings.stays import People, Person

MINUTE, DAY, INSTANT = timedelta(minutes=1), timedelta(days=1), timedelta(microseconds=1)
HOURS_OF_A_DAY = 24


@dataclass(slots=True)
class Presence:
    """Goes through everybody's minutes."""

    rules: Rules
    people: People
    events: Sequence[Event]
    story: Story
    _after: dict[int, int] = field(default_factory=dict)
    """For each minute's end the first event at or after it."""

    def tell(self) -> None:
        """Add what all are due for being there."""
        for person in list(self.people.all.values()):
            if self.people.may_earn(person.name):
                self._wallet(person)
                self._returns(person)
                self._minutes(person)

    def _due(self, event: int, phase: int, at: datetime, person: Person, trigger: str, base: Decimal | int, day: date) -> None:
        if base and not self.people.is_too_new(person.name, at):
            self.story.dues.append(Due(event, phase, at, person.name, trigger, Decimal(base), day, at))

    def _wallet(self, person: Person) -> None:
        if person.wallet is not None and (coins := self.rules["onboarding.welcome_wallet"]):
            at = self.events[person.wallet].at
            # It is not held back from who is too new to earn.
            self.story.dues.append(Due(person.wallet, DONE, at, person.name, "onboarding.wallet", Decimal(coins), self.rules.day(at), at))

    def _returns(self, person: Person) -> None:
        present = self.rules["retention.welcome_back"]
        for event, at, away in person.returns:
            if present["enabled"] and event != person.wallet and away // DAY >= present["days_absent"]:
                self._due(event, DONE, at, person, "retention.welcome_back", present["bonus"], self.rules.day(at))

    def _minutes(self, person: Person) -> None:
        days: dict[date, int] = {}
        streak, streak_day = 0, date.min
        weeks: dict[date, set[bool]] = {}
        for end, event in sorted(self._ends(person)):
            start = end - MINUTE
            day = self.rules.day(start)
            days[day] = days.get(day, 0) + 1
            self.story.count(person.name, day, "minutes_present")
            self._minute(person, start, event, day)
            self._dwell(person, end, event, day, days[day])
            if days[day] == max(self.rules["streaks.daily.min_presence_minutes"], 1):
                streak = streak + 1 if streak_day == day - DAY else 1
                streak_day = day
                self._streak(person, end, event, day, streak)
                week = weeks.setdefault(self.rules.week(day), set())
                if is_weekend(day) not in week:
                    week.add(is_weekend(day))
                    bridge = self.rules["streaks.weekend_weekday_bridge"]
                    if bridge["enabled"] and week == {True, False}:
                        self._due(event, LIVED, end, person, "bridge.weekly", bridge["bonus"], day)

    def _ends(self, person: Person) -> Iterator[tuple[datetime, int]]:
        for stay in person.stays:
            for end in _ends_of_minutes(stay.since, min(stay.until, self.people.end)):
                yield end, self._first_after(end)
        for gap in person.bridged:
            for end in _ends_of_minutes(gap.since, gap.until):
                yield end, gap.known

    def _first_after(self, end: datetime) -> int:
        if not self._after:
            number = 0
            for minute in _ends_of_minutes(self.events[0].at, self.people.end):
                while self.events[number].at < minute:
                    number += 1
                self._after[int(minute.timestamp())] = number
        return self._after[int(end.timestamp())]

    def _minute(self, person: Person, start: datetime, event: int, day: date) -> None:
        end = start + MINUTE
        threshold = self.rules.span("presence.afk_threshold_minutes", minutes=1)
        before = bisect_right(person.lines, end)
        spoke = before > 0 and end - person.lines[before - 1] <= threshold
        base = self.rules.exact("presence.base_rate_per_minute")
        if spoke and not person.is_away_from_keys(end):
            self.story.count(person.name, day, "minutes_active")
            base += self.rules.exact("presence.active_bonus_per_minute")
        night = self.rules["presence.night_watch"]
        if night["enabled"] and self.rules.local(start).hour in night["hours"]:
            base *= Decimal(str(night["multiplier"]))
        if base and not self.people.is_too_new(person.name, end):
            # The crowd is the one that its end finds; a short absence is paid at the return, and by the crowd found then.
            crowd = self.events[event].at - INSTANT
            self.story.dues.append(Due(event, LIVED, start, person.name, "presence.base", base, day, crowd))

    def _dwell(self, person: Person, end: datetime, event: int, day: date, minutes: int) -> None:
        for hours, coins in self.rules["presence.hourly_milestones"].items():
            grace = self.rules["presence.milestone_grace_minutes"] if int(hours) >= HOURS_OF_A_DAY else 0
            if minutes == 60 * int(hours) - grace:
                self._due(event, LIVED, end, person, f"dwell.{hours}h", coins, day)

    def _streak(self, person: Person, end: datetime, event: int, day: date, streak: int) -> None:
        section = self.rules["streaks.daily"]
        if not section["enabled"] or streak == 1:
            return
        reached = [int(number) for number in section["rewards"] if int(number) <= streak]
        if reached:
            rewards = {int(number): coins for number, coins in section["rewards"].items()}
            self._due(event, LIVED, end, person, f"streak.day{streak}", rewards[max(reached)], day)
        if streak in {7, 30}:
            self._due(event, LIVED, end, person, f"streak.milestone.{streak}", section[f"milestone_{streak}_bonus"], day)


def event_bonuses(rules: Rules, people: People, events: Sequence[Event], story: Story) -> None:
    """Add what those get who are there when a scheduled event begins."""
    for window in rules.windows(events[0].at, people.end):
        at, bonus = window.start, window.event["presence_bonus"]
        if not (events[0].at < at <= people.end) or not bonus:
            continue
        here = [person for person in people.here(at) if not people.is_too_new(person.name, at)]
        share = bonus // max(len(here), 1) if window.event["presence_bonus_mode"] == "split" else bonus
        number = next(number for number, event in enumerate(events) if event.at >= at)
        trigger = f"event.{window.event['name']}.presence"
        for person in here if share else ():
            story.dues.append(Due(number, TURNED, at, person.name, trigger, Decimal(share), rules.day(at), at))


def _ends_of_minutes(since: datetime, until: datetime) -> Iterator[datetime]:
    """Give the full minutes after `since`, up to and with `until`."""
    end = datetime.fromtimestamp((int(since.timestamp()) // 60 + 1) * 60, UTC)
    while end <= until:
        yield end
        end += MINUTE
