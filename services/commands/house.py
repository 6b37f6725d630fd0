"""What is known of the other services: are they ready, were they since our start, how are things now."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from pydantic import ValidationError

from libs.common import subjects
from libs.common.asking import Ask, NoReplyError
from libs.common.contracts.events import Tick
from libs.common.contracts.health import Health
from libs.common.durable import Unit
from libs.common.services import existing
from services.commands import store
from services.commands.api.calls import Data, Room
from services.commands.clerk import Clerk, Writer

T = TypeVar("T")

_HEALTH_SECONDS: Final = 0.5
_DATABASE_SECONDS: Final = 1.0
_TICKS_WITHOUT_LIST: Final = 4
"""A robot that is there that long and gives no user list keeps none: its room fills by joins."""
_POLL_SECONDS: Final = 0.25
_DATABASE: Final = "database: "
"""How a service's problem with its own database begins."""


class Readiness:
    """Whether the economy has been ready as a whole since this start. Once it has been, it stays so: health tells of later trouble."""

    def __init__(self, rooms: tuple[Room, ...]) -> None:
        """Take the channels that ingest must have seen."""
        self._rooms = rooms
        self._robots: dict[str, str] = {}
        self._connected: Counter[str] = Counter()
        self._missing: str | None = "nothing has been asked yet"

    @property
    def missing(self) -> str | None:
        """What has not been ready since the start; None once all has been."""
        return self._missing

    def tick(self, tick: Tick) -> None:
        """Take what ingest says of the robots."""
        self._robots = dict(tick.robots)
        self._connected.update(token for token, robot in tick.robots.items() if robot == "connected")

    def judge(self, healths: dict[str, Health | None], *, configured: bool, listed: set[str]) -> None:
        """Judge anew, from each service's health, and from which channels a list of users has been read."""
        if self._missing is None:
            return
        waiting = [name for name, health in healths.items() if health is None or not health.was_ready]
        unseen = [room.name for room in self._rooms if not self._seen(room.token, listed)]
        if waiting:
            self._missing = f"waiting for {', '.join(waiting)}"
        elif not configured:
            self._missing = "no configuration has been published"
        elif unseen:
            self._missing = f"not seen yet: {', '.join(unseen)}"
        else:
            self._missing = None

    def _seen(self, token: str, listed: set[str]) -> bool:
        robot = self._robots.get(token)
        return robot == "away" or (robot == "connected" and (token in listed or self._connected[token] >= _TICKS_WITHOUT_LIST))


@dataclass(frozen=True, slots=True)
class Nearby:
    """What the API needs of this process."""

    ask: Ask
    writer: Writer
    clerk: Clerk
    uptime_seconds: Callable[[], float]


class House:
    """The whole economy as the API sees it."""

    def __init__(self, rooms: tuple[Room, ...], nearby: Nearby) -> None:
        """Take the channels and what is needed of this process."""
        self.rooms = rooms
        self.readiness = Readiness(rooms)
        self._nearby = nearby
        self._services = existing()

    async def watch(self) -> None:
        """Ask after the others until all have been ready once."""
        while self.readiness.missing is not None:
            await self._look()
            await asyncio.sleep(_POLL_SECONDS)

    async def starting(self) -> str | None:
        """Say what has not been ready since the start, if anything, as of now."""
        if self.readiness.missing is not None:
            await self._look()
        return self.readiness.missing

    async def health(self) -> Data:
        """Give the data of `system.health`."""
        rules = self._nearby.clerk.rules
        outsiders = rules.outsiders if rules is not None else frozenset[str]()
        healths, sessions = await asyncio.gather(self._healths(), self._read(lambda unit: store.sessions(unit.db, outsiders)))
        found = problems(healths)
        if sessions is None:
            found.append("commands: database: it does not answer")
        return {
            "status": "degraded" if found else "healthy",
            "database": "disconnected" if any(_DATABASE in problem for problem in found) else "connected",
            "active_sessions": sessions or 0,
            "uptime_seconds": round(self._nearby.uptime_seconds(), 3),
            "problems": found,
        }

    async def _look(self) -> None:
        healths, listed = await asyncio.gather(self._healths(), self._read(lambda unit: store.present(unit.db)))
        self.readiness.judge(healths, configured=self._nearby.clerk.rules is not None, listed=set(listed or ()))

    async def _healths(self) -> dict[str, Health | None]:
        found = await asyncio.gather(*map(self._health, self._services))
        return dict(zip(self._services, found, strict=True))

    async def _health(self, service: str) -> Health | None:
        try:
            return Health.model_validate_json(await self._nearby.ask(subjects.health(service), b"{}", _HEALTH_SECONDS))
        except (NoReplyError, ValidationError):
            return None

    async def _read(self, look: Callable[[Unit], T]) -> T | None:
        """Look something up in our own database; None where it does not answer: a full disk holds it up for as long as it is full."""
        try:
            return await asyncio.wait_for(self._nearby.writer.write(look), _DATABASE_SECONDS)
        except TimeoutError:
            return None


def problems(healths: Mapping[str, Health | None]) -> list[str]:
    """Say what is wrong, service by service."""
    found = []
    for service, health in healths.items():
        if health is None:
            found.append(f"{service}: does not answer")
        elif not health.ready:
            found += [f"{service}: {problem}" for problem in health.problems or ["not ready"]]
    return found
