"""Who is who under another name, by kryten-userstats: `alias.find` for one name, `alias.list` for the whole map.

That service may be slow, ill or absent. Then the map it gave last answers in its place; it is kept in the asker's own database, so that
it outlives a restart.
"""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol, TypeVar

import structlog
from pydantic import ValidationError

from libs.common import subjects
from libs.common.asking import Ask, NoReplyError
from libs.common.contracts.base import Contract
from libs.common.names import fold
from libs.common.unit import Unit

log = structlog.get_logger()

T = TypeVar("T")

SCHEMA: Final = """
CREATE TABLE aliases (                -- as kryten-userstats last told them: folded names
    alias TEXT PRIMARY KEY,
    owner TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE aliases_told (one INTEGER PRIMARY KEY CHECK (one = 1)) STRICT;
"""
"""The tables of whoever asks."""

ANSWER_SECONDS: Final = 2.0
REFRESH_SECONDS: Final = 600.0
UNHEARD_SECONDS: Final = 20.0
"""After which the map is asked for again where nobody gave it: that service may start after this one."""
SILENT_SECONDS: Final = 1.0
"""After a question nobody answered none is asked for so long: where the service is away, a flood does not wait for it."""

Source = Literal["asked", "kept", "unavailable"]


@dataclass(frozen=True, slots=True)
class Kinship:
    """Whether two names are one person, and on whose word."""

    same: bool
    source: Source
    """`unavailable`: nobody answered and nothing was ever kept, so that only equal names are known to be the same."""


class Keeper(Protocol):
    """What makes a write durable."""

    async def write(self, work: Callable[[Unit], T]) -> T:
        """Run `work` in a transaction, return its result after the commit."""


class _Found(Contract):
    username: str | None = None


class _FindAnswer(Contract):
    success: bool
    data: _Found = _Found()


class _Listed(Contract):
    aliases: dict[str, list[str]]


class _ListAnswer(Contract):
    success: bool
    data: _Listed


class _Find(Contract):
    service: str = "userstats"
    command: str = "alias.find"
    alias: str


class _List(Contract):
    service: str = "userstats"
    command: str = "alias.list"


class Aliases:
    """Asks, and remembers the whole map for when nobody answers."""

    def __init__(self, ask: Ask, keeper: Keeper, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Take how others are asked, what keeps the map, and how one waits."""
        self._ask = ask
        self._keeper = keeper
        self._sleep = sleep
        self._map: Mapping[str, str] | None = None
        self._silent_until = 0.0

    async def run(self) -> None:
        """Take up the map that was kept, then ask for a new one now and then, until cancelled."""
        self._map = await self._keeper.write(lambda unit: _kept(unit.db))
        while True:
            told = await self.refresh()
            await self._sleep(REFRESH_SECONDS if told else UNHEARD_SECONDS)

    async def refresh(self) -> bool:
        """Ask for the whole map, and tell whether it came; where none comes, the last one goes on holding."""
        try:
            answer = _ListAnswer.model_validate_json(await self._ask(subjects.USERSTATS_COMMAND, _List(), ANSWER_SECONDS))
        except (NoReplyError, ValidationError):
            return False
        if not answer.success:
            return False
        found = {fold(alias): fold(owner) for owner, aliases in answer.data.aliases.items() for alias in aliases}
        if found != self._map:
            await self._keeper.write(lambda unit: _keep(unit.db, found))
            log.info("aliases learnt", aliases=len(found))
        self._map = found
        return True

    async def kinship(self, one: str, other: str) -> Kinship:
        """Tell whether two names are the same person's. Never raises, and never takes much longer than `ANSWER_SECONDS`."""
        if fold(one) == fold(other):
            return Kinship(same=True, source="asked")
        (first, by), (second, by_too) = await asyncio.gather(self._owner(one), self._owner(other))
        sources: tuple[Source, ...] = ("unavailable", "kept", "asked")
        return Kinship(same=first == second, source=min(by, by_too, key=sources.index))

    async def _owner(self, name: str) -> tuple[str, Source]:
        """Give whose name it is, folded; its own where it is nobody's alias."""
        folded = fold(name)
        answer = await self._find(folded)
        if answer is not None:
            return fold(answer.data.username or folded), "asked"
        if self._map is not None:
            return self._map.get(folded, folded), "kept"
        return folded, "unavailable"

    async def _find(self, alias: str) -> _FindAnswer | None:
        now = asyncio.get_running_loop().time
        if now() < self._silent_until:
            return None
        try:
            answer = _FindAnswer.model_validate_json(await self._ask(subjects.USERSTATS_COMMAND, _Find(alias=alias), ANSWER_SECONDS))
        except (NoReplyError, ValidationError):
            self._silent_until = now() + SILENT_SECONDS
            return None
        return answer if answer.success else None


def _keep(db: sqlite3.Connection, aliases: Mapping[str, str]) -> None:
    db.execute("DELETE FROM aliases")
    db.executemany("INSERT INTO aliases (alias, owner) VALUES (?, ?)", aliases.items())
    db.execute("INSERT OR IGNORE INTO aliases_told VALUES (1)")


def _kept(db: sqlite3.Connection) -> Mapping[str, str] | None:
    if db.execute("SELECT 1 FROM aliases_told").fetchone() is None:
        return None
    return dict(db.execute("SELECT alias, owner FROM aliases"))
