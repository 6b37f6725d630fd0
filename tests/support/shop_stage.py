"""A stage for tests of the shop: its own wiring over a database in memory, beside real books. Opened anew, it was killed."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from libs.common import subjects
from libs.common.config import published, version
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.base import Contract
from libs.common.contracts.events import Configuration, Tick
from libs.common.contracts.facts import Arrival, RankHeld
from libs.common.contracts.owners import Asked
from libs.common.database import Database, migrate
from libs.common.durable import Feed, Request
from libs.common.position import Position
from libs.common.reader import Message
from libs.common.reception import Handler
from libs.common.service import Channel, NoAnswer, Runtime
from libs.common.tasks import end
from libs.common.unit import SCHEMA, Unit, encoded
from services.shop.app import build
from services.shop.store import MIGRATIONS
from tests.support.configuration import settings
from tests.support.teller import CHANNEL, START, Teller
from tests.support.unit import committed
from tests.support.waiting import until

T = TypeVar("T")


class Kept:
    """What outlives a kill: the shop's database, what it wants sent, the books, and the time."""

    def __init__(self, folder: Path) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        migrate(self.db, MIGRATIONS)
        self.db.executescript(SCHEMA)
        self.teller = Teller(folder / "ledger.db")
        self.now = START
        """Event time."""
        self.raw = 0

    def close(self) -> None:
        self.teller.close()
        self.db.close()


class _Runtime:
    """What the wiring has of its surroundings, without a server."""

    def __init__(self, stage: "Stage", folder: Path, channels: Sequence[str]) -> None:
        self.channels = tuple(Channel(name, name, "cytu.be") for name in channels)
        self.name = "shop"
        self.state_dir = folder
        self.configuration: str | None = None
        self.details: Callable[[], dict[str, Any]] = dict
        self.doors: list[Handler] = []
        self.tasks: list[Callable[[], Awaitable[None]]] = []
        self.feeds: Sequence[Feed[Any]] = ()
        self._stage = stage

    def door(self, _subject: str, handle: Handler) -> None:
        self.doors.append(handle)

    def task(self, _name: str, run: Callable[[], Awaitable[None]]) -> None:
        self.tasks.append(run)

    def ready(self, _name: str, _check: Callable[[], str | None]) -> None:
        pass

    def durable(self, _database: Database, feeds: Sequence[Feed[Any]]) -> "Stage":
        self.feeds = feeds
        return self._stage

    async def request(self, subject: str, message: Contract | bytes, timeout_seconds: float) -> bytes:
        del timeout_seconds
        return await self._stage.asked(subject, encoded(message))


