"""A made-up life of a room, the same for the same seed: who comes and goes, what plays, what is said. As the robot tells it."""

import heapq
import html
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from tests.support import script
from tests.support.earnings.tales import talk

REGISTERED = (
    *("Alice", "bob", "CarolAnn", "DAVE", "eve_x", "Frank-7", "al", "gina", "Hugo", "ivy"),
    *("JJ", "kim2", "Lou", "mona", "Nils", "oz", "Pia", "quinn"),
)
GUESTS = ("guest_1", "Passerby")
IGNORED = "NepBot"
RANKS = {"DAVE": 3.0, "mona": 2.0, "guest_1": 0.0, "Passerby": 0.0}
EMOTES = ("PogChamp", "<3", "feelsgood", "catJAM", ":blank:")
LEAD_IN, TAIL = 3, 2
"""Seconds for which CyTube waits before it plays something, and after its end."""


@dataclass(frozen=True, slots=True)
class Plot:
    """What kind of life it is."""

    seed: int
    start: datetime
    hours: float
    acts_per_hour: float
    viewers: int = len(REGISTERED)
    open_hours: Sequence[int] = range(24)
    """Of the day, UTC: at others all but the sleepers leave, and nobody does anything."""
    sleepers: int = 0


@dataclass(slots=True)
class Life:
    """Lets things happen one after the other, and writes down what the robot tells."""

    plot: Plot
    told: script.Script
    chance: random.Random = field(init=False)
    end: datetime = field(init=False)
    present: set[str] = field(default_factory=set)
    _plans: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    _number: "count[int]" = field(default_factory=count)
    _now: datetime = field(init=False)
    _said: datetime = field(init=False)
    _plays: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(f"life {self.plot.seed}")
        self.end = self.plot.start + timedelta(hours=self.plot.hours)
        self._now = self._said = self.plot.start

    def run(self) -> None:
        """Live until the end; a tick some minutes later closes the story."""
        self._begin()
        while self._plans[0][0] < self.end:
            at, _, act = heapq.heappop(self._plans)
            at = max(at, self._now + timedelta(milliseconds=1))
            self._now = at
            act(at)
        self.told.tick(self.end + timedelta(minutes=7))
        self._now = self.end + timedelta(minutes=7)

    def reconnect(self) -> None:
        """Have the robot connect anew: it is told who is here and what plays, and hears the last fifteen lines once more."""
        at = self._now + timedelta(seconds=2)
        heard = [raw for raw in self.told.raws if raw.subject == script.subject("chatMsg")][-15:]
        playing = next(raw for raw in reversed(self.told.raws) if raw.subject == script.subject("changeMedia"))
        self.told.lifecycle("connected", at).event("login", {"success": True, "name": script.BOT}, at)
        self._list(at + timedelta(seconds=1))
        for raw in heard:
            self.told.event("chatMsg", json.loads(raw.body)["payload"], at + timedelta(seconds=1.1))
        stands = json.loads(playing.body)["payload"]
        if stands["seconds"]:
            stands |= {"currentTime": stands["currentTime"] + (at - playing.stored).total_seconds() + 1.2, "paused": False}
        self.told.event("changeMedia", stands, at + timedelta(seconds=1.2))

    @property
    def people(self) -> tuple[str, ...]:
        return (*REGISTERED[: self.plot.viewers], *GUESTS, IGNORED)

    def _begin(self) -> None:
        chance, at = self.chance, self.plot.start + timedelta(seconds=1)
        self.present = set(chance.sample(REGISTERED[: self.plot.viewers], self.plot.viewers // 2))
        self._list(at)
        emotes = [{"name": name, "image": "https://example.org/e.png", "source": "x"} for name in EMOTES]
        self.told.event("emoteList", emotes, at + timedelta(seconds=1))
        self._plan(at, 1.5, self._play)
        self._plan(at, 20, self._act)
        self._plan(at, 60, self._tick)

    def _plan(self, at: datetime, seconds: float, act: Callable[[datetime], None]) -> None:
        heapq.heappush(self._plans, (at + timedelta(microseconds=round(seconds * 1_000_000)), next(self._number), act))

    # -- what goes on by itself -----------------------------------------------------------------------------------------------------

    def _tick(self, at: datetime) -> None:
        self.told.tick(at)
        self._plan(at, self.chance.uniform(30, 600), self._tick)

    def _act(self, at: datetime) -> None:
        if at.hour in self.plot.open_hours:
            kinds = (self._talk, self._move, self._bounce, self._relogin, self._step_away, self._ask, self._relist)
            self.chance.choices(kinds, (70, 14, 3, 2, 4, 4, 0.5))[0](at)
        elif len(self.present) > self.plot.sleepers:
            self._leave(self._someone(), at)
            self._plan(at, 5, self._act)
            return
        self._plan(at, self.chance.expovariate(self.plot.acts_per_hour / 3600), self._act)

    def _play(self, at: datetime) -> None:
        """Begin something that plays until its end, or is skipped; now and then it is told once more while it plays."""
        self._plays += 1
        number, chance = self._plays, self.chance
        seconds = 0 if chance.random() < 0.08 else round(chance.choice((180, 240, 600, 1320, 2400)) * chance.uniform(0.9, 1.1))
        media = {"id": f"m{number}", "title": f"Short Film {number}", "seconds": seconds, "duration": "", "type": "cm" if seconds else "rt"}
        self.told.event("changeMedia", {**media, "currentTime": -LEAD_IN if seconds else 0, "paused": bool(seconds)}, at)
        length = LEAD_IN + seconds + TAIL if seconds else chance.uniform(300, 1500)
        if chance.random() < 0.2:
            length *= chance.choice((0.3, 0.75, 0.85))
        if seconds and chance.random() < 0.15:
            later = chance.uniform(0.2, 0.8) * length
            again = {**media, "currentTime": later - LEAD_IN + chance.uniform(-0.9, 0.9), "paused": False}
            self._plan(at, later, lambda when: self._tell_again(when, again))
        self._plan(at, length, self._play)

    def _tell_again(self, at: datetime, media: dict[str, object]) -> None:
        self.told.event("changeMedia", media, at)

    # -- comings and goings ---------------------------------------------------------------------------------------------------------

    def _list(self, at: datetime) -> None:
        people = [script.person(name, RANKS.get(name, 1.0)) for name in (*sorted(self.present), script.BOT)]
        self.told.event("userlist", people, at)

    def _join(self, name: str, at: datetime) -> None:
        self.present.add(name)
        self.told.join(name, at, RANKS.get(name, 1.0))

    def _leave(self, name: str, at: datetime) -> None:
        self.present.discard(name)
        self.told.leave(name, at)

    def _move(self, at: datetime) -> None:
        name = self.chance.choice(self.people)
        if name in self.present:
            self._leave(name, at)
            return
        self._join(name, at)
        if self.chance.random() < 0.6:
            self._plan(at, self.chance.uniform(2, 80), lambda when: self._say(when, self._someone(), talk.greeting(self.chance, name)))

    def _bounce(self, at: datetime) -> None:
        """Leave, and be back soon, or not quite soon enough to count as never gone."""
        if name := self._someone():
            self._leave(name, at)
            again = self.chance.choice((self._join, self._join, self._just_speak))
            self._plan(at, self.chance.choice((4, 60, 200, 290, 310, 600)), lambda when: again(name, when))

    def _just_speak(self, name: str, at: datetime) -> None:
        self.present.add(name)
        self._say(at, name, "still here")

    def _relogin(self, at: datetime) -> None:
        """Open a second window and close the first: the leave comes after the join."""
        if name := self._someone():
            self._join(name, at)
            self._plan(at, 1, lambda when: self._leave(name, when))
            self._plan(at, self.chance.uniform(2, 50), lambda when: self._just_speak(name, when))

    def _relist(self, at: datetime) -> None:
        """Have the whole list told, with somebody on it whose coming was not, and without somebody whose going was not."""
        changed = self.chance.choice(REGISTERED[: self.plot.viewers])
        self.present.symmetric_difference_update({changed})
        self._list(at)

    def _step_away(self, at: datetime) -> None:
        if name := self._someone():
            self._mark(name, at, afk=True)
            if self.chance.random() < 0.8:
                self._plan(at, self.chance.uniform(30, 900), lambda when: self._mark(name, when, afk=False))

    def _mark(self, name: str, at: datetime, *, afk: bool) -> None:
        self.told.event("setAFK", {"name": name, "afk": afk}, at)

    def _someone(self) -> str:
        return self.chance.choice(sorted(self.present)) if self.present else ""

    # -- talk -----------------------------------------------------------------------------------------------------------------------

    def _say(self, at: datetime, name: str, text: str, late: timedelta = timedelta(), *, shadow: bool = False) -> None:
        """Say something, a moment (or long) before the robot tells of it."""
        if name not in self.present and name != script.BOT:
            return
        said = at - timedelta(milliseconds=self.chance.randint(5, 400))
        if late:
            said -= late
        else:
            said = self._said = max(said, self._said + timedelta(milliseconds=1))
        self.told.event("chatMsg", script.line(name, html.escape(text), said, **({"shadow": True} if shadow else {})), at)

    def _talk(self, at: datetime) -> None:
        chance, name = self.chance, self._someone()
        if not name:
            return
        others = [each for each in sorted(self.present) if each != name] or [name]
        text = talk.line(chance, chance.choice(others), chance.choice(others), self.people, EMOTES)
        if chance.random() < 0.02:
            self._say(at, name, text, late=timedelta(minutes=chance.choice((8, 11))))
            return
        self._say(at, name, text, shadow=chance.random() < 0.03)
        if chance.random() < 0.15:
            for _ in range(chance.choice((1, 2, 5, 12))):
                self._plan(at, chance.uniform(1, 70), lambda when: self._say(when, self._someone(), talk.laugh(chance)))
        if text.startswith("!") or "zcoinbot" in text.lower():
            self._plan(at, chance.choice((1, 3, 25, 40)), lambda when: self._answer(when, name))
        elif chance.random() < 0.02:
            self._plan(at, 0.3, lambda when: self._say(when, name, text))

    def _answer(self, at: datetime, name: str) -> None:
        self._say(at, script.BOT, f"{name}: {self.chance.choice(('forty-two', 'it is on at nine', 'no idea'))}")

    def _ask(self, at: datetime) -> None:
        if name := self._someone():
            self.told.pm(name, self.chance.choice(("like", "like", "balance", "LIKE ")), at)


def configured(plot: Plot, settings: dict[str, object]) -> script.Script:
    """Tell a life from its configuration to its last tick."""
    told = script.Script(day=plot.start.replace(hour=0, minute=0, second=0), source=random.Random(f"ids {plot.seed}"))
    told.configure(plot.start.astimezone(UTC), **settings)
    Life(plot, told).run()
    return told
