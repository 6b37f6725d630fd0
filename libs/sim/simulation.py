"""A simulated channel as a whole: the room, the robot, the regulars and the visitors on one clock."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from libs.common import subjects
from libs.common.names import fold
from libs.sim import media
from libs.sim.crowd import Crowd, Deed
from libs.sim.heard import Heard, hear
from libs.sim.orders import Orders, Reply
from libs.sim.robot import Out, Publish, Robot
from libs.sim.room import CSS, Resolve, Room
from libs.sim.visits import Visits

LOST: Final = "no close frame received or sent"
RECALLED: Final = "watchdog timeout"
RECALL_AFTER: Final = timedelta(seconds=130)
"""A connection that a service had closed comes back by the robot's watchdog only."""


@dataclass(frozen=True, slots=True)
class Step:
    """What comes of one thing that happened."""

    outs: list[Out]
    """To be published and written, in order."""
    heard: list[Heard] = field(default_factory=list)
    """What people in the room hear."""
    replies: list[Reply] = field(default_factory=list)


class Simulation:
    """One channel. Every call takes the time; nothing in here looks at a clock."""

    def __init__(
        self,
        *,
        channel: str,
        domain: str,
        bot: str,
        seed: int,
        now: datetime,
        new_session: Callable[[], str],
        resolve: Resolve = media.resolve,
        crowded: bool = True,
    ) -> None:
        """Set the room up, without robot; not `crowded`, nobody comes by himself and nothing is on."""
        chance = Random(seed)  # noqa: S311 - a plot, not a secret
        self.channel = channel
        self.room = Room(bot, resolve, now)
        # Ids of messages never come again, in another run of the same seed neither: they would be taken for repetitions.
        self.robot = Robot(self.room, channel, domain, Random(f"{seed} {now.isoformat()}"))  # noqa: S311
        self.orders = Orders(self.robot)
        self.crowd = Crowd(Random(chance.random()), now) if crowded else None  # noqa: S311
        self.visits = Visits(self.room, (self.crowd.names if self.crowd else frozenset()) | {fold(bot)}, new_session)
        self._chance = chance
        self._loss = now + timedelta(minutes=chance.uniform(8, 15))
        if self.crowd is not None:
            self.room.css = CSS
            programme = list(media.programme())
            chance.shuffle(programme)
            for each in programme:
                self.room.playlist.add(each, "Greta", "end", now, temp=False)

    def start(self, now: datetime, servers: list[str]) -> Step:
        """Let the first viewers be there, and the robot come in."""
        self.room.advance(now)
        self._let_act(now)
        here = ", ".join(person.name for person in self.room.people.values())
        heard = [Heard("note", "", f"in {self.channel}: {here or 'nobody'}")]
        if self.room.playlist.current is not None:
            heard.append(Heard("note", "", f"now playing: {self.room.playlist.current.media.title}"))
        self.room.take()
        return Step(self.robot.start(servers), heard)

    def advance(self, now: datetime) -> Step:
        """Let time pass."""
        self.room.at(now)
        outs, heard = self._move_robot(now)
        self.room.advance(now)
        self.visits.advance(now)
        self._let_act(now)
        return self._step(outs, heard)

    def order(self, body: bytes, now: datetime) -> Step:
        """Take a request to the robot."""
        self.room.advance(now)
        replies = self.orders.take(body)
        return self._step(replies=replies)

    def old_order(self, body: bytes, now: datetime) -> Step:
        """Take an order in the older form."""
        self.room.advance(now)
        self.orders.take_old(body)
        return self._step()

    def visit(self, body: bytes, now: datetime) -> tuple[Step, dict[str, Any]]:
        """Take what a visitor asks for; the answer comes besides."""
        self.room.advance(now)
        answer = self.visits.ask(body)
        return self._step(), answer

    def due(self) -> datetime:
        """Give the time at which `advance` has something to do next."""
        times = [self.room.due(), self.visits.due(), self.crowd.due() if self.crowd else None, self._loss if self.crowd else None]
        if self.robot.closed is not None:
            times.append(self.robot.closed + RECALL_AFTER)
        return min(time for time in times if time is not None)

    def _let_act(self, now: datetime) -> None:
        for deed in self.crowd.advance(now) if self.crowd else ():
            self._do(deed, now)

    def _do(self, deed: Deed, now: datetime) -> None:
        match deed.what:
            case "join":
                self.room.join(deed.name, deed.rank)
            case "leave":
                self.room.leave(deed.name)
            case "chat":
                self.room.chat(deed.name, deed.text)
            case "ask":
                self.room.pm(deed.name, self.room.bot, deed.text)
            case "queue":
                wanted = self._chance.choice(media.programme())
                if self.room.playlist.holding(wanted) is None:
                    self.room.playlist.add(wanted, deed.name, "end", now, temp=True)

    def _move_robot(self, now: datetime) -> tuple[list[Out], list[Heard]]:
        """Cut the robot off for some seconds, every now and then, as happens; and bring it back."""
        if self.robot.closed is not None:
            if now - self.robot.closed < RECALL_AFTER:
                return [], []
            return self._come_back(RECALLED)
        if self.crowd is None or now < self._loss:
            return [], []
        if self.robot.connected:
            self.robot.lose()
            self._loss = now + timedelta(seconds=self._chance.uniform(4, 9))
            return [], [Heard("note", self.room.bot, "loses its connection")]
        self._loss = now + timedelta(minutes=self._chance.uniform(8, 15))
        return self._come_back(LOST)

    def _come_back(self, reason: str) -> tuple[list[Out], list[Heard]]:
        return self.robot.come_back(reason), [Heard("note", self.room.bot, "is back")]

    def _step(self, outs: Sequence[Out] = (), heard: Sequence[Heard] = (), replies: Sequence[Reply] = ()) -> Step:
        """Give what has come of it: the robot hears the frames, people hear what is theirs, the regulars think of something to say."""
        frames = self.room.take()
        all_heard = [*heard, *(each for each in map(hear, frames) if each is not None)]
        all_outs = [*outs, *self.robot.hear(frames)]
        token = subjects.token(self.channel)
        for each in all_heard:
            if self.crowd is not None:
                self.crowd.notice(each, self.room.bot)
            body = json.dumps(each.fields()).encode()
            all_outs += [Publish(subjects.simulation_heard(token, session), body) for session in self.visits.listeners(each)]
        return Step(all_outs, all_heard, list(replies))
