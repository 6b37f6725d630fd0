"""A stage for games against the house: their owner over a database in memory, beside real books. Opened anew, it was killed."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from libs.common import subjects
from libs.common.accounts import Accounts
from libs.common.asking import Ask, NoReplyError
from libs.common.config import Rules
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.base import Contract
from libs.common.contracts.games import ChannelTotalsRequest, FairRequest, FlipRequest, SpinRequest, TotalsRequest
from libs.common.contracts.owners import Asked
from libs.common.database import migrate
from libs.common.doors import Request
from libs.common.owner import Owner, Wanted
from libs.common.position import Position
from libs.common.tasks import end
from libs.common.unit import SCHEMA, Unit, encoded
from services.games import totals
from services.games.fair import desk
from services.games.fair.book import Book
from services.games.flip import play as flip
from services.games.recipes import RECIPES
from services.games.spin import play as spin
from services.games.store import MIGRATIONS
from tests.support.teller import CHANNEL, START, Teller
from tests.support.unit import committed

T = TypeVar("T")

_REQUESTS: dict[str, type[Asked]] = {
    "spin": SpinRequest,
    "flip": FlipRequest,
    "totals": TotalsRequest,
    "channel_totals": ChannelTotalsRequest,
    "fair": FairRequest,
}


class Kept:
    """What outlives a kill: the games' database, the books, and the time."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "games.db"
        self.db = sqlite3.connect(self.path, isolation_level=None)
        self.db.execute("PRAGMA synchronous=OFF")
        migrate(self.db, MIGRATIONS)
        self.db.executescript(SCHEMA)
        self.teller = Teller(folder / "ledger.db")
        self.teller.db.execute("PRAGMA synchronous=OFF")
        self.now = START
        """Event time; the accounts are opened a week before."""
        self.configuration = Rules()
        self.keys = count(1)
        self.entropy = count(1)

    def viewers(self, **coins: int) -> None:
        """Open accounts, a week ago."""
        self.teller.now = START - timedelta(days=7)
        self.teller.viewers(**coins)
        self.teller.now = self.now

    def close(self) -> None:
        self.teller.close()
        self.db.close()


class Stage:
    """Spin, flip and what goes with them, at work: the parts' `Tools`."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self.deaf = False
        """Whether the ledger does no postings."""
        self.mute = False
        """Whether its answers to them are lost."""
        self.before_post: Callable[[], object] | None = None
        """What happens just before a posting reaches the books."""
        self.ask: Ask = self._asked
        self.accounts = Accounts(self._asked, "games", 3.0)
        self.book = Book(RECIPES, self._entropy)
        verbs = [verb for make in (spin.part, flip.part, desk.part, totals.part) for verb in make(self).verbs]
        self.owner = Owner("games", self, self._asked, lambda _db: kept.configuration, verbs)

    # -- what the parts and the owner use -----------------------------------------------------------------------------------------------

    async def write(self, work: Callable[[Unit], T]) -> T:
        await asyncio.sleep(0)
        return self.committed(work)

    def begin(self, unit: Unit, channel: str, verb: str, request: Asked, wanted: Wanted) -> None:
        self.owner.begin(unit, channel, verb, request, wanted)

    def rules(self, _unit: Unit) -> Rules | None:
        return self.kept.configuration

    def version(self, _unit: Unit) -> str:
        return "v1"

    def position(self, _stream: str) -> Position | None:
        return None

    async def _asked(self, subject: str, message: Contract | bytes, timeout_seconds: float) -> bytes:
        del timeout_seconds
        await asyncio.sleep(0)
        _, _, channel, caller, verb = subject.split(".")
        body = encoded(message)
        if verb == "post":
            if self.deaf:
                raise NoReplyError(subject)
            if self.before_post is not None:
                self.before_post()
        answer = json.dumps(self.kept.teller.ask(verb, body, caller, channel)).encode()
        if verb == "post" and self.mute:
            raise NoReplyError(subject)
        return answer

    # -- what tests do ----------------------------------------------------------------------------------------------------------------

    def configure(self, **gambling: Any) -> None:
        """Let a configuration hold from here on."""
        self.kept.configuration = Rules.model_validate({"gambling": gambling})

    def pass_time(self, **by: float) -> None:
        self.kept.now += timedelta(**by)
        self.kept.teller.now = self.kept.now

    async def say(self, verb: str, user: str = "alice", channel: str = CHANNEL, **wanted: Any) -> dict[str, Any]:
        """Ask under a key of its own, unless one is given."""
        about = {"key": f"pm-{next(self.kept.keys)}", "user": user, "at": self.kept.now}
        request = _REQUESTS[verb].model_validate(about | wanted)
        answer = await self.owner.answer(Request(subjects.owner("games", channel, verb), request.encode()))
        found: dict[str, Any] = json.loads(encoded(answer))
        return found

    def has(self, user: str = "alice") -> int:
        return self.kept.teller.balance(user)

    @property
    def announced(self) -> list[Announcement]:
        return [Announcement.model_validate_json(body) for body in self._sent(subjects.ANNOUNCEMENTS)]

    @property
    def lines(self) -> list[str | None]:
        """What the room was told, by the names of the lines."""
        return [said.line for said in self.announced]

    @property
    def facts(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self._sent(subjects.FACTS)]

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        return self.kept.db.execute(statement).fetchall()

    def committed(self, work: Callable[[Unit], T]) -> T:
        """Do something in a transaction of its own."""
        return committed(self.kept.db, "games", work)

    def _sent(self, stream: str) -> list[bytes]:
        return [body for (body,) in self.kept.db.execute("SELECT body FROM outbox WHERE stream = ? ORDER BY id", (stream,))]

    def _entropy(self, length: int) -> bytes:
        return sha256(str(next(self.kept.entropy)).encode()).digest()[:length]


@asynccontextmanager
async def opened(kept: Kept) -> AsyncIterator[Stage]:
    """Have the games at work; leaving is a kill."""
    stage = Stage(kept)
    running = asyncio.create_task(stage.owner.run())
    await asyncio.sleep(0)
    try:
        yield stage
    finally:
        await end([running])


def forced(**changes: Any) -> dict[str, Any]:
    """Give slots that always show one row: what it pays is `multiplier`."""
    row = {"symbols": changes.pop("symbols", "🍒🍒🍒"), "multiplier": changes.pop("multiplier", 3), "probability": 1}
    return {"payouts": [row], "cooldown_seconds": 0, **changes}
