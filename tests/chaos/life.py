"""Seeded life in a room: viewers come, go, talk and ask; once made up in the past, once in front of a robot."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.support import script
from tests.support.robot import Robot

ADMIN = "owner"
VIEWERS = (*(f"viewer{number}" for number in range(12)), "Eve_Mixed", "UPPER", "guest1", "guest2")
GUESTS = frozenset({"guest1", "guest2"})
NEWCOMERS = 60
"""In one burst, at most."""
QUESTIONS = (
    "balance",
    "bal",
    "BALANCE",
    "nonsense",
    "why",
    "top",
    "history",
    "gambling",
    "fair",
    "odds",
    "shop",
    "bounties",
    "challenge list",
    *["like"] * 6,
)
REPORTS = ("econ:stats", "econ:health", "econ:triggers", "econ:gambling", "econ:user viewer1", "audit-log", "inflation")
"""For administrators."""
WORDS = (
    *("hello", "lol", "what a film", "<3 & more", "bob++", "the_end", "ok", "haha", "hi viewer3", "welcome @viewer7", "viewer5++ UPPER++"),
    "nobody will ever believe how long the last scene of this one takes before anything in it comes to an end",
)
SECONDS_LONG = (0, 40, 240, 1_320)
"""What plays; 0 is a live stream."""


def rank_of(name: str) -> float:
    """Give a viewer's rank in the room."""
    return 0 if name in GUESTS else 5 if name == ADMIN else 1


def past(seed: int, until: datetime, hours: float, events: int) -> script.Script:
    """Make up some hours before `until`: robot events alone, as they were kept while no service ran."""
    chance = random.Random(f"past {seed}")
    story = script.Script(source=random.Random(f"ids {seed}"))
    start = until - timedelta(hours=hours)
    moments = sorted(start + timedelta(seconds=chance.uniform(0, hours * 3600)) for _ in range(events))
    present: set[str] = set()
    _list(story, start, present)
    for at in moments:
        _happen(story, chance, at, present)
    _list(story, until, present)
    return story


def _list(story: script.Script, at: datetime, present: set[str]) -> None:
    people = [script.person(name, rank_of(name)) for name in (*sorted(present), ADMIN)]
    story.event("userlist", [*people, script.person(script.BOT, 4)], at)


def _happen(story: script.Script, chance: random.Random, at: datetime, present: set[str]) -> None:
    name = chance.choice(VIEWERS)
    kinds = ("move", "chat", "double login", "outage", "repeat", "flicker", "late line", "play")
    what = chance.choices(kinds, (30, 40, 4, 2, 8, 4, 3, 3))[0]
    if what == "move":
        if name in present:
            present.discard(name)
            story.leave(name, at)
        else:
            present.add(name)
            story.join(name, at, rank_of(name))
    elif what == "chat":
        story.chat(name, chance.choice(WORDS), at)
        present.add(name)
    elif what == "double login" and name in present:
        story.leave(name, at).join(name, at + timedelta(milliseconds=5), rank_of(name))
    elif what == "flicker" and name in present:
        story.join(name, at, rank_of(name)).leave(name, at + timedelta(milliseconds=5))
        present.discard(name)
    elif what == "outage":
        story.lifecycle("connected", at).event("login", {"success": True, "name": script.BOT}, at)
        for changed in chance.sample(VIEWERS, 2):
            present.symmetric_difference_update({changed})
        _list(story, at + timedelta(seconds=chance.choice((0.5, 2, 40))), present)
    elif what == "repeat":
        story.again()
    elif what == "late line":
        story.chat(name, "said long ago", at, said=at - timedelta(minutes=7))
    elif what == "play":
        story.event("changeMedia", media(chance), at)


def media(chance: random.Random) -> dict[str, object]:
    """Make up what plays from now on."""
    number, seconds = chance.randrange(1_000), chance.choice(SECONDS_LONG)
    stands: dict[str, object] = {"currentTime": -3, "paused": True} if seconds else {"currentTime": 0, "paused": False}
    told = {"id": f"film{number}", "title": f"Film {number}", "seconds": seconds, "duration": "", "type": "cm" if seconds else "rt"}
    return {**told, **stands}


@dataclass(slots=True)
class Crowd:
    """The viewers in front of a robot; `run` lets them live until it is cancelled."""

    robot: Robot
    seed: int
    words: Callable[[random.Random], str]
    """Makes up what somebody wants of games and shop."""
    acts_per_second: float = 30.0
    acts: int = 0

    async def run(self) -> None:
        """Act and act."""
        chance = random.Random(f"crowd {self.seed}")
        while True:
            await self.act(chance)
            await asyncio.sleep(chance.expovariate(self.acts_per_second))

    async def act(self, chance: random.Random) -> None:
        """Have somebody do something."""
        self.acts += 1
        robot = self.robot
        name = chance.choice(VIEWERS)
        here = name in robot.people
        what = chance.choices(
            ("move", "chat", "ask", "deal", "grant", "not allowed", "repeat", "list", "rejoin", "outage", "burst", "play"),
            (12, 40, 16, 24, 12, 3, 6, 1, 1, 0.3, 1.5, 1),
        )[0]
        if what == "move":
            await (robot.leave(name) if here else robot.join(name, rank_of(name)))
        elif what == "chat" and here:
            await robot.chat(name, chance.choice(WORDS))
        elif what == "ask" and here:
            asker, questions = chance.choice(((name, QUESTIONS), (name, QUESTIONS), (ADMIN, REPORTS)))
            await robot.pm(asker, chance.choice(questions))
        elif what == "deal" and here:
            await robot.pm(name, self.words(chance))
        elif what == "grant":
            amount = chance.randint(1, 999)
            await robot.pm(ADMIN, chance.choices((f"grant @{name} {amount} for act {self.acts}", "rain 5001", "rain 41"), (9, 1, 1))[0])
        elif what == "not allowed" and here:
            await robot.pm(name, f"grant {name} 1000000")
        elif what == "rejoin" and here:
            await robot.leave(name)
            await robot.join(name, rank_of(name))
        else:
            await self._happen(what, chance)

    async def _happen(self, what: str, chance: random.Random) -> None:
        """Have something happen that no single viewer does."""
        robot = self.robot
        if what == "repeat":
            await robot.repeat()
        elif what == "list":
            await robot.lists()
        elif what == "burst":
            await self._burst(chance)
        elif what == "play":
            await robot.event("changeMedia", media(chance))
        elif what == "outage":
            robot.lose_cytube()
            await asyncio.sleep(chance.uniform(0.1, 3))
            await robot.enter(note="Reconnected after: watchdog (attempt 1)")

    async def _burst(self, chance: random.Random) -> None:
        """Much at once, so that a kill finds a lot on its way: each newcomer is owed a wallet, each grant its coins."""
        for number in range(chance.randint(10, NEWCOMERS)):
            name = f"new-{self.acts}-{number}"
            await self.robot.join(name)
            if number % 2:
                await self.robot.pm(ADMIN, f"grant {name} {number} in a burst")
            if number % 5:
                await self.robot.leave(name)
