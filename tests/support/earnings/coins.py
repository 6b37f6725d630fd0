"""From what somebody is due to coins: factors, fractions, and what the clock brings by what everybody has."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import reduce

from libs.common.contracts.events import Configuration, Event
from tests.support.earnings.attendance import Presence, event_bonuses
from tests.support.earnings.dues import TURNED, Due, Story
from tests.support.earnings.lines import Conversation
from tests.support.earnings.plays import stayed
from tests.support.earnings.rules import Rules, Window
from tests.support.earnings.stays import People

BOOSTED = ("presence.", "chat.", "content.", "social.")
PRESENTS = ("onboarding.", "retention.", "maintenance.", "competition.")
"""What is not counted among a day's earnings."""


@dataclass(frozen=True, slots=True)
class Payment:
    """Coins for somebody."""

    user: str
    trigger: str
    coins: int
    at: datetime


def reckon(events: Sequence[Event]) -> list[Payment]:
    """Give all that is paid in a story that begins with its configuration, in order."""
    first = events[0]
    if not isinstance(first, Configuration):
        raise TypeError("a story begins with its configuration")
    rules = Rules(first.settings)
    people, story = People(events, rules), Story()
    Presence(rules, people, events, story).tell()
    event_bonuses(rules, people, events, story)
    Conversation(rules, people, events, story).tell()
    stayed(rules, people, events, story)
    return _Till(rules, people, events, story).pay()


@dataclass(slots=True)
class _Till:
    rules: Rules
    people: People
    events: Sequence[Event]
    story: Story
    payments: list[Payment] = field(default_factory=list)
    carries: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    balances: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    earned: dict[tuple[str, date], int] = field(default_factory=lambda: defaultdict(int))
    windows: list[Window] = field(default_factory=list)
    factors: dict[tuple[datetime, datetime], Decimal] = field(default_factory=dict)

    def pay(self) -> list[Payment]:
        self.windows = self.rules.windows(self.events[0].at, self.people.end)
        dues = sorted(self.story.dues, key=lambda due: (due.event, due.phase))
        clock = sorted(self._clock())
        for due in dues:
            while clock and clock[0][0] <= self.events[due.event].at and (self._event_of(clock[0][0]), TURNED) <= (due.event, due.phase):
                self._turn(*clock.pop(0))
            self._pay(due)
        for turn in clock:
            self._turn(*turn)
        return self.payments

    def _pay(self, due: Due) -> None:
        whole = due.base
        if due.trigger.startswith(BOOSTED) and due.trigger.startswith(tuple(self.rules["multipliers.applies_to"])):
            whole = due.base * self._factor(due.at, due.crowd)
        whole += self.carries[due.user, due.trigger]
        coins = int(whole.to_integral_value(ROUND_FLOOR))
        self.carries[due.user, due.trigger] = whole - coins
        if coins:
            self._book(due.user, due.trigger, coins, due.at, due.day)

    def _book(self, user: str, trigger: str, coins: int, at: datetime, day: date) -> None:
        self.payments.append(Payment(user, trigger, coins, at))
        self.balances[user] += coins
        if not trigger.startswith(PRESENTS):
            self.earned[user, day] += coins

    # -- factors --------------------------------------------------------------------------------------------------------------------

    def _factor(self, at: datetime, crowd: datetime) -> Decimal:
        if (at, crowd) not in self.factors:
            self.factors[at, crowd] = self._combined([Decimal(str(factor)) for factor in self._sources(at, crowd)])
        return self.factors[at, crowd]

    def _sources(self, at: datetime, when_counted: datetime) -> list[float]:
        section, local = self.rules["multipliers"], self.rules.local(at)
        found = [window.event["multiplier"] for window in self.windows if window.start <= at < window.end]
        off_peak, crowd, holidays = section["off_peak"], section["high_population"], section["holidays"]
        if off_peak["enabled"] and (local.weekday() + 1) % 7 in off_peak["days"] and local.hour in off_peak["hours"]:
            found.append(off_peak["multiplier"])
        if crowd["enabled"] and self.people.population(when_counted) >= crowd["min_users"]:
            found.append(crowd["multiplier"])
        if holidays["enabled"]:
            found += [holiday["multiplier"] for holiday in holidays["dates"] if holiday["date"] == f"{local:%m-%d}"]
        return found

    def _combined(self, factors: list[Decimal]) -> Decimal:
        how = self.rules["multipliers.combine"]
        if not factors:
            return Decimal(1)
        if how == "add":
            combined = 1 + sum((factor - 1 for factor in factors), Decimal(0))
        elif how == "max":
            combined = max(factors)
        else:
            combined = reduce(lambda one, other: one * other, factors)
        return min(combined, self.rules.exact("multipliers.max_combined"))

    # -- what the clock brings ------------------------------------------------------------------------------------------------------

    def _event_of(self, at: datetime) -> int:
        return next(number for number, event in enumerate(self.events) if event.at >= at)

    def _clock(self) -> list[tuple[datetime, str, date]]:
        """Give what is due by the clock: when, what, and for which day."""
        found, first = [], self.events[0].at
        day = self.rules.day(first)
        hour, minute = map(int, self.rules["balance_maintenance.run_at"].split(":"))
        while day <= self.rules.day(self.people.end):
            found.append((self.rules.moment(day, 0, 5), "competitions", day - timedelta(days=1)))
            found.append((self.rules.moment(day, hour, minute), "interest", day))
            day += timedelta(days=1)
        return [turn for turn in found if first < turn[0] <= self.people.end]

    def _turn(self, at: datetime, what: str, day: date) -> None:
        if what == "competitions":
            self._compete(at, day)
        elif self.rules["balance_maintenance.mode"] == "interest":
            self._interest(at)

    def _interest(self, at: datetime) -> None:
        section = self.rules["balance_maintenance.interest"]
        for user, balance in sorted(self.balances.items()):
            if balance >= section["min_balance_to_earn"]:
                part = int(balance * Decimal(str(section["daily_rate"])))
                if coins := min(part, section["max_daily_interest"]):
                    self._book(user, "maintenance.interest", coins, at, self.rules.day(at))

    def _compete(self, at: datetime, day: date) -> None:
        everybody = sorted({user for user, when in (*self.story.counters, *self.earned) if when == day and self.people.may_earn(user)})
        for competition in self.rules["daily_competitions"]:
            condition = competition["condition"]
            reached = {user: self._value(user, day, condition["field"]) for user in everybody}
            most = max(reached.values(), default=0)
            for user, value in reached.items():
                coins = competition["reward"]
                if condition["type"] == "daily_threshold":
                    wins = value >= condition["threshold"]
                else:
                    wins = value == most > 0
                    if percent := competition["reward_percent_of_earnings"]:
                        coins = max(1, int(self.earned[user, day] * Decimal(str(percent)) / 100))
                        coins = min(coins, competition["max_reward"] or coins)
                if wins and coins:
                    self._book(user, f"competition.{competition['id']}", coins, at, day)

    def _value(self, user: str, day: date, field_: str) -> int:
        return self.earned[user, day] if field_ == "z_earned" else self.story.value(user, day, field_)
