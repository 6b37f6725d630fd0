import json
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest

from libs.common.contracts.earning import WhyAnswer
from libs.common.contracts.games import GameTotals, TotalsAnswer
from libs.common.contracts.ledger import AccountState, Entry, Outcome
from libs.common.contracts.ledger_requests import (
    AccountsAnswer,
    BanAnswer,
    HistoryAnswer,
    HistoryRow,
    LeaderboardAnswer,
    LeaderboardRow,
)
from libs.common.contracts.reload import Reloaded
from services.commands import metrics
from services.commands.api import users
from services.commands.api.system import human
from services.commands.boards import day_start
from services.commands.store import Deed, deeds
from tests.support.api import Bench
from tests.support.commands import NOON

ALICE = AccountState(
    account="Alice", balance=500, held=20, lifetime_earned=1000, lifetime_spent=300, lifetime_wagered=50, lifetime_won=70, opened_at=NOON
)
FOUND = AccountsAnswer(total=1, accounts=[ALICE])
NOBODY = AccountsAnswer(total=0)


def posted(balance: int, *amounts: int) -> Outcome:
    entries = [Entry(account="Alice", amount=amount, balance=balance, type="admin_adjust") for amount in amounts]
    return Outcome(ok=True, key="k", number=1, entries=[*entries, Entry(account="@mint", amount=-1, balance=-1, type="x")])


async def test_balance_get_gives_the_documented_fields() -> None:
    bench = Bench(accounts=FOUND)
    assert await bench.ask("balance.get", username="alice") == {
        "found": True,
        "username": "Alice",
        "channel": "Room",
        "balance": 500,
        "lifetime_earned": 1000,
        "rank_name": "Grip",
    }


async def test_how_long_a_request_took_is_counted() -> None:
    def told() -> float:
        samples = next(iter(metrics.SECONDS.collect())).samples
        return sum(each.value for each in samples if each.name.endswith("_count") and each.labels == labels)

    labels = {"path": "api", "command": "balance.get"}
    before = told()
    await Bench(accounts=FOUND).ask("balance.get", username="alice")
    assert told() - before == 1


async def test_balance_get_of_nobody_is_only_not_found() -> None:
    assert await Bench(accounts=NOBODY).ask("balance.get", username="ghost") == {"found": False}


@pytest.mark.parametrize("name", ["@mint", "@house", "a b", "x" * 21])
async def test_what_is_no_viewers_name_is_not_even_asked_for(name: str) -> None:
    bench = Bench()
    assert await bench.ask("balance.get", username=name) == {"found": False}
    assert bench.ledger.asked == []


async def test_a_name_of_digits_may_come_as_a_number() -> None:
    bench = Bench(accounts=NOBODY)
    await bench.ask("balance.get", username=123)
    assert json.loads(bench.ledger.of("accounts")[0])["accounts"] == ["123"]


async def test_a_truth_is_no_name() -> None:
    assert await Bench().refused("balance.get", username=True) == "missing_parameter"


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
    bench.clerk.tick(NOON + timedelta(minutes=5))
    await bench.ask("balance.adjust", username="ALICE", amount=5, request_id="r1")
    assert bench.ledger.of("post")[0] == bench.ledger.of("post")[1]


async def test_the_same_request_id_with_other_contents_is_refused() -> None:
    bench = Bench(post=posted(505, 5))
    await bench.ask("balance.adjust", username="alice", amount=5, request_id="r1")
    assert await bench.refused("balance.adjust", username="alice", amount=6, request_id="r1") == "key_conflict"
    assert len(bench.ledger.of("post")) == 1


async def test_two_requests_without_an_id_are_two() -> None:
    bench = Bench(post=posted(505, 5))
    for _ in range(2):
        await bench.ask("balance.adjust", username="alice", amount=5)
    first, second = (json.loads(body)["key"] for body in bench.ledger.of("post"))
    assert first != second


@pytest.mark.parametrize("amount", [0, "0", 0.5, None, "many", [], True, False, float("nan"), float("inf"), 2**53])
async def test_an_amount_that_means_nothing_is_refused(amount: object) -> None:
    bench = Bench(post=posted(505, 5))
    wanted = "missing_parameter" if amount is None else "invalid_parameter"
    assert await bench.refused("balance.adjust", username="alice", amount=amount) == wanted
    assert bench.ledger.asked == []


async def test_too_little_money_is_a_failure_with_the_ledgers_word() -> None:
    bench = Bench(post=Outcome(ok=False, key="k", refusal="insufficient_funds"))
    assert await bench.refused("balance.adjust", username="alice", amount=-5) == "insufficient_funds"


