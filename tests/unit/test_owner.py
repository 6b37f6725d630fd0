"""An owner's requests: judged once, posted once, settled once, whatever dies, is repeated or comes at the same time."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from structlog.testing import capture_logs

from libs.common import owner as owners
from libs.common.asking import NoReplyError
from libs.common.config import Rules
from libs.common.contracts.base import Contract
from libs.common.contracts.events import Leave
from libs.common.contracts.ledger import HOUSE, Outcome, Posting, Transfer
from libs.common.contracts.owners import Asked, Declined, Done
from libs.common.database import migrate
from libs.common.doors import Request
from libs.common.owner import Case, Errand, Owner, Verb, Wanted
from libs.common.position import Position
from libs.common.unit import SCHEMA, Unit, encoded
from tests.support.unit import committed
from tests.support.waiting import until

T = TypeVar("T")

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Buy(Asked):
    coins: int


class Bought(Done):
    coins: int
    number: int
    """How many were bought by anybody, this one too."""


class Here:
    """A database in memory, one transaction a call; nothing is read of any stream."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        migrate(self.db, (owners.SCHEMA + "CREATE TABLE sold (key TEXT PRIMARY KEY, at TEXT) STRICT;",))
        self.db.executescript(SCHEMA)

    async def write(self, work: Callable[[Unit], T]) -> T:
        await asyncio.sleep(0)
        return committed(self.db, "shop", work)

    def position(self, stream: str) -> Position | None:
        del stream
        return None

    @property
    def sold(self) -> list[str]:
        return [key for (key,) in self.db.execute("SELECT key FROM sold ORDER BY rowid")]


class Ledger:
    """Keeps what is done under its key, as the real one does; deaf while told so."""

    def __init__(self) -> None:
        self.done: dict[str, Posting] = {}
        self.deaf = False
        self.empty = False
        self.at_once = 0
        self.most_at_once = 0

    async def __call__(self, subject: str, message: Contract | bytes, timeout_seconds: float) -> bytes:
        assert subject == "economy.ledger.room.shop.post"
        del timeout_seconds
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0.001)
        self.at_once -= 1
        if self.deaf:
            raise NoReplyError(subject)
        posting = Posting.model_validate_json(encoded(message))
        if self.empty:
            return Outcome(ok=False, key=posting.key, refusal="insufficient_funds").encode()
        assert self.done.setdefault(posting.key, posting).lines == posting.lines, "the same key came with other lines"
        return Outcome(ok=True, key=posting.key, number=len(self.done)).encode()


def judge(unit: Unit, case: Case[Buy]) -> Contract | Wanted:
    if case.request.coins < 1:
        return Declined(code="wager_low", values={"minimum": 1})
    unit.db.execute("INSERT INTO sold VALUES (?, ?) ON CONFLICT DO NOTHING", (f"judged:{case.request.key}", case.at.isoformat()))
    move = Transfer(source=case.request.user, target=HOUSE, amount=case.request.coins, type="spend")
    return Wanted(Posting(key=case.request.key, at=case.at, lines=[move]), {"number": len(case.request.user)})


def settle(unit: Unit, errand: Errand[Buy], outcome: Outcome) -> Contract:
    if not outcome.ok:
        return Declined(code=outcome.refusal or "refused")
    unit.db.execute("INSERT INTO sold VALUES (?, '')", (errand.key,))
    return Bought(coins=errand.request.coins, number=errand.note["number"])


class Shop:
    """An owner at work over what is kept; made anew, it is the process after a kill."""

    def __init__(self, here: Here, ledger: Ledger, rules: Rules | None = Rules()) -> None:  # noqa: B008 - immutable
        self.here = here
        self.owner = Owner("shop", here, ledger, lambda _db: rules, (Verb("buy", Buy, judge, settle),))

    async def ask(self, key: str = "k", user: str = "alice", coins: int = 5, **more: Any) -> dict[str, Any]:
        request = Buy(**{"key": key, "user": user, "at": NOON, "coins": coins, **more})
        answer = await self.owner.answer(Request("economy.shop.room.buy", request.encode()))
        found: dict[str, Any] = json.loads(encoded(answer))
        return found


