"""Earning as a process on a real NATS server: events in, postings out, whatever dies in between."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from libs.common import subjects
from libs.common.contracts.events import Event
from libs.common.contracts.ledger import Posting, Transaction
from tests.support.books import read_stream
from tests.support.earning_stage import QUIET, ROOM, Stage, posted
from tests.support.house import House
from tests.support.nats import Server
from tests.support.waiting import until

VIEWERS = [f"viewer{number}" for number in range(20)]


class Office:
    """One earning service, what it is told, and what it asks of the ledger."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def happen(self, events: Sequence[Event]) -> None:
        """Play ingest."""
        jetstream = (await self.house.client()).jetstream(timeout=10)
        for event in events:
            await jetstream.publish(subjects.event(event.channel, event.kind), event.encode())

    async def transact(self, transactions: Sequence[Transaction]) -> None:
        """Play the ledger."""
        jetstream = (await self.house.client()).jetstream(timeout=10)
        for transaction in transactions:
            await jetstream.publish(subjects.transactions(ROOM), transaction.encode())

    async def asked(self) -> list[Posting]:
        """Give every posting that reached the stream, repetitions included."""
        messages = await read_stream(await self.house.client(), subjects.POSTINGS)
        return [Posting.model_validate(posting) for message in messages for posting in json.loads(message.body)["postings"]]

    async def wait_for(self, expected: Sequence[Posting]) -> None:
        keys = {posting.key for posting in expected}

        async def there() -> bool:
            return keys <= {posting.key for posting in await self.asked()}

        await until(there, f"{len(keys)} postings", within_seconds=60, every_seconds=0.1)

    def query(self, statement: str) -> int:
        """Ask the service's database, from the side, for one figure."""
        with closing(sqlite3.connect(self.house.state_dir / "earning.db")) as db:
            return int(db.execute(statement).fetchone()[0])


@pytest.fixture
async def office(tmp_path: Path, nats_server: Server) -> AsyncIterator[Office]:
    house = House(tmp_path / "house", nats_server)
    house.configure()
    await house.provision()
    await house.client()  # one connection, however many tasks ask for it
    yield Office(house)
    await house.close()


def evening() -> Stage:
    """Play a busy hour, and so know what should come of it."""
    stage = Stage({"presence": {"night_watch": {"hours": [12]}}})
    stage.listed("12:00:00", *VIEWERS)
    for second in range(0, 3_600, 6):
        at = f"12:{second // 60:02}:{second % 60:02}"
        user = VIEWERS[second // 6 % len(VIEWERS)]
        if second % 300 == 0:
            stage.leave(at, user)
        elif second % 300 == 66:
            stage.join(at, VIEWERS[(second - 66) // 6 % len(VIEWERS)])
        else:
            stage.chat(at, user)
    stage.tick("13:00:00")
    return stage


async def test_kills_neither_lose_nor_repeat_nor_change_a_posting(office: Office) -> None:
    stage = evening()
    office.house.start("earning")
    feeding = asyncio.create_task(office.happen(stage.events))
    for _ in range(4):
        before = len(await office.asked())

        async def goes_on(before: int = before) -> bool:
            return len(await office.asked()) > before or feeding.done()

        await until(goes_on, "some more postings", within_seconds=60)
        office.house.kill("earning")
        office.house.start("earning")
    await feeding
    await office.wait_for(stage.postings())

    asked = await office.asked()
    assert list(dict.fromkeys(posting.key for posting in asked)) == [posting.key for posting in stage.postings()]
    assert {posting.key: posting for posting in asked} == {posting.key: posting for posting in stage.postings()}
    assert office.query("SELECT sum(present) FROM days") == stage.counted


async def test_what_happened_while_it_was_down_is_paid_at_the_time_it_happened(office: Office) -> None:
    stage = evening()
    await office.happen(stage.events)
    office.house.start("earning")
    await office.wait_for(stage.postings())

    assert {posting.at for posting in await office.asked()} == {posting.at for posting in stage.postings()}


async def test_outcomes_empty_the_outbox(office: Office) -> None:
    stage = evening()
    await office.happen(stage.events)
    office.house.start("earning")
    await office.wait_for(stage.postings())
    await office.transact([posted(number, posting) for number, posting in enumerate(stage.postings(), start=1)])

    async def nothing_left() -> bool:
        await office.house.wait_ready("earning")
        return office.query("SELECT count(*) FROM outbox WHERE key LIKE 'presence:%'") == 0

    await until(nothing_left, "an empty outbox")


async def test_it_is_ready_once_a_configuration_is_known_and_says_which(office: Office) -> None:
    stage = Stage(None)
    stage.join("12:00:00", "alice")
    await office.happen(stage.events)
    office.house.start("earning")

    async def held() -> bool:
        health = await office.house.health("earning")
        return health is not None and health["problems"] == ["configuration: none has been published"]

    await until(held, "the wait for a configuration", within_seconds=30)
    stage.configure("12:00:30", QUIET)
    await office.happen(stage.events[-1:])
    await office.house.wait_ready("earning")

    assert (await office.house.health("earning") or {})["configuration"] == stage.version
    await office.wait_for(stage.postings())


async def test_the_configuration_is_known_again_after_a_restart(office: Office) -> None:
    stage = Stage(QUIET)
    await office.happen(stage.events)
    office.house.start("earning")
    await office.house.wait_ready("earning")
    office.house.stop("earning")
    office.house.start("earning")
    await office.house.wait_ready("earning")

    assert (await office.house.health("earning") or {})["configuration"] == stage.version
