"""What an API request may use, and what is known of the other services: are they ready, were they since our start."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from pydantic import ValidationError

from libs.common import subjects
from libs.common.config import Rules
from libs.common.contracts.events import Tick
from libs.common.contracts.health import Health
from libs.common.contracts.ledger import Outcome, Posting
from libs.common.durable import KeyConflict, Unit
from libs.common.services import existing
from services.commands import store
from services.commands.api.calls import ApiError, Data, Room
from services.commands.clerk import Clerk, Writer
from services.commands.ledger import Ask, Ledger, NoReplyError, UnknownOutcomeError

API_WAIT_SECONDS: Final = 4.0
"""A request whose owner is just restarting waits that long; kryten-py's clients give up after 5."""
_HEALTH_SECONDS: Final = 0.5
_TICKS_WITHOUT_LIST: Final = 4
"""A robot that is there that long and gives no user list keeps none: its room fills by joins."""
_POLL_SECONDS: Final = 0.25


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
    """What the house needs of this process."""

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
        healths = await self._healths()
        rules = self._nearby.clerk.rules
        outsiders = rules.outsiders if rules is not None else frozenset[str]()
        sessions = await self._nearby.writer.write(lambda unit: store.sessions(unit.db, outsiders))
        return {
            "status": "healthy" if all(health is not None and health.ready for health in healths.values()) else "degraded",
            "database": "connected",
            "active_sessions": sessions,
            "uptime_seconds": round(self._nearby.uptime_seconds(), 3),
        }

    def desk(self) -> "RequestDesk":
        """Give what one request may use; its time runs from now."""
        return RequestDesk(self, self._nearby)

    async def _look(self) -> None:
        healths = await self._healths()
        listed = set(await self._nearby.writer.write(lambda unit: store.present(unit.db)))
        self.readiness.judge(healths, configured=self._nearby.clerk.rules is not None, listed=listed)

    async def _healths(self) -> dict[str, Health | None]:
        found = await asyncio.gather(*map(self._health, self._services))
        return dict(zip(self._services, found, strict=True))

    async def _health(self, service: str) -> Health | None:
        try:
            return Health.model_validate_json(await self._nearby.ask(subjects.health(service), _NOTHING, _HEALTH_SECONDS))
        except (NoReplyError, ValidationError):
            return None


class RequestDesk:
    """What one request may use."""

    def __init__(self, house: House, nearby: Nearby) -> None:
        """Take where it comes from."""
        self.ledger = Ledger(nearby.ask, API_WAIT_SECONDS)
        self._house = house
        self._nearby = nearby

    @property
    def rules(self) -> Rules:
        """The configuration in force; raises ApiError before the first."""
        if self._nearby.clerk.rules is None:
            raise ApiError("starting", "the economy is starting: no configuration has been published")
        return self._nearby.clerk.rules

    @property
    def at(self) -> datetime:
        """The event time up to which everything has been read."""
        return self._nearby.clerk.last_tick or datetime.now(UTC)

    async def starting(self) -> str | None:
        """Say what has not been ready since the start."""
        return await self._house.starting()

    async def health(self) -> Data:
        """Give the data of `system.health`."""
        return await self._house.health()

    async def post(self, room: Room, request_id: str | None, contents: bytes, posting: Callable[[str], Posting]) -> Outcome:
        """Have a posting done. With a `request_id`, a repetition sends the posting that was first kept under it.

        Raises:
            ApiError: the id was used with other contents, or the ledger stays silent.
        """
        if request_id is None:
            # Without an id no repetition can be told from a second request: the caller owns the retry.
            wanted = posting(f"api:{uuid4()}")
        else:
            key = f"api:{request_id}"
            wanted = await self._kept(f"{room.token}:{key}", contents, lambda: posting(key))
        try:
            return await self.ledger.post(room.token, wanted)
        except UnknownOutcomeError as error:
            raise ApiError("unknown_outcome", "the ledger does not answer; ask again with the same request_id") from error

    async def _kept(self, key: str, contents: bytes, posting: Callable[[], Posting]) -> Posting:
        def write(unit: Unit) -> bytes:
            return unit.once(key, contents, lambda: posting().encode())

        try:
            return Posting.model_validate_json(await self._nearby.writer.write(write))
        except KeyConflict as error:
            raise ApiError("key_conflict", "this request_id was used with other contents") from error


_NOTHING: Final = b"{}"