@asynccontextmanager
async def shop(here: Here, ledger: Ledger, **more: Any) -> AsyncIterator[Shop]:
    at_work = Shop(here, ledger, **more)
    running = asyncio.create_task(at_work.owner.run())
    yield at_work
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


@pytest.fixture
def here() -> Here:
    return Here()


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owners, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(owners, "BEHIND_SECONDS", 0.05)


async def test_a_request_repeated_is_served_once_and_answered_alike(here: Here, ledger: Ledger) -> None:
    async with shop(here, ledger) as open_shop:
        answers = [await open_shop.ask() for _ in range(3)]

    assert (answers, list(ledger.done), here.sold) == ([{"ok": True, "coins": 5, "number": 5}] * 3, ["k"], ["judged:k", "k"])


async def test_ten_copies_at_once_are_one(here: Here, ledger: Ledger) -> None:
    async with shop(here, ledger) as open_shop:
        answers = await asyncio.gather(*(open_shop.ask() for _ in range(10)))

    assert (len(ledger.done), {json.dumps(answer) for answer in answers}) == (1, {json.dumps({"ok": True, "coins": 5, "number": 5})})


async def test_a_key_with_other_contents_has_no_effect(here: Here, ledger: Ledger) -> None:
    async with shop(here, ledger) as open_shop:
        await open_shop.ask(coins=5)
        answer = await open_shop.ask(coins=6)

    assert (answer["code"], here.sold) == ("key_conflict", ["judged:k", "k"])


async def test_what_is_under_way_is_not_taken_for_a_repetition_of_something_else(here: Here, ledger: Ledger) -> None:
    async with shop(here, ledger) as open_shop:
        answers = await asyncio.gather(open_shop.ask(coins=5), open_shop.ask(coins=6))

    assert [answer.get("code") for answer in answers] == [None, "key_conflict"]


async def test_what_is_declined_asks_the_ledger_nothing(here: Here, ledger: Ledger) -> None:
    async with shop(here, ledger) as open_shop:
        answer = await open_shop.ask(coins=0)

    assert (answer, ledger.done) == ({"ok": False, "code": "wager_low", "values": {"minimum": 1}}, {})


async def test_what_the_ledger_refused_may_be_tried_again(here: Here, ledger: Ledger) -> None:
    async with shop(here, ledger) as open_shop:
        ledger.empty = True
        refused = await open_shop.ask()
        ledger.empty = False
        done = await open_shop.ask()

    assert (refused["code"], done["ok"]) == ("insufficient_funds", True)


async def test_a_posting_that_was_kept_is_done_after_a_kill_though_nobody_asks_again(here: Here, ledger: Ledger) -> None:
    ledger.deaf = True
    async with shop(here, ledger) as killed:
        assert (await killed.ask())["code"] == "working"
    ledger.deaf = False
    async with shop(here, ledger) as after:
        await until(lambda: len(here.sold) > 1 and not after.owner.depth, "the posting is settled")

    assert here.sold == ["judged:k", "k"]


async def test_what_was_begun_and_can_not_be_read_any_more_is_told_to_operators(here: Here, ledger: Ledger) -> None:
    ledger.deaf = True
    async with shop(here, ledger) as killed:
        await killed.ask()
    here.db.execute("UPDATE errands SET verb = 'lend'")
    with capture_logs() as told:
        async with shop(here, ledger):
            await until(lambda: bool(told), "it is told")

    assert [(line["log_level"], line["key"]) for line in told] == [("error", "k")]


async def test_asked_again_after_a_kill_the_same_posting_goes_on_whatever_the_rules_say_now(here: Here, ledger: Ledger) -> None:
    ledger.deaf = True
    async with shop(here, ledger) as killed:
        await killed.ask()
    ledger.deaf = False
    async with shop(here, ledger, rules=None) as after:
        answer = await after.ask()

    assert (answer["ok"], here.sold) == (True, ["judged:k", "k"])


