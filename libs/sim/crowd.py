"""Viewers who come and go, talk, go away for tea and ask the robot: all of it from a seed."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final, Literal

from libs.common.names import fold
from libs.sim import smalltalk
from libs.sim.heard import Heard

What = Literal["join", "leave", "chat", "ask", "away", "back", "greet", "reply", "remark", "goodbye", "queue"]


@dataclass(frozen=True, slots=True)
class Regular:
    """Somebody who often comes here, and their ways; durations are means, in seconds."""

    name: str
    rank: float = 1
    chats: float = 50
    asks: float = 80
    stays: float = 900
    returns: float = 240


REGULARS: Final = (
    Regular("alice", chats=35, asks=60, stays=1500),
    Regular("bob", chats=40),
    Regular("carol", rank=2, chats=60, stays=2400),
    Regular("Dmitri", chats=45, stays=500, returns=120),
    Regular("Eve_Mixed", chats=70, asks=50),
    Regular("frank99", chats=90, stays=300, returns=90),
    Regular("Greta", rank=5, chats=60, asks=120, stays=3600),
    Regular("hiro-san", chats=80, asks=70, stays=420, returns=150),
    Regular("Wanderer", rank=0, chats=60, asks=150, stays=240, returns=300),
)
AT_FIRST: Final = 5
"""So many are here from the beginning."""
GREETED, ANSWERED, REMARKED, GRANTING = 0.7, 0.4, 0.12, 0.4
"""How likely a newcomer is greeted, a stranger answered, the robot's words remarked on, and the owner's question a grant."""
GRANTER: Final = "Greta"
"""The owner, who now and then gives somebody coins."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a viewer does."""

    what: Literal["join", "leave", "chat", "ask", "queue"]
    name: str
    text: str = ""
    rank: float = 1


@dataclass(order=True, slots=True)
class _Plan:
    at: datetime
    number: int
    what: What = field(compare=False)
    who: Regular = field(compare=False)
    visit: int = field(compare=False)
    """Which of their visits it belongs to: who has gone does nothing any more."""
    text: str = field(default="", compare=False)


