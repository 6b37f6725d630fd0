"""Who is who under another name: asked while somebody answers, remembered while nobody does."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import pytest

from libs.common import aliases
from libs.common.aliases import Aliases, Kinship
from libs.common.asking import NoReplyError
from libs.common.contracts.base import Contract
from libs.common.unit import Unit, encoded

T = TypeVar("T")


class Userstats:
    """Answers as kryten-userstats does; silent or failing while told so."""

    def __init__(self, **owners: str) -> None:
        self.owners = owners
        self.silent = False
        self.failing = False
        self.asked: list[dict[str, Any]] = []

    async def __call__(self, subject: str, message: Contract | bytes, timeout_seconds: float) -> bytes:
        assert (subject, timeout_seconds) == ("kryten.userstats.command", 2.0)
        request = json.loads(encoded(message))
        self.asked.append(request)
        await asyncio.sleep(0)
        if self.silent:
            raise NoReplyError(subject)
        if self.failing:
            return b'{"service":"userstats","success":false,"error":"database locked"}'
        return json.dumps({"service": "userstats", "success": True, "data": self.data(request)}).encode()

    def data(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["command"] == "alias.list":
            of = {owner: [alias for alias in self.owners if self.owners[alias] == owner] for owner in self.owners.values()}
            return {"aliases": of, "total_users": len(of), "total_aliases": len(self.owners)}
        owner = self.owners.get(request["alias"])
        return {"alias": request["alias"], "username": owner, "found": owner is not None}


class Store:
    """A database in memory."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.executescript(aliases.SCHEMA)

    async def write(self, work: Callable[[Unit], T]) -> T:
        return work(Unit(self.db, "shop"))


@pytest.fixture
def userstats() -> Userstats:
    return Userstats(sockpuppet="Alice", puppet2="ALICE")


@pytest.fixture
def known(userstats: Userstats) -> Aliases:
    return Aliases(userstats, Store())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Alice", "SockPuppet", True),
        ("sockpuppet", "alice", True),
        ("sockpuppet", "puppet2", True),
        ("alice", "bob", False),
        ("bob", "sockpuppet", False),
    ],
)
async def test_two_names_are_one_person_when_their_owner_is(known: Aliases, one: str, other: str, same: bool) -> None:
    assert await known.kinship(one, other) == Kinship(same=same, source="asked")


async def test_one_name_in_two_casings_is_asked_of_nobody(known: Aliases, userstats: Userstats) -> None:
    assert (await known.kinship("Bob", "bOB")).same
    assert userstats.asked == []


async def test_nothing_is_blocked_on_nobodys_word(known: Aliases, userstats: Userstats) -> None:
    userstats.silent = True
    assert await known.kinship("alice", "sockpuppet") == Kinship(same=False, source="unavailable")


@pytest.mark.parametrize("trouble", ["silent", "failing"])
async def test_the_last_map_answers_where_nobody_does(known: Aliases, userstats: Userstats, trouble: str) -> None:
    await known.refresh()
    setattr(userstats, trouble, True)
    assert await known.kinship("alice", "sockpuppet") == Kinship(same=True, source="kept")
    assert await known.kinship("alice", "bob") == Kinship(same=False, source="kept")


async def test_a_map_that_does_not_come_leaves_the_last_one(known: Aliases, userstats: Userstats) -> None:
    await known.refresh()
    userstats.failing = True
    await known.refresh()
    assert (await known.kinship("alice", "sockpuppet")).same


async def test_the_map_outlives_a_restart(userstats: Userstats) -> None:
    store = Store()
    await Aliases(userstats, store).refresh()
    userstats.silent = True
    waiting = asyncio.Event()

    async def sleep(_seconds: float) -> None:
        waiting.set()
        await asyncio.Event().wait()

    again = Aliases(userstats, store, sleep)
    task = asyncio.create_task(again.run())
    await waiting.wait()
    assert await again.kinship("alice", "puppet2") == Kinship(same=True, source="kept")
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_map_nobody_gave_is_asked_for_again_soon(userstats: Userstats) -> None:
    userstats.silent = True
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        userstats.silent = False
        if len(waits) == 2:
            raise asyncio.CancelledError

    with suppress(asyncio.CancelledError):
        await Aliases(userstats, Store(), sleep).run()

    assert waits == [aliases.UNHEARD_SECONDS, aliases.REFRESH_SECONDS]


async def test_an_empty_map_is_a_map(userstats: Userstats) -> None:
    userstats.owners = {}
    known = Aliases(userstats, Store())
    await known.refresh()
    userstats.silent = True
    assert await known.kinship("alice", "bob") == Kinship(same=False, source="kept")


async def test_silence_is_not_asked_again_at_once(known: Aliases, userstats: Userstats) -> None:
    userstats.silent = True
    for _ in range(50):
        await known.kinship("alice", "bob")
    assert len(userstats.asked) == 2