async def test_while_the_ledger_is_silent_the_asker_is_told_to_ask_again(here: Here, ledger: Ledger) -> None:
    async with shop(here, ledger) as open_shop:
        ledger.deaf = True
        first = await open_shop.ask()
        ledger.deaf = False
        while not (again := await open_shop.ask()).get("ok"):
            pass

    assert (first["code"], again["coins"]) == ("working", 5)


async def test_one_viewers_requests_are_served_one_after_another(here: Here, ledger: Ledger) -> None:
    async with shop(here, ledger) as open_shop:
        await asyncio.gather(*(open_shop.ask(key=f"k{number}", user=user) for number, user in enumerate(("alice", "Alice", "ALICE"))))

    assert ledger.most_at_once == 1


async def test_two_viewers_do_not_wait_for_each_other(here: Here, ledger: Ledger) -> None:
    async with shop(here, ledger) as open_shop:
        await asyncio.gather(*(open_shop.ask(key=f"of {user}", user=user) for user in ("alice", "bob")))

    assert ledger.most_at_once == 2


async def test_a_request_waits_until_its_event_has_been_read(here: Here, ledger: Ledger) -> None:
    async with shop(here, ledger) as open_shop:
        asked = asyncio.create_task(open_shop.ask(epoch=1, raw=7))
        await asyncio.sleep(0.01)
        early = list(ledger.done)
        event = Leave(id="e", epoch=1, raw=7, channel="room", at=NOON, user="bob")
        await here.write(lambda unit: open_shop.owner.passed(unit, event))
        answer = await asked

    assert (early, answer["ok"]) == ([], True)


async def test_a_request_whose_event_does_not_come_is_to_be_asked_again(here: Here, ledger: Ledger) -> None:
    async with shop(here, ledger) as open_shop:
        answer = await open_shop.ask(epoch=1, raw=7)

    assert (answer["code"], ledger.done) == ("unavailable", {})


async def test_before_the_first_configuration_nothing_is_judged(here: Here, ledger: Ledger) -> None:
    async with shop(here, ledger, rules=None) as open_shop:
        answer = await open_shop.ask()

    assert (answer["code"], ledger.done) == ("starting", {})


async def test_somebodys_time_never_runs_backwards(here: Here, ledger: Ledger) -> None:
    async with shop(here, ledger) as open_shop:
        await open_shop.ask(key="later", at=NOON + timedelta(hours=1))
        await open_shop.ask(key="earlier")

    times = [at for (at,) in here.db.execute("SELECT at FROM sold WHERE key LIKE 'judged%' ORDER BY rowid")]
    assert times == [(NOON + timedelta(hours=1)).isoformat()] * 2


async def test_an_errand_of_its_own_is_begun_once(here: Here, ledger: Ledger) -> None:
    request = Buy(key="by the clock", user="alice", at=NOON, coins=3)
    wanted = judge_now(here, request)
    async with shop(here, ledger) as open_shop:
        for _ in range(2):
            await here.write(lambda unit: open_shop.owner.begin(unit, "room", "buy", request, wanted))
        await until(lambda: not open_shop.owner.depth, "the errand is done")
        await here.write(lambda unit: open_shop.owner.begin(unit, "room", "buy", request, wanted))

    assert (list(ledger.done), here.sold.count("by the clock")) == (["by the clock"], 1)


def judge_now(here: Here, request: Buy) -> Wanted:
    wanted = judge(Unit(here.db, "shop"), Case("room", request, Rules(), NOON))
    assert isinstance(wanted, Wanted)
    return wanted


@pytest.mark.parametrize(
    ("subject", "body", "code"),
    [
        ("economy.shop.room.sell", b"{}", "unknown_verb"),
        ("economy.shop.room.buy", b"\xff", "invalid_request"),
        ("economy.shop.room.buy", b"[]", "invalid_request"),
    ],
)
async def test_what_can_not_be_read_gets_an_error(here: Here, ledger: Ledger, subject: str, body: bytes, code: str) -> None:
    async with shop(here, ledger) as open_shop:
        answer = json.loads(encoded(await open_shop.owner.answer(Request(subject, body))))

    assert answer["code"] == code
