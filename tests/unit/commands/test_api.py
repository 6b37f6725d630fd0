import json
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.contracts.ledger import AccountState, Entry, Outcome
from libs.common.contracts.ledger_requests import (
    AccountAnswer,
    AccountsAnswer,
    HistoryAnswer,
    HistoryRow,
    LeaderboardAnswer,
    LeaderboardRow,
)
from services.commands.api import COMMANDS
from services.commands.api.calls import ApiError, Room, read
from services.commands.api.leaderboard import day_start
from services.commands.clerk import Clerk
from services.commands.handlers import COMMANDS as PM_COMMANDS
from services.commands.house import House, Nearby
from tests.support.commands import NOON, Here, Scripted, database, rules

ROOMS = (Room("room", "Room"),)
ALICE = AccountState(account="Alice", balance=500, lifetime_earned=1000, opened_at=NOON)


class Bench:
    """The API on a ledger that answers as told."""

    def __init__(self, **answers: Any) -> None:
        self.ledger = Scripted(**answers)
        here = Here(database())
        clerk = Clerk(PM_COMMANDS, self.ledger, here)
        clerk.rules = rules()
        clerk.tick(NOON)
        self.house = House(ROOMS, Nearby(self.ledger, here, clerk, lambda: 1.5))

    async def ask(self, command: str, **parameters: Any) -> dict[str, Any]:
        body = json.dumps({"command": command, "channel": "Room", **parameters}).encode()
        found, call = read(body, COMMANDS, ROOMS)
        return await found.run(call, self.house.desk())


def posted(balance: int, *amounts: int) -> Outcome:
    entries = [Entry(account="Alice", amount=amount, balance=balance, type="admin_adjust") for amount in amounts]
    return Outcome(ok=True, key="k", number=1, entries=[*entries, Entry(account="@mint", amount=-1, balance=-1, type="x")])


async def test_balance_get_gives_the_documented_fields() -> None:
    bench = Bench(account=AccountAnswer(found=True, account=ALICE))
    assert await bench.ask("balance.get", username="alice") == {
        "found": True,
        "username": "Alice",
        "channel": "Room",
        "balance": 500,
        "lifetime_earned": 1000,
        "rank_name": "Grip",
    }


async def test_balance_get_of_nobody_is_only_not_found() -> None:
    assert await Bench(account=AccountAnswer(found=False)).ask("balance.get", username="ghost") == {"found": False}


@pytest.mark.parametrize("name", ["@mint", "@house", "a b", "x" * 21])
async def test_what_is_no_viewers_name_is_not_even_asked_for(name: str) -> None:
    bench = Bench()
    assert await bench.ask("balance.get", username=name) == {"found": False}
    assert bench.ledger.asked == []


async def test_adjusting_up_mints_and_opens() -> None:
    bench = Bench(post=posted(505, 5))
    data = await bench.ask("balance.adjust", username="alice", amount="5", reason="why", admin="boss", request_id="r1")
    assert data == {"username": "Alice", "channel": "Room", "amount": 5, "balance": 505}
    [body] = bench.ledger.of("post")
    posting = json.loads(body)
    assert (posting["key"], posting["actor"], posting["at"]) == ("api:r1", "boss", "2026-11-22T12:00:00Z")
    assert [line["line"] for line in posting["lines"]] == ["open", "transfer"]
    assert posting["lines"][1]["source"] == "@mint"


async def test_adjusting_down_burns() -> None:
    bench = Bench(post=posted(495, -5))
    assert (await bench.ask("balance.adjust", username="alice", amount=-5))["balance"] == 495
    [line] = json.loads(bench.ledger.of("post")[0])["lines"]
    assert (line["source"], line["target"], line["amount"]) == ("alice", "@burn", 5)


async def test_a_repetition_sends_the_very_posting_that_was_sent_first() -> None:
    bench = Bench(post=posted(505, 5))
    await bench.ask("balance.adjust", username="alice", amount=5, request_id="r1")
    bench.house._nearby.clerk.tick(NOON + timedelta(minutes=5))
    await bench.ask("balance.adjust", username="ALICE", amount=5, request_id="r1")
    assert bench.ledger.of("post")[0] == bench.ledger.of("post")[1]


async def test_the_same_request_id_with_other_contents_is_refused() -> None:
    bench = Bench(post=posted(505, 5))
    await bench.ask("balance.adjust", username="alice", amount=5, request_id="r1")
    with pytest.raises(ApiError) as refused:
        await bench.ask("balance.adjust", username="alice", amount=6, request_id="r1")
    assert refused.value.code == "key_conflict"
    assert len(bench.ledger.of("post")) == 1


async def test_two_requests_without_an_id_are_two() -> None:
    bench = Bench(post=posted(505, 5))
    for _ in range(2):
        await bench.ask("balance.adjust", username="alice", amount=5)
    first, second = (json.loads(body)["key"] for body in bench.ledger.of("post"))
    assert first != second


@pytest.mark.parametrize("amount", [0, "0", 0.5, None, "many", [], float("nan"), float("inf"), 2**53])
async def test_an_amount_that_means_nothing_is_refused(amount: object) -> None:
    bench = Bench(post=posted(505, 5))
    with pytest.raises(ApiError):
        await bench.ask("balance.adjust", username="alice", amount=amount)
    assert bench.ledger.asked == []


async def test_too_little_money_is_a_failure_with_the_ledgers_word() -> None:
    bench = Bench(post=Outcome(ok=False, key="k", refusal="insufficient_funds"))
    with pytest.raises(ApiError) as refused:
        await bench.ask("balance.adjust", username="alice", amount=-5)
    assert refused.value.code == "insufficient_funds"


