"""What tests of `commands` have in common: messages, configuration, a database, a ledger that answers as told."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from libs.common.asking import NoReplyError
from libs.common.config import Rules
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.base import Contract
from libs.common.contracts.events import PrivateMessage
from libs.common.database import migrate
from libs.common.unit import SCHEMA, Unit, encoded
from services.commands import store
from tests.support.unit import committed

T = TypeVar("T")

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def rules(**sections: Any) -> Rules:
    return Rules.model_validate(sections)


def message(text: str = "balance", *, user: str = "alice", rank: float | None = 1, seconds: float = 0, **more: Any) -> PrivateMessage:
    """Give a PM to the robot, said `seconds` after noon."""
    at = NOON + timedelta(seconds=seconds)
    fields: dict[str, Any] = {"id": f"{user}:{seconds}:{text}", "epoch": 1, "raw": 1, "channel": "room", "to": "ZCoinBot", "html": text}
    return PrivateMessage.model_validate({**fields, "user": user, "rank": rank, "text": text, "at": at, "time": at, **more})


def database() -> sqlite3.Connection:
    """Give an empty database of `commands`, in memory."""
    db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA foreign_keys=ON")
    migrate(db, store.MIGRATIONS)
    db.executescript(SCHEMA)
    return db


class Here:
    """Durable's `write` on a database in memory: one transaction a call."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    async def write(self, work: Callable[[Unit], T]) -> T:
        await asyncio.sleep(0)
        return committed(self.db, "commands", work)

    @property
    def announced(self) -> list[Announcement]:
        rows = self.db.execute("SELECT body FROM outbox WHERE stream = 'ECONOMY_ANNOUNCEMENTS' ORDER BY id")
        return [Announcement.model_validate_json(body) for (body,) in rows]

    @property
    def said(self) -> list[tuple[str | None, str]]:
        """Give who was told what."""
        return [(announcement.to, announcement.text or "") for announcement in self.announced]


class Scripted:
    """Answers requests from a table of verbs; `None` is silence. Remembers what it was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, bytes]] = []

    async def __call__(self, subject: str, request: Contract | bytes, timeout_seconds: float) -> bytes:
        del timeout_seconds
        await asyncio.sleep(0)
        verb = subject.rsplit(".", 1)[1]
        self.asked.append((verb, encoded(request)))
        answer = self.answers.get(verb)
        if callable(answer):
            answer = answer(encoded(request))
        if answer is None:
            raise NoReplyError(verb)
        return encoded(answer)

    def of(self, verb: str) -> list[bytes]:
        """Give the requests of one verb."""
        return [body for asked, body in self.asked if asked == verb]
