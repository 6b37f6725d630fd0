"""The PM side without a server: questions go to the clerk, what it asks of others to their own doors on databases in memory."""

import json
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from libs.common.asking import NoReplyError
from libs.common.config import Rules
from libs.common.contracts.analytics import ReportAnswer
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.base import Contract
from libs.common.contracts.earning import AttendanceRequest, QuietRequest, WhyRequest
from libs.common.contracts.owners import Declined
from libs.common.contracts.reload import Reloaded
from libs.common.database import migrate
from libs.common.owner import Case
from libs.common.unit import SCHEMA, Unit, encoded
from services.commands import store
from services.commands.clerk import Clerk
from services.commands.handlers import COMMANDS
from services.earning.store import MIGRATIONS, Store
from services.earning.verbs import VERBS
from services.earning.verbs.quiet import wish
from services.earning.verbs.why import attendance, why
from tests.support.commands import NOON, Here, database, message, rules
from tests.support.teller import Teller

T = TypeVar("T")
OWNER = 5


class KilledError(BaseException):
    """The process ends here."""


class Mortal(Here):
    """Writes for a process that may end before or after each of its steps."""

    steps_left: int | None = None
    """None: it lives on."""

    def step(self) -> None:
        if self.steps_left is not None:
            if not self.steps_left:
                raise KilledError
            self.steps_left -= 1

    async def write(self, work: Callable[[Unit], T]) -> T:
        self.step()
        result = await super().write(work)
        self.step()
        return result


class Front:
    """Viewers ask, and are told. The ledger is the real one, on a clock of its own."""

    def __init__(self, **sections: Any) -> None:
        self.teller = Teller(Path(":memory:"))
        self.earning = sqlite3.connect(":memory:", isolation_level=None)
        migrate(self.earning, MIGRATIONS)
        self.earning.executescript(SCHEMA)
        self.here = Mortal(database())
        self.now = NOON
        self.reports: dict[str, list[dict[str, Any]]] = {}
        """What analytics tells, by report; of what is not here it knows nothing now."""
        self.silent: set[str] = set()
        """Verbs that nobody answers."""
        self.reloaded = Reloaded(success=True)
        self._told = 0
        self._asked = 0
        self.start(**sections)

    @property
    def rules(self) -> Rules:
        """The configuration in force."""
        assert self.clerk.rules is not None
        return self.clerk.rules

    def start(self, **sections: Any) -> None:
        """Start anew, under this configuration."""
        self.here.steps_left = None
        self.clerk = Clerk(COMMANDS, self.answer, self.here, clock=lambda: self.now)
        self.clerk.rules = rules(**sections)

    async def ask(self, text: str, user: str = "alice", rank: float | None = 1, at: datetime | None = None) -> list[tuple[str | None, str]]:
        """Ask, a second later each time; give who is told what."""
        return [(each.to, each.text or "") for each in await self.announced(text, user, rank, at)]

    async def told(self, text: str, user: str = "alice", rank: float | None = 1) -> str:
        """Give the one answer to who asked."""
        [(to, answer)] = await self.ask(text, user, rank)
        assert to == user
        return answer

    async def announced(self, text: str, user: str = "alice", rank: float | None = 1, at: datetime | None = None) -> list[Announcement]:
        """Ask, and give all that is announced."""
        await self.clerk.serve(await self.question(text, user, rank, at))
        assert store.questions(self.here.db) == []
        return self.news()

    async def question(self, text: str, user: str = "alice", rank: float | None = 1, at: datetime | None = None) -> store.Question:
        """Put a question into the inbox."""
        self._asked += 1
        said = message(text, user=user, rank=rank, seconds=self._asked)
        if at is not None:
            said = said.model_copy(update={"at": at})
        self.teller.now = self.now = max(self.now, said.at)
        question = await self.here.write(lambda unit: store.ask(unit.db, said, self._asked))
        assert question is not None
        return question

    async def end(self) -> list[Announcement]:
        """Serve what is left, as a start does, and give all that is announced."""
        for question in store.questions(self.here.db):
            await self.clerk.serve(question)
        return self.news()

    def news(self) -> list[Announcement]:
        """Give what was announced since it was last asked."""
        announced = self.here.announced[self._told :]
        self._told += len(announced)
        return announced

    async def answer(self, subject: str, request: Contract | bytes, timeout_seconds: float) -> bytes:
        """Answer as the owner of a subject does."""
        del timeout_seconds
        self.here.step()
        answer = self._answer(subject, request)
        self.here.step()
        return answer

    def _answer(self, subject: str, request: Contract | bytes) -> bytes:
        service, *place = subject.split(".")[1:]
        if place[-1] in self.silent:
            raise NoReplyError(subject)
        match service, place:
            case "ledger", [channel, caller, verb]:
                return json.dumps(self.teller.ask(verb, encoded(request), caller, channel)).encode()
            case "earning", [channel, "quiet"]:
                return wish(Unit(self.earning), channel, QuietRequest.model_validate_json(encoded(request))).encode()
            case "games" | "shop", _:
                return Declined(code="off").encode()
            case "earning", [channel, "why"]:
                seen = WhyRequest.model_validate_json(encoded(request))
                return why(Store(self.earning), channel, seen, self.rules).encode()
            case "earning", [channel, "attendance"]:
                day = AttendanceRequest.model_validate_json(encoded(request))
                return attendance(Store(self.earning), channel, day, self.rules).encode()
            case "earning", [channel, name]:
                return self._verb(channel, name, encoded(request))
            case "analytics", [_, report] if report in self.reports:
                return ReportAnswer(number=1, rows=self.reports[report]).encode()
            case "ingest", ["reload"]:
                return self.reloaded.encode()
            case _:
                raise NoReplyError(subject)

    def _verb(self, channel: str, name: str, body: bytes) -> bytes:
        """Have earning answer, on its own database."""
        verb = next(verb for verb in VERBS if verb.name == name)
        request = verb.request.model_validate_json(body)
        judged = verb.judge(Unit(self.earning, "earning"), Case(channel, request, self.rules, request.at))
        return encoded(judged)
