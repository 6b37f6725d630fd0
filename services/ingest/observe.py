"""What ingest itself sees: ticks with the robots' presence, rosters, checkpoints. All of it is published into the raw stream.

When to do what is decided here; how the world is asked is the wiring's business.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol
from uuid import uuid4

import structlog

from libs.common import subjects
from libs.common.contracts.events import Event, Gap, Robot, Roster, UserList, Viewer
from libs.common.contracts.observed import Observation
from services.ingest import metrics, roster
from services.ingest.robots import Presence, RobotWatch
from services.ingest.scribe import Scribe
from services.ingest.wire import Wrong

log = structlog.get_logger()

TICK_SECONDS: Final = 2.0
PING_SECONDS: Final = 1.0
LIST_SECONDS: Final = 5.0
"""After a change, so long a user list may take to come by itself."""
CATCH_UP_SECONDS: Final = 5.0
SETTLE_SECONDS: Final = 1.0
"""The robot writes its bucket about when it publishes the event; after so long, all that had been published is in it."""
CHECKPOINT_EVERY: Final = timedelta(hours=1)
CHECKPOINT_AGAIN_SECONDS: Final = 60.0
"""A checkpoint that was published and has not come back as an event within this time is published again."""

_ROBOT_THERE: Final = "the robot answers for {} at {}"
_NO_ROBOT: Final = "no robot answers for {} at {}: is kryten-robot running on this NATS server, in that channel?"


class Unseen(Exception):
    """The world can't be asked just now, or does not answer; it will be asked again."""


@dataclass(frozen=True, slots=True)
class Place:
    """A channel as the outside knows it."""

    token: str
    name: str
    """As configured: the robot's buckets carry this spelling."""
    domain: str


class World(Protocol):
    """Whom ingest asks; any of these raises `Unseen`."""

    async def ask_robot(self, place: Place, is_final: Callable[[bytes], bool], within_seconds: float) -> list[bytes]:
        """Ping the channel's robot; give all replies that came in time, or until a final one."""
        ...

    async def user_list(self, place: Place) -> bytes | None:
        """Give the robot's own list of who is there, if it keeps one."""
        ...

    def server(self) -> str | None:
        """Give the run of the NATS server we are connected to; None where servers are clustered."""
        ...

    async def last_raw(self) -> int:
        """Give the last sequence of the raw stream."""
        ...

    async def publish(self, subject: str, body: bytes) -> None:
        """Publish into the raw stream; return once stored."""
        ...


@dataclass(slots=True)
class _Wanted:
    """A list of viewers is wanted: one that the robot published after `since` will do, else its bucket is read when that is due."""

    since: datetime
    due: float