class Stage:
    """The shop at work. Requests are asked of its door, events go to its handlers."""

    def __init__(self, kept: Kept, folder: Path, channels: Sequence[str]) -> None:
        self.kept = kept
        self.teller = kept.teller
        self.db = kept.db
        self.deaf = False
        """Whether the ledger does no postings."""
        self.aliases: dict[str, str] = {}
        """What userstats knows: a name's owner. Without any, it does not run."""
        self.robot: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda _: None
        """What kryten-robot answers to a command; None: nothing."""
        self.before_post: Callable[[], None] | None = None
        """What happens just before a posting reaches the books."""
        self.postings = 0
        self.outbox_depth = 0
        self._runtime = _Runtime(self, folder, channels)
        build(cast("Runtime", self._runtime))

    # -- what the wiring uses ---------------------------------------------------------------------------------------------------------

    async def write(self, work: Callable[[Unit], T]) -> T:
        """Do it in a transaction of its own."""
        await asyncio.sleep(0)
        return self._committed(work)

    def position(self, stream: str) -> Position | None:
        """Nothing is read of any stream."""
        del stream
        return None

    async def asked(self, subject: str, body: bytes) -> bytes:
        """Answer what the shop asks of others."""
        await asyncio.sleep(0)
        if subject == "kryten.userstats.command":
            return self._userstats(json.loads(body))
        if subject == subjects.ROBOT_COMMAND:
            answer = self.robot(json.loads(body))
            if answer is None:
                raise NoAnswer(subject)
            return json.dumps(answer).encode()
        _, service, channel, caller, verb = subject.split(".")
        if service != "ledger" or (self.deaf and verb == "post"):
            raise NoAnswer(subject)
        if verb == "post":
            self.postings += 1
            if self.before_post is not None:
                self.before_post()
        return json.dumps(self.teller.ask(verb, body, caller, channel)).encode()

    # -- what tests do ----------------------------------------------------------------------------------------------------------------

    async def ask(self, verb: str, request: Asked, channel: str = CHANNEL) -> dict[str, Any]:
        """Ask the shop."""
        answer = await self._runtime.doors[0](Request(subjects.owner("shop", channel, verb), request.encode()))
        found: dict[str, Any] = json.loads(encoded(answer))
        return found

    def configure(self, **sections: Any) -> None:
        """Let a configuration hold from here on."""
        shown = published(settings(**sections))
        self.event(Configuration, "@all", version=version(shown), settings=shown)

    def tick(self, robot: str | None = None, **by: float) -> None:
        """Let time pass, and a tick say so, and how the robot is."""
        self.kept.now += timedelta(**by)
        self.event(Tick, "@all", robots={} if robot is None else {CHANNEL: robot})

    def event(self, event: type[Contract], channel: str = CHANNEL, **fields: Any) -> str:
        """Have something happen now; give its id."""
        self.kept.raw += 1
        about = {"id": f"event-{self.kept.raw}", "epoch": 1, "raw": self.kept.raw, "channel": channel, "at": self.kept.now}
        happened = event.model_validate(about | fields)
        self._hear(0, happened)
        return str(about["id"])

    def arrive(self, user: str, absent_seconds: float | None = None) -> None:
        """Have somebody arrive."""
        self.kept.raw += 1
        about: dict[str, Any] = {"id": f"arrival-{self.kept.raw}", "channel": CHANNEL, "user": user, "at": self.kept.now}
        self._hear(1, Arrival(absent_seconds=absent_seconds, **about))

    def rise(self, user: str, rank: str, cause: Literal["earned", "given", "kept"] = "earned") -> None:
        """Have somebody come to hold a rank."""
        self.kept.raw += 1
        about: dict[str, Any] = {"id": f"rank-{self.kept.raw}", "channel": CHANNEL, "user": user, "at": self.kept.now}
        self._hear(1, RankHeld(rank=rank, tier=0, cause=cause, **about))

    @property
    def announced(self) -> list[Announcement]:
        """All the shop ever wanted said."""
        return [Announcement.model_validate_json(body) for body in self.sent(subjects.ANNOUNCEMENTS)]

    @property
    def facts(self) -> list[dict[str, Any]]:
        """All it ever told."""
        return [json.loads(body) for body in self.sent(subjects.FACTS)]

    def sent(self, stream: str) -> list[bytes]:
        """Give what was put into the outbox for a stream, in order."""
        return [body for (body,) in self.db.execute("SELECT body FROM outbox WHERE stream = ? ORDER BY id", (stream,))]

    async def settled(self) -> None:
        """Wait until nothing is under way."""

        def nothing() -> bool:
            (kept,) = self.db.execute("SELECT count(*) FROM errands").fetchone()
            return int(kept + self._runtime.details()["under_way"]) == 0

        await until(nothing, "all is settled", every_seconds=0)

    async def begun(self) -> None:
        """Wait until there is something the ledger is to do."""
        await until(lambda: self.db.execute("SELECT 1 FROM errands").fetchone() is not None, "something is begun", every_seconds=0)

    @property
    def now(self) -> datetime:
        """Event time."""
        return self.kept.now

    async def run(self) -> None:
        """Do what the wiring does in the background, until cancelled."""
        tasks = [asyncio.ensure_future(run()) for run in self._runtime.tasks]
        try:
            await asyncio.Event().wait()
        finally:
            await end(tasks)

    def _hear(self, feed: int, message: Any) -> None:
        where = Message(subjects.EVENTS, self.kept.raw, "", message.encode(), self.kept.now)
        self._committed(lambda unit: self._runtime.feeds[feed].handle(unit, message, where))

    def _committed(self, work: Callable[[Unit], T]) -> T:
        return committed(self.db, "shop", work)

    def _userstats(self, request: dict[str, Any]) -> bytes:
        if not self.aliases:
            raise NoAnswer("kryten.userstats.command")
        name = str(request.get("alias", ""))
        owner = self.aliases.get(name.casefold())
        data: dict[str, Any] = {"alias": name, "username": owner, "found": owner is not None}
        if request["command"] == "alias.list":
            listed: dict[str, list[str]] = {}
            for alias, known in self.aliases.items():
                listed.setdefault(known, []).append(alias)
            data = {"aliases": listed, "total_users": len(listed), "total_aliases": len(self.aliases)}
        return json.dumps({"service": "userstats", "command": request["command"], "success": True, "data": data}).encode()


@asynccontextmanager
async def opened(kept: Kept, folder: Path, channels: Sequence[str] = (CHANNEL,)) -> AsyncIterator[Stage]:
    """Have the shop at work; leaving it is a kill."""
    stage = Stage(kept, folder, channels)
    running = asyncio.create_task(stage.run())
    await asyncio.sleep(0)
    try:
        yield stage
    finally:
        await end([running])
