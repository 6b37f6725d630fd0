"""A stage for duels: their own owner over a database in memory, beside real books. Each posting reaches the books when the test says so."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from libs.common import subjects
from libs.common.accounts import Accounts
from libs.common.asking import NoReplyError
from libs.common.config import Rules
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.base import Contract
from libs.common.contracts.duels import AnswerRequest, ChallengeRequest, DuelsRequest, WithdrawRequest
from libs.common.contracts.events import Tick
from libs.common.contracts.owners import Asked
from libs.common.database import migrate
from libs.common.doors import Request
from libs.common.owner import Owner, Wanted
from libs.common.position import Position
from libs.common.tasks import end
from libs.common.unit import SCHEMA, Unit, encoded
from services.games.duel import play, rule
from services.games.fair.book import Book
from services.games.store import MIGRATIONS
from tests.support.teller import CHANNEL, START, Teller
from tests.support.unit import committed

T = TypeVar("T")

_REQUESTS: dict[str, type[Asked]] = {
    "challenge": ChallengeRequest,
    "accept": AnswerRequest,
    "decline": AnswerRequest,
    "withdraw": WithdrawRequest,
    "duels": DuelsRequest,
}
_TURNS = 40
"""Turns of the loop after which everything that can go on without the ledger has."""


class Stage:
    """The duels of one room. The parts' `Tools`, what keeps, and what asks the ledger."""

    def __init__(self, *, at_hand: bool = True, **gambling: Any) -> None:
        """Begin under this configuration; unless `at_hand`, the ledger does postings only when it is told to."""
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        migrate(self.db, MIGRATIONS)
        self.db.executescript(SCHEMA)
        self.teller = Teller(Path(":memory:"))
        self.at_hand = at_hand
        self.now = START
        self.family: dict[str, str] = {}
        """Names that are aliases of another."""
        self.waiting: list[tuple[bytes, asyncio.Future[bytes]]] = []
        """Postings the ledger was asked for and has not seen yet."""
        self.configuration = Rules.model_validate({"gambling": gambling})
        self.book = Book({"challenge": rule.recipe}, self._entropy)
        self._seeds = count(1)
        self._raw = count(1)
        self._keys = count(1)
        self._runner = asyncio.Runner()
        self._open()

    def _open(self) -> None:
        self.accounts = Accounts(self.ask, "games", 3.0)
        self.clock = 0.0
        self.part = play.part(self, lambda: self.clock)
        self.owner = Owner("games", self, self.ask, lambda _db: self.configuration, self.part.verbs)
        self.tick()
        self.clock += play.HEARING_SECONDS
        self.running: asyncio.Task[None] = self.run(_begun(self.owner))

    def kill(self) -> None:
        """End the process, whatever it was doing, and start it anew."""
        while tasks := asyncio.all_tasks(self._runner.get_loop()):
            self.run(end(list(tasks)))
        self.waiting.clear()
        self._open()
        self.settle_down()

    def close(self) -> None:
        self._runner.close()
        self.teller.close()
        self.db.close()

    # -- what the part uses -----------------------------------------------------------------------------------------------------------

    async def ask(self, subject: str, message: Contract | bytes, timeout_seconds: float) -> bytes:
        del timeout_seconds
        await asyncio.sleep(0)
        body = encoded(message)
        if subject == subjects.USERSTATS_COMMAND:
            return self._userstats(json.loads(body))
        if subject.endswith(".post") and not self.at_hand:
            future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
            self.waiting.append((body, future))
            return await future
        return self._ledger(subject.rpartition(".")[2], body)

    async def write(self, work: Callable[[Unit], T]) -> T:
        await asyncio.sleep(0)
        return self._committed(work)

    def begin(self, unit: Unit, channel: str, verb: str, request: Asked, wanted: Wanted) -> None:
        self.owner.begin(unit, channel, verb, request, wanted)

    def rules(self, unit: Unit) -> Rules | None:
        del unit
        return self.configuration

    def version(self, unit: Unit) -> str:
        del unit
        return "v1"

    def position(self, stream: str) -> Position | None:
        del stream
        return None

    # -- what tests do ----------------------------------------------------------------------------------------------------------------

    def viewers(self, **coins: int) -> None:
        """Open accounts, a week ago."""
        self.teller.now = START - timedelta(days=7)
        self.teller.viewers(**coins)
        self.teller.now = self.now

    def has(self, user: str) -> int:
        return self.teller.balance(user)

    def configure(self, **gambling: Any) -> None:
        self.configuration = Rules.model_validate({"gambling": gambling})

    def request(self, verb: str, user: str, **wanted: Any) -> Asked:
        """Give a request said now."""
        return _REQUESTS[verb].model_validate({"key": f"pm-{next(self._keys)}", "user": user, "at": self.now, **wanted})

    def start(self, verb: str, request: Asked) -> asyncio.Task[Any]:
        """Ask, and let everything go on that can."""

        async def asking() -> asyncio.Task[Any]:
            return asyncio.create_task(self._answered(verb, request))

        task: asyncio.Task[Any] = self.run(asking())
        self.settle_down()
        return task

    def say(self, verb: str, user: str, **wanted: Any) -> dict[str, Any]:
        """Ask, and give the answer."""
        return self.repeat(verb, self.request(verb, user, **wanted))

    def repeat(self, verb: str, request: Asked) -> dict[str, Any]:
        """Ask a request (again)."""
        answer = self.start(verb, request)
        assert answer.done(), "the ledger is not at hand"
        found: dict[str, Any] = answer.result()
        return found

    def tick(self, seconds: float = 0) -> None:
        """Let time pass, and a tick say so."""
        self.now += timedelta(seconds=seconds)
        self.teller.now = max(self.teller.now, self.now)
        raw = next(self._raw)
        tick = Tick(id=f"tick-{raw}", epoch=1, raw=raw, channel=subjects.ALL, at=self.now, robots={})

        async def hear() -> None:
            on_event = self.part.on_event
            assert on_event is not None
            self._committed(lambda unit: on_event(unit, tick, self.configuration))

        self.run(hear())
        self.settle_down()

    def serve(self, *, answered: bool = True) -> None:
        """Have the ledger do the posting it was asked for first; its answer may be lost on the way."""
        body, future = self.waiting.pop(0)
        answer = self._ledger("post", body)
        if answered and not future.done():
            self.run(_set(future, answer))
        self.settle_down()

    def settle_down(self) -> None:
        """Let everything go on that can."""
        self.run(_turn())

    def run(self, work: Any) -> Any:
        return self._runner.run(work)

    @property
    def told(self) -> list[tuple[str | None, str]]:
        """What the parts had said so far: to whom, and the first line."""
        return [(said.to, (said.text or f"{said.line} {dict(said.values)}").partition("\n")[0]) for said in self.announced]

    @property
    def announced(self) -> list[Announcement]:
        return [Announcement.model_validate_json(body) for body in self._sent(subjects.ANNOUNCEMENTS)]

    @property
    def facts(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self._sent(subjects.FACTS)]

    @property
    def states(self) -> list[str]:
        """How each duel stands, the oldest first."""
        return [state for (state,) in self.db.execute("SELECT state FROM duels ORDER BY rowid")]

    async def _answered(self, verb: str, request: Asked) -> dict[str, Any]:
        answer = await self.owner.answer(Request(subjects.owner("games", CHANNEL, verb), request.encode()))
        found: dict[str, Any] = json.loads(encoded(answer))
        return found

    def _sent(self, stream: str) -> list[bytes]:
        return [body for (body,) in self.db.execute("SELECT body FROM outbox WHERE stream = ? ORDER BY id", (stream,))]

    def _committed(self, work: Callable[[Unit], T]) -> T:
        return committed(self.db, "games", work)

    def _ledger(self, verb: str, body: bytes) -> bytes:
        return json.dumps(self.teller.ask(verb, body, "games")).encode()

    def _userstats(self, request: dict[str, Any]) -> bytes:
        if not self.family:
            raise NoReplyError("userstats")
        return json.dumps({"success": True, "data": {"username": self.family.get(request["alias"])}}).encode()

    def _entropy(self, length: int) -> bytes:
        return next(self._seeds).to_bytes(length)


async def _begun(owner: Owner) -> asyncio.Task[None]:
    return asyncio.create_task(owner.run())


async def _turn() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)


async def _set(future: asyncio.Future[bytes], answer: bytes) -> None:
    future.set_result(answer)