class Observer:
    """Looks around, every two seconds and whenever something has changed."""

    def __init__(self, places: Sequence[Place], world: World, scribe: Callable[[], Scribe | None]) -> None:
        """Prepare; `scribe` gives the current session's, None while there is none."""
        self._places = {place.token: place for place in places}
        self._world = world
        self._scribe = scribe
        self._watches = {place.token: RobotWatch(place.token) for place in places}
        self._logged: dict[str, Presence] = {}
        self._wanted: dict[str, _Wanted] = {}
        self._checkpoints: dict[str, float] = {}
        self._gap_raw = 0
        self._publishing = asyncio.Lock()

    @property
    def robots(self) -> dict[str, Presence]:
        """Give each channel's robot as last seen."""
        return {token: watch.presence for token, watch in self._watches.items()}

    async def run_ticks(self) -> None:
        """Tick, until cancelled."""
        while True:
            began = time.monotonic()
            try:
                await self.tick()
            except Unseen as error:
                log.debug("no tick", error=str(error))
            await asyncio.sleep(max(TICK_SECONDS - (time.monotonic() - began), 0.0))

    async def run_lists(self) -> None:
        """Read rosters and write checkpoints when they are due, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(0.25)

    async def tick(self) -> None:
        """Ask every robot, and publish what they said: all before it is in.

        Raises:
            Unseen: they could not be asked (which says nothing of them), or the tick not published.
        """
        before = self.robots
        places = self._places.values()
        replies = await asyncio.gather(
            *(self._world.ask_robot(place, self._watches[place.token].is_final, PING_SECONDS) for place in places)
        )
        robots = {token: self._watches[token].heard(said) for token, said in zip(self._places, replies, strict=True)}
        for token, presence in robots.items():
            metrics.ROBOT.labels(token).set(presence == "connected")
            if presence == "connected" != before[token]:
                self.want(token)
            self._log(self._places[token], presence)
        server = self._world.server()
        await self.publish("tick", {"robots": robots} if server is None else {"robots": robots, "server": server})

    def _log(self, place: Place, presence: Presence) -> None:
        """Tell an operator once of each change; a robot that is not known to be there or away has not changed."""
        if presence == "unknown" or presence == self._logged.get(place.token):
            return
        self._logged[place.token] = presence
        if presence == "connected":
            log.info(_ROBOT_THERE.format(place.name, place.domain), channel=place.token)
        else:
            log.warning(_NO_ROBOT.format(place.name, place.domain), channel=place.token)

    async def publish(self, kind: str, payload: dict[str, Any], channel: str = subjects.ALL) -> None:
        """Put an observation into the raw stream.

        Raises:
            Unseen: it is not known to be stored.
        """
        async with self._publishing:
            await self._world.publish(*observation(kind, payload, channel))

    def want(self, *tokens: str, since: datetime | None = None) -> None:
        """Ask for a list of these channels' viewers (of all, without any): one that comes by itself in five seconds, or the bucket's."""
        due = time.monotonic() + LIST_SECONDS
        for token in tokens or self._places:
            earlier = self._wanted.get(token)
            # A robot that comes and goes must not put off the reading for ever.
            self._wanted[token] = _Wanted(since or datetime.now(UTC), min(due, earlier.due) if earlier else due)

    def told(self, event: Event) -> None:
        """Take an event that was written."""
        if isinstance(event, Gap):
            self._gap_raw = event.raw
        if isinstance(event, Roster) and event.as_of < self._gap_raw:
            return  # read before the gap: it says nothing any more, and so nobody takes it
        if isinstance(event, UserList | Roster):
            wanted = self._wanted.get(event.channel)
            if wanted is not None and event.at >= wanted.since:
                del self._wanted[event.channel]
        elif isinstance(event, Gap) or (isinstance(event, Robot) and event.channel == subjects.ALL):
            # It may be another room's robot that came or went: everybody is suspended all the same, until a list says who is here.
            self.want(since=event.at)
        elif isinstance(event, Robot) and event.what != "kicked" and event.channel in self._places:
            self.want(event.channel, since=event.at)

    async def look(self) -> None:
        """Read the lists and publish the checkpoints that are due; what can't be done now stays due."""
        scribe = self._scribe()
        if scribe is None:
            return
        for place in self._places.values():
            try:
                await self._look_at(place, scribe)
            except Unseen as error:
                log.debug("could not look", channel=place.token, error=str(error))

    async def _look_at(self, place: Place, scribe: Scribe) -> None:
        wanted = self._wanted.get(place.token)
        if wanted and time.monotonic() >= wanted.due and self._watches[place.token].presence == "connected":
            await self.read_list(place)
            if self._wanted.get(place.token) is wanted:
                del self._wanted[place.token]
        room = scribe.rooms[place.token]
        old = room.checkpointed is None or room.at is None or room.at - room.checkpointed >= CHECKPOINT_EVERY
        if old and time.monotonic() >= self._checkpoints.get(place.token, 0.0):
            # Its contents are what the scribe remembers at its place in the order.
            await self.publish("checkpoint", {}, place.token)
            self._checkpoints[place.token] = time.monotonic() + CHECKPOINT_AGAIN_SECONDS

    async def read_list(self, place: Place) -> None:
        """Publish the robot's own list as a roster, if it keeps one.

        Raises:
            Unseen: it could not be read or published.
        """
        # Noted well before the list is read: all up to it is in the list, and what the stream says after it wins.
        as_of = await self._world.last_raw()
        await self._caught_up(as_of)
        await asyncio.sleep(SETTLE_SECONDS)
        body = await self._world.user_list(place)
        if body is None:
            log.info("the robot keeps no user list", channel=place.token)
            return
        scribe = await self._caught_up(as_of)
        try:
            users = roster.viewers(body, scribe.rooms[place.token].phantoms)
        except Wrong as wrong:
            log.warning("the robot's user list can't be read", channel=place.token, error=str(wrong))
            return
        await self.publish("roster", {"as_of": as_of, "users": [_fields(viewer) for viewer in users]}, place.token)
        log.info("user list read from the robot's bucket", channel=place.token, users=len(users), as_of=as_of)

    async def _caught_up(self, sequence: int) -> Scribe:
        """Wait until the scribe has written up to there, so that it knows who in the list is a phantom."""
        deadline = time.monotonic() + CATCH_UP_SECONDS
        while time.monotonic() < deadline:
            scribe = self._scribe()
            if scribe is not None and scribe.position >= sequence:
                return scribe
            await asyncio.sleep(0.02)
        raise Unseen(f"still behind {sequence}")


def observation(kind: str, payload: dict[str, Any], channel: str = subjects.ALL) -> tuple[str, bytes]:
    """Give the subject and the body of what is observed now."""
    said = Observation(event_name=kind, payload=payload, channel=channel, timestamp=datetime.now(UTC), correlation_id=str(uuid4()))
    return subjects.observed(channel, kind), said.encode()


def _fields(viewer: Viewer) -> dict[str, Any]:
    return viewer.model_dump(exclude_none=True)
