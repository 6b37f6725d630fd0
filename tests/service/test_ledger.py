"""The ledger as a process on a real NATS server: asked, flooded, killed, restarted."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from libs.common import subjects
from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import Line, Open, Posting
from libs.common.contracts.ledger_requests import AccountRequest, BanRequest, CancelRequest, HistoryRequest, StatsRequest
from services.ledger.audit import audit
from tests.support import script
from tests.support.books import read_messages
from tests.support.house import House
from tests.support.nats import Server
from tests.support.teller import give, pay
from tests.support.waiting import until

ROOM = script.CHANNEL
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Desk:
    """A ledger that runs, and a connection to ask it."""

    def __init__(self, house: House, nats: Client) -> None:
        self.house = house
        self.nats = nats

    @property
    def jetstream(self) -> JetStreamContext:
        return self.nats.jetstream(timeout=5)

    async def start(self) -> None:
        self.house.start("ledger")
        await self.house.wait_ready("ledger")

    async def restart(self) -> None:
        self.house.kill("ledger")
        await self.start()

    async def ask(self, verb: str, request: Contract | bytes = b"", caller: str = "operator", channel: str = ROOM) -> dict[str, Any]:
        body = request if isinstance(request, bytes) else request.encode()
        answer = await self.nats.request(subjects.ledger(channel, caller, verb), body, timeout=5)
        told: dict[str, Any] = json.loads(answer.data)
        return told

    async def post(self, key: str, *lines: Line, caller: str = "operator") -> dict[str, Any]:
        return await self.ask("post", Posting(key=key, at=AT, lines=list(lines)), caller)

    async def send(self, *postings: Posting, caller: str = "earning") -> None:
        body = b'{"id":"%s","postings":[%s]}' % (postings[0].key.encode(), b",".join(each.encode() for each in postings))
        await self.jetstream.publish(subjects.postings(ROOM, caller), body)

    async def balance(self, name: str) -> int | None:
        account = (await self.ask("account", AccountRequest(account=name))).get("account")
        return None if account is None else int(account["balance"])

    async def transactions(self) -> list[dict[str, Any]]:
        return [message.body for message in await read_messages(self.nats, subjects.TRANSACTIONS)]

    async def told(self, count: int) -> list[dict[str, Any]]:
        """Wait until the journal in the stream has so many messages."""

        async def there() -> bool:
            return (await self.jetstream.stream_info(subjects.TRANSACTIONS)).state.messages >= count

        await until(there, f"{count} transactions")
        return await self.transactions()


@pytest.fixture
async def desk(tmp_path: Path, nats_server: Server) -> AsyncIterator[Desk]:
    house = House(tmp_path / "house", nats_server)
    house.configure()
    await house.provision()
    nats = await house.client()
    desk = Desk(house, nats)
    await desk.start()
    yield desk
    await house.close()
    assert audit(house.state_dir / "ledger.db") == []


def opened(name: str, amount: int) -> tuple[Line, ...]:
    return Open(account=name), give(name, amount)


def pays(*names: str, prefix: str = "pay") -> list[Posting]:
    return [Posting(key=f"{prefix}:{name}", at=AT, lines=[Open(account=name), give(name, 5, "earn")]) for name in names]


async def test_a_posting_is_answered_with_its_outcome(desk: Desk) -> None:
    outcome = await desk.post("k", *opened("Alice", 10))
    assert (outcome["ok"], outcome["entries"][1]["balance"], await desk.balance("alice")) == (True, 10, 10)


async def test_a_list_is_done_and_told_in_the_transactions(desk: Desk) -> None:
    await desk.send(*pays("alice", "bob"))
    told = await desk.told(4)
    assert [(row["number"], row["kind"], row["key"]) for row in told] == [
        (1, "opened", "pay:alice"),
        (2, "posting", "pay:alice"),
        (3, "opened", "pay:bob"),
        (4, "posting", "pay:bob"),
    ]


async def test_a_repetition_is_told_once(desk: Desk) -> None:
    await desk.send(*pays("alice"))
    await desk.send(*pays("alice"))
    await desk.send(*pays("bob"))
    assert [row["key"] for row in await desk.told(4)] == ["pay:alice", "pay:alice", "pay:bob", "pay:bob"]


async def test_after_a_kill_everything_is_there(desk: Desk) -> None:
    await desk.post("k", *opened("alice", 10))
    await desk.restart()
    again = await desk.post("k", *opened("alice", 10))
    assert (again["repeated"], await desk.balance("alice")) == (True, 10)


async def test_what_is_sent_while_it_is_down_is_done_when_it_is_back(desk: Desk) -> None:
    desk.house.kill("ledger")
    await desk.send(*pays("alice"))
    await desk.start()
    await desk.told(2)
    assert await desk.balance("alice") == 5


async def test_a_stream_made_anew_fills_itself_again(desk: Desk) -> None:
    for number in range(20):
        await desk.post(f"k{number}", *opened("alice", 1))
    before = await desk.told(21)
    desk.house.kill("ledger")
    await desk.jetstream.delete_stream(subjects.TRANSACTIONS)
    await desk.house.provision()
    await desk.start()
    assert await desk.told(21) == before


async def test_a_purged_stream_fills_itself_again(desk: Desk) -> None:
    await desk.post("k", *opened("alice", 1))
    before = await desk.told(2)
    desk.house.kill("ledger")
    await desk.jetstream.purge_stream(subjects.TRANSACTIONS)
    await desk.start()
    assert await desk.told(2) == before


async def send_until_one_is_left(desk: Desk, *names: str) -> None:
    for name in names:
        await desk.send(*pays(name))

    async def one_left() -> bool:
        return (await desk.jetstream.stream_info(subjects.POSTINGS)).state.messages == 1

    await until(one_left, "one list left")


async def test_committed_lists_are_purged_but_the_last(desk: Desk) -> None:
    await send_until_one_is_left(desk, "alice", "bob", "carol")


async def test_the_lists_of_a_stream_made_anew_are_purged_too(desk: Desk) -> None:
    await send_until_one_is_left(desk, "alice", "bob", "carol")
    await desk.jetstream.delete_stream(subjects.POSTINGS)
    await desk.house.provision()
    await send_until_one_is_left(desk, "dora", "eve")
    assert await desk.balance("dora") == 5


GARBAGE = [
    ("post", b"not json"),
    ("post", b"[]"),
    ("post", b""),
    ("post", b'{"key":"k","at":"2026-11-22T12:00:00Z","lines":[{"line":"steal"}]}'),
    ("hold", b"\xff\xfe"),
    ("cancel", b"{}"),
    ("account", b"{}"),
    ("account", b"not json"),
    ("accounts", b'{"limit":"many"}'),
    ("leaderboard", b'{"by":"earners"}'),
    ("history", b'{"limit":0}'),
    ("posting", b"{}"),
    ("posting", b'{"number":99999999999999999999}'),
    ("ban", b"7"),
    ("freeze", b""),
]


async def test_garbage_is_answered(desk: Desk) -> None:
    answers = [(verb, body, (await desk.ask(verb, body))["refusal"]) for verb, body in GARBAGE]
    assert answers == [(verb, body, "invalid") for verb, body in GARBAGE]


async def test_a_channel_nobody_configured_is_refused(desk: Desk) -> None:
    posting = Posting(key="k", at=AT, lines=[Open(account="alice")])
    answers = [(await desk.ask(verb, posting, channel="elsewhere"))["refusal"] for verb in ("post", "account", "stats")]
    assert answers == ["invalid"] * 3


async def test_what_happened_can_be_told(desk: Desk) -> None:
    await desk.post("day", *opened("Dave", 100), pay("dave", "@burn", 30))
    await desk.ask("ban", BanRequest(key="ban", account="dave", at=AT))
    await desk.ask("cancel", CancelRequest(key="never"))
    history = await desk.ask("history", HistoryRequest(account="DAVE"))
    stats = await desk.ask("stats", StatsRequest(since=AT))
    assert [(row["amount"], row["balance"]) for row in history["rows"]] == [(-30, 70), (100, 100)]
    assert (stats["circulation"], stats["burnt"], stats["window"]["minted"]) == (70, 30, 100)


async def test_two_hundred_at_once_never_overdraw(desk: Desk) -> None:
    await desk.post("k", *opened("alice", 100))
    answers = await asyncio.gather(*(desk.post(f"spend{n}", pay("alice", "@burn", 1)) for n in range(200)))
    assert (sum(answer["ok"] for answer in answers), await desk.balance("alice")) == (100, 0)


async def test_another_store_does_not_keep_the_books_of_this_channel(desk: Desk, tmp_path: Path) -> None:
    desk.house.kill("ledger")
    (desk.house.state_dir / "ledger.db").rename(tmp_path / "away.db")
    for rest in desk.house.state_dir.glob("ledger.db-*"):
        rest.rename(tmp_path / rest.name)
    desk.house.start("ledger")

    async def ended() -> bool:
        return not desk.house.alive("ledger")

    await until(ended, "the end of the ledger with another store")
    assert "are kept by store" in desk.house.tail("ledger")


async def test_a_new_store_takes_over_when_told_to(tmp_path: Path, nats_server: Server) -> None:
    first = House(tmp_path / "first", nats_server)
    first.configure()
    await first.provision()
    await Desk(first, await first.client()).start()
    await first.close()
    second = House(tmp_path / "second", nats_server, {"KRYTEN_ECONOMY_ADOPT": "1"})
    second.configure()
    desk = Desk(second, await second.client())
    await desk.start()
    assert await desk.balance("alice") is None
    await second.close()


async def test_an_older_copy_of_the_books_is_not_gone_on_with(desk: Desk, tmp_path: Path) -> None:
    books = desk.house.state_dir / "ledger.db"
    await desk.post("early", *opened("alice", 1))
    await desk.told(2)
    with closing(sqlite3.connect(f"{books.as_uri()}?mode=ro", uri=True)) as live, closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        live.backup(copy)
    await desk.post("late", give("alice", 1))
    await desk.told(3)
    desk.house.kill("ledger")
    for file in desk.house.state_dir.glob("ledger.db*"):
        file.unlink()
    (tmp_path / "copy.db").rename(books)
    desk.house.start("ledger")

    async def ended() -> bool:
        return not desk.house.alive("ledger")

    await until(ended, "the end of the ledger with an older copy")
    assert "it is an older copy" in desk.house.tail("ledger")


async def test_a_list_on_the_channel_of_nobody_is_a_dead_letter(desk: Desk) -> None:
    body = b'{"id":"x","postings":[%s]}' % pays("alice")[0].encode()
    await desk.jetstream.publish(subjects.postings("elsewhere", "earning"), body)

    async def there() -> bool:
        return (await desk.jetstream.stream_info(subjects.DEADLETTERS)).state.messages == 1

    await until(there, "a dead letter")


async def test_garbage_among_the_lists_stops_nothing(desk: Desk) -> None:
    await desk.jetstream.publish(subjects.postings(ROOM, "earning"), b"garbage")
    await desk.send(*pays("alice"))
    assert [row["key"] for row in await desk.told(2)] == ["pay:alice"] * 2