class Crowd:
    """The regulars of a room."""

    def __init__(self, chance: Random, now: datetime) -> None:
        """Let some be there soon, and the others come later; the first question is asked after two seconds."""
        self._chance = chance
        self._now = now
        self._plans: list[_Plan] = []
        self._number = 0
        self._here: dict[str, Regular] = {}
        """By folded name."""
        self._visits: dict[str, int] = {}
        self._away: set[str] = set()
        self._decks: dict[str, list[str]] = {}
        """Lines not said yet, by kind: nothing is said twice before all has been said."""
        self._names = {fold(regular.name): regular for regular in REGULARS}
        for number, regular in enumerate(REGULARS):
            if number < AT_FIRST:
                self._plan("join", regular, 0)
            else:
                self._plan("join", regular, chance.uniform(15, 25 + regular.returns))
        self._plan("ask", REGULARS[0], 2, visit=1, text=smalltalk.FIRST_QUESTION)
        self._plan("chat", REGULARS[1], 3, visit=1, text="hello everybody")

    @property
    def names(self) -> frozenset[str]:
        """Give the folded names of all who may come."""
        return frozenset(self._names)

    def due(self) -> datetime:
        """Give the time at which somebody does something next."""
        return self._plans[0].at if self._plans else self._now + timedelta(minutes=1)

    def advance(self, now: datetime) -> list[Deed]:
        """Give what they do up to now."""
        deeds: list[Deed] = []
        while self._plans and self._plans[0].at <= now:
            plan = heapq.heappop(self._plans)
            self._now = plan.at
            key = fold(plan.who.name)
            if plan.what == "join" or (key in self._here and plan.visit == self._visits[key]):
                deeds += self._do(plan)
        self._now = now
        return deeds

    def notice(self, heard: Heard, bot: str) -> None:
        """Take what was heard in the room: some of it wants a word."""
        who = fold(heard.who)
        if heard.kind == "note" and heard.text == "joins" and self._chance.random() < GREETED:
            self._by_somebody("greet", heard.who, 2, 6)
        elif heard.kind == "chat" and who not in self._names and who != fold(bot):
            named = [regular for key, regular in self._here.items() if key in fold(heard.text)]
            if named:
                self._plan("reply", named[0], self._chance.uniform(2, 5), text=heard.who)
            elif self._chance.random() < ANSWERED:
                self._by_somebody("reply", heard.who, 3, 7)
        elif heard.kind == "pm" and who == fold(bot) and fold(heard.to) in self._here and self._chance.random() < REMARKED:
            self._plan("remark", self._here[fold(heard.to)], self._chance.uniform(2, 6))

    def _do(self, plan: _Plan) -> Iterable[Deed]:
        who, key = plan.who, fold(plan.who.name)
        match plan.what:
            case "join":
                self._come(who)
                yield Deed("join", who.name, rank=who.rank)
            case "leave":
                del self._here[key]
                self._away.discard(key)
                self._plan("join", who, self._after(who.returns))
                yield Deed("leave", who.name)
            case "away":
                self._away.add(key)
                self._plan("back", who, self._chance.uniform(40, 160))
                yield Deed("chat", who.name, self._line("away"))
                yield Deed("chat", who.name, "/afk")
            case "back":
                self._away.discard(key)
                self._plan("away", who, self._after(700))
                yield Deed("chat", who.name, self._line("back"))
            case "ask":
                yield from self._ask(plan)
            case "queue":
                self._plan("queue", who, self._after(600))
                yield Deed("queue", who.name)
            case _:
                yield from self._talk(plan)

    def _come(self, who: Regular) -> None:
        key = fold(who.name)
        self._here[key] = who
        self._visits[key] = self._visits.get(key, 0) + 1
        stays = max(self._after(who.stays), 60.0)
        self._plan("goodbye", who, stays - 3)
        self._plan("leave", who, stays)
        self._plan("chat", who, self._after(who.chats))
        self._plan("ask", who, self._chance.uniform(6, 30))
        self._plan("away", who, self._after(700))
        if who.rank >= 1:
            self._plan("queue", who, self._after(600))

    def _ask(self, plan: _Plan) -> Iterable[Deed]:
        if not plan.text:
            self._plan("ask", plan.who, self._after(plan.who.asks))
        if fold(plan.who.name) in self._away:
            return
        text = plan.text or self._chance.choice(smalltalk.QUESTIONS)
        if plan.who.name == GRANTER and not plan.text and self._chance.random() < GRANTING:
            text = f"grant @{self._other(plan.who)} {self._chance.choice((5, 10, 25))} for good company"
        yield Deed("ask", plan.who.name, text)

    def _talk(self, plan: _Plan) -> Iterable[Deed]:
        if plan.what == "chat" and not plan.text:
            self._plan("chat", plan.who, self._after(plan.who.chats))
        if fold(plan.who.name) in self._away:
            return
        line = plan.text if plan.what == "chat" and plan.text else self._line(plan.what)
        yield Deed("chat", plan.who.name, line.replace("{other}", plan.text or self._other(plan.who)))

    def _line(self, what: What) -> str:
        deck = self._decks.setdefault(what, [])
        if not deck:
            deck += smalltalk.LINES[what]
            self._chance.shuffle(deck)
        return deck.pop()

    def _by_somebody(self, what: What, about: str, soonest: float, latest: float) -> None:
        can = [regular for key, regular in self._here.items() if key not in self._away and key != fold(about)]
        if can:
            self._plan(what, self._chance.choice(can), self._chance.uniform(soonest, latest), text=about)

    def _other(self, who: Regular) -> str:
        others = [regular.name for regular in self._here.values() if regular is not who]
        return self._chance.choice(others) if others else "all"

    def _after(self, mean_seconds: float) -> float:
        return min(self._chance.expovariate(1 / mean_seconds), 3 * mean_seconds) + 4

    def _plan(self, what: What, who: Regular, after_seconds: float, *, visit: int = 0, text: str = "") -> None:
        self._number += 1
        at = self._now + timedelta(seconds=after_seconds)
        visit = visit or self._visits.get(fold(who.name), 0)
        heapq.heappush(self._plans, _Plan(at, self._number, what, who, visit, text))