@pytest.mark.parametrize(("amounts", "old"), [((-20,), 70), ((30,), 20), ((), 50)])
async def test_setting_a_balance_tells_the_old_one(amounts: tuple[int, ...], old: int) -> None:
    data = await Bench(post=posted(50, *amounts)).ask("balance.set", username="Alice", amount=50, admin="boss")
    assert data == {"username": "Alice", "channel": "Room", "old_balance": old, "new_balance": 50, "delta": 50 - old}


async def test_a_balance_is_not_set_below_nothing() -> None:
    assert await Bench().refused("balance.set", username="Alice", amount=-1) == "invalid_parameter"


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
    asked = json.loads(bench.ledger.of("leaderboard")[0])
    assert (asked["by"], asked["since"]) == ("earners", "2026-11-22T00:00:00Z")


async def test_the_robot_has_no_place_and_takes_none() -> None:
    rows = [LeaderboardRow(account=name, balance=1, lifetime_earned=0) for name in ("ZCoinBot", "Alice", "Bob")]
    data = await Bench(leaderboard=LeaderboardAnswer(by="rich", rows=rows)).ask("leaderboard", category="rich", limit=2)
    assert [row["username"] for row in data["rows"]] == ["Alice", "Bob"]


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
    assert await Bench().refused("leaderboard", category="poor") == "invalid_parameter"


def test_a_day_begins_where_the_economy_lives() -> None:
    assert day_start(datetime(2026, 7, 1, 22, 30, tzinfo=UTC), ZoneInfo("Europe/Berlin")) == datetime(2026, 7, 1, 22, 0, tzinfo=UTC)


async def test_a_search_takes_wildcards_for_plain_text() -> None:
    bench = Bench(accounts=FOUND)
    data = await bench.ask("balance.search", pattern="%li_", limit=999)
    assert data == {
        "channel": "Room",
        "pattern": "%li_",
        "count": 1,
        "results": [{"username": "Alice", "balance": 500, "lifetime_earned": 1000, "rank_name": "Grip"}],
    }
    assert json.loads(bench.ledger.of("accounts")[0]) == {"containing": "%li_", "limit": 200, "offset": 0}


async def test_a_search_without_a_pattern_is_for_all() -> None:
    bench = Bench(accounts=NOBODY)
    assert (await bench.ask("balance.search"))["pattern"] == ""
    assert json.loads(bench.ledger.of("accounts")[0]) == {"limit": 50, "offset": 0}


async def test_recent_transactions_are_those_of_everybody() -> None:
    bench = Bench(history=HistoryAnswer(found=True, rows=[ROW]))
    data = await bench.ask("transactions.recent", limit=3)
    assert (data["channel"], data["limit"], [row["id"] for row in data["transactions"]]) == ("Room", 3, [7])
    assert json.loads(bench.ledger.of("history")[0]) == {"limit": 3, "offset": 0}


async def test_a_viewers_detail_keeps_the_older_keys() -> None:
    played = [GameTotals(game="spin", rounds=3, wagered=40, won=70), GameTotals(game="challenge", rounds=1, wagered=10, won=0)]
    left = WhyAnswer(obstacle="away", since=NOON + timedelta(hours=1), present_minutes=60, active_minutes=0)
    assert await Bench(accounts=FOUND, totals=TotalsAnswer(games=played), why=left).ask("user.detail", username="alice") == {
        "found": True,
        "username": "Alice",
        "channel": "Room",
        "account": {
            "username": "Alice",
            "channel": "Room",
            "balance": 500,
            "held": 20,
            "lifetime_earned": 1000,
            "lifetime_spent": 300,
            "lifetime_gambled_in": 50,
            "lifetime_gambled_out": 70,
            "rank_name": "Grip",
            "first_seen": "2026-11-22 12:00:00",
            "last_seen": "2026-11-22 13:00:00",
            "economy_banned": False,
            "ban_reason": None,
            "frozen": False,
        },
        "achievements": [],
        "banned": False,
        "gambling": {"total_games": 4, "net_profit": 20},
    }


async def test_who_is_there_was_last_seen_at_the_robots_last_sign() -> None:
    here = WhyAnswer(since=NOON, paid_until=NOON + timedelta(minutes=7), present_minutes=7, active_minutes=0)
    detail = await Bench(accounts=FOUND, totals=TotalsAnswer(games=[]), why=here).ask("user.detail", username="alice")
    assert detail["account"]["last_seen"] == "2026-11-22 12:07:00"