@pytest.mark.parametrize(("amounts", "old"), [((-20,), 70), ((30,), 20), ((), 50)])
async def test_setting_a_balance_tells_the_old_one(amounts: tuple[int, ...], old: int) -> None:
    data = await Bench(post=posted(50, *amounts)).ask("balance.set", username="Alice", amount=50, admin="boss")
    assert data == {"username": "Alice", "channel": "Room", "old_balance": old, "new_balance": 50, "delta": 50 - old}


async def test_a_balance_is_not_set_below_nothing() -> None:
    with pytest.raises(ApiError):
        await Bench().ask("balance.set", username="Alice", amount=-1)


ROW = HistoryRow(
    id=7,
    number=3,
    key="k",
    at=datetime(2026, 11, 22, 12, 0, 5, 999, tzinfo=UTC),
    caller="commands",
    account="Alice",
    amount=5,
    balance=5,
    type="earn",
    trigger="presence.base",
    reason="Presence",
    metadata={"factor": 1.5},
)


async def test_transactions_have_the_documented_fields() -> None:
    data = await Bench(history=HistoryAnswer(found=True, rows=[ROW])).ask("transactions.list", username="alice")
    assert data == {
        "username": "Alice",
        "channel": "Room",
        "limit": 50,
        "offset": 0,
        "transactions": [
            {
                "id": 7,
                "username": "Alice",
                "channel": "Room",
                "amount": 5,
                "type": "earn",
                "reason": "Presence",
                "trigger_id": "presence.base",
                "related_user": None,
                "metadata": '{"factor": 1.5}',
                "created_at": "2026-11-22 12:00:05",
            }
        ],
    }


@pytest.mark.parametrize(("limit", "clamped"), [(0, 1), (9999, 500), (-1, 1), ("20", 20), (5.9, 5)])
async def test_limits_are_forced_into_their_bounds(limit: object, clamped: int) -> None:
    bench = Bench(history=HistoryAnswer(found=False))
    data = await bench.ask("transactions.list", username="alice", limit=limit, offset=-5)
    assert (data["limit"], data["offset"], data["transactions"]) == (clamped, 0, [])


BOARD = [LeaderboardRow(account="Alice", balance=500, lifetime_earned=1000, earned=9)]


@pytest.mark.parametrize(
    ("category", "by", "row"),
    [
        ("earners", "earners", {"username": "Alice", "earned_today": 9}),
        ("today", "earners", {"username": "Alice", "earned_today": 9}),
        ("rich", "rich", {"username": "Alice", "balance": 500, "rank_name": "Grip"}),
        ("Balances", "rich", {"username": "Alice", "balance": 500, "rank_name": "Grip"}),
        ("all", "lifetime", {"username": "Alice", "lifetime_earned": 1000, "rank_name": "Grip"}),
    ],
)
async def test_leaderboards_have_the_documented_rows(
    category: str, by: Literal["rich", "lifetime", "earners"], row: dict[str, Any]
) -> None:
    bench = Bench(leaderboard=LeaderboardAnswer(by=by, rows=BOARD))
    data = await bench.ask("leaderboard", category=category)
    assert data == {"channel": "Room", "category": category.casefold(), "rows": [row]}
    assert json.loads(bench.ledger.of("leaderboard")[0])["by"] == by


async def test_todays_earners_are_those_since_the_day_began() -> None:
    bench = Bench(leaderboard=LeaderboardAnswer(by="earners"))
    await bench.ask("leaderboard")
    assert json.loads(bench.ledger.of("leaderboard")[0]) == {"by": "earners", "since": "2026-11-22T00:00:00Z", "limit": 10}


async def test_ranks_are_counted_over_all_pages() -> None:
    def page(body: bytes) -> AccountsAnswer:
        offset = json.loads(body)["offset"]
        lifetime = 0 if offset == 0 else 5000
        count = 500 if offset == 0 else 3
        account = AccountState(account="x", balance=0, lifetime_earned=lifetime, opened_at=NOON)
        return AccountsAnswer(total=503, accounts=[account] * count)

    data = await Bench(accounts=page).ask("leaderboard", category="ranks")
    assert data == {"channel": "Room", "category": "ranks", "distribution": {"Extra": 500, "Key Grip": 3}}


async def test_an_unknown_category_is_refused() -> None:
    with pytest.raises(ApiError):
        await Bench().ask("leaderboard", category="poor")


def test_a_day_begins_where_the_economy_lives() -> None:
    assert day_start(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin")) == datetime(2026, 7, 1, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "invalid_request"),
        (b"\xff\xfe", "invalid_request"),
        (b"[1]", "invalid_request"),
        (b"null", "invalid_request"),
        (b"[" * 100_000, "invalid_request"),
        (b"{}", "missing_parameter"),
        (b'{"command": 5}', "missing_parameter"),
        (b'{"command": "dance"}', "unknown_command"),
        (b'{"command": "balance.get", "username": "a"}', "missing_parameter"),
        (b'{"command": "balance.get", "username": "a", "channel": "elsewhere"}', "unknown_channel"),
        (b'{"command": "balance.get", "username": "a", "channel": 5}', "missing_parameter"),
    ],
)
def test_what_can_not_be_served_is_refused_with_a_code(body: bytes, code: str) -> None:
    with pytest.raises(ApiError) as refused:
        read(body, COMMANDS, ROOMS)
    assert refused.value.code == code


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_nothing_worse(body: bytes) -> None:
    with pytest.raises(ApiError):
        read(body, COMMANDS, ROOMS)


def test_a_channel_is_known_in_any_case() -> None:
    _, call = read(b'{"command": "balance.get", "channel": "rOOM"}', COMMANDS, ROOMS)
    assert call.room == ROOMS[0]