async def test_the_detail_is_told_also_where_earning_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "PRESENCE_SECONDS", 0.01)
    detail = await Bench(accounts=FOUND, totals=TotalsAnswer(games=[])).ask("user.detail", username="alice")
    assert detail["account"]["last_seen"] is None


async def test_of_who_never_played_games_are_not_asked() -> None:
    found = FOUND.model_copy(update={"accounts": [FOUND.accounts[0].model_copy(update={"lifetime_wagered": 0, "lifetime_won": 0})]})
    unseen = WhyAnswer(obstacle="away", present_minutes=0, active_minutes=0)
    assert (await Bench(accounts=found, why=unseen).ask("user.detail", username="alice"))["gambling"] == {}


async def test_the_detail_of_nobody_is_only_not_found() -> None:
    assert await Bench(accounts=NOBODY).ask("user.detail", username="ghost") == {"found": False}


async def test_a_ban_says_whether_it_is_new() -> None:
    bench = Bench(ban=BanAnswer(account="Alice", banned=True, changed=True, reason="spam"))
    data = await bench.ask("user.ban", username="ALICE", reason="spam", admin="boss", request_id="b1")
    assert data == {"username": "Alice", "channel": "Room", "banned": True, "new_ban": True, "reason": "spam"}
    asked = json.loads(bench.ledger.of("ban")[0])
    assert asked == {"key": "api:b1", "account": "ALICE", "at": "2026-11-22T12:00:00Z", "reason": "spam", "actor": "boss"}


async def test_an_unban_says_whether_there_was_a_ban() -> None:
    bench = Bench(unban=BanAnswer(account="Alice", banned=False, changed=False))
    assert await bench.ask("user.unban", username="alice") == {"username": "Alice", "channel": "Room", "banned": False, "was_banned": False}


async def test_what_is_announced_is_said_in_the_room() -> None:
    bench = Bench()
    assert await bench.ask("announce", message="  Film at eight! ") == {"channel": "Room", "sent": True}
    [said] = bench.here.announced
    assert (said.channel, said.lane, said.text, said.kind, said.at) == ("room", "chat", "Film at eight!", "notice", NOON)


@pytest.mark.parametrize("message", [None, "", "  "])
async def test_nothing_is_not_announced(message: object) -> None:
    assert await Bench().refused("announce", message=message) == "missing_parameter"


async def test_a_reload_tells_what_came_of_it() -> None:
    done = Reloaded(
        success=True, version="v2", changed=True, changed_keys=["a.b: 1 -> 2"], restart=["nats"], behind=["ledger"], warnings=["w"]
    )
    assert await Bench(reload=done).ask("config.reload") == {
        "reloaded": True,
        "channels": ["Room", "Annex"],
        "version": "v2",
        "changed": True,
        "changed_keys": ["a.b: 1 -> 2"],
        "restart": ["nats"],
        "behind": ["ledger"],
        "warnings": ["w"],
    }


async def test_a_reload_is_noted_in_every_channel() -> None:
    bench = Bench(reload=Reloaded(success=True))
    await bench.ask("config.reload", admin="Deploy")
    assert [deeds(bench.here.db, room, None, 9) for room in ("room", "annex")] == [[Deed(NOON, "Deploy", "reload")]] * 2


async def test_a_reload_that_was_refused_is_not_noted() -> None:
    bench = Bench(reload=Reloaded(success=False, code="invalid_configuration", problems=["a: is odd"]))
    await bench.answer("config.reload")
    assert deeds(bench.here.db, "room", None, 9) == []


async def test_a_file_with_problems_is_refused_by_their_names() -> None:
    done = Reloaded(success=False, error="2 problems; nothing changed", code="invalid_configuration", problems=["a: is odd", "b: is not"])
    answer = await Bench(reload=done).answer("config.reload")
    assert (answer["code"], answer["error"]) == ("invalid_configuration", "a: is odd; b: is not")


async def test_an_ingest_that_could_not_publish_is_no_fault_of_the_file() -> None:
    done = Reloaded(success=False, error="not published: no server", code="unavailable")
    assert await Bench(reload=done).refused("config.reload") == "unavailable"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0s"), (59.9, "59s"), (60, "1m 0s"), (3725, "1h 2m 5s"), (86_400, "1d 0h 0m 0s"), (90_061, "1d 1h 1m 1s")]
)
def test_a_span_is_told_from_its_largest_unit(seconds: float, words: str) -> None:
    assert human(seconds) == words


async def test_about_tells_what_runs_and_since_when() -> None:
    data = await Bench().ask("system.about")
    assert (set(data), data["uptime_seconds"], data["uptime_human"]) == ({"version", "uptime_seconds", "uptime_human"}, 3725.25, "1h 2m 5s")
