"""Commands and the ledger, as processes, on a real NATS server; the test writes the events and reads the answers."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from kryten import KrytenClient
from nats.errors import NoRespondersError

from libs.common.contracts.events import Tick, UserList, Viewer
from libs.common.contracts.ledger import Open, Posting
from tests.support import script
from tests.support.commands_stage import OWNER, Stage
from tests.support.house import API, House
from tests.support.nats import Server
from tests.support.waiting import until


@pytest.fixture(scope="module")
def shared(module_nats_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    house = House(tmp_path_factory.mktemp("house"), module_nats_server)
    house.configure(eligibility={"min_cytube_rank": 200})  # nobody earns: where earning runs, it opens no accounts
    asyncio.run(house.provision())
    house.start("ledger", "commands")
    found = Stage(house)
    asyncio.run(_with_client(found, found.configure()))
    yield found
    house.kill()


@pytest.fixture
async def stage(shared: Stage) -> AsyncIterator[Stage]:
    await shared.open()
    yield shared
    await (await shared.house.client()).close()


async def _with_client(stage: Stage, work: Awaitable[None]) -> None:
    await work
    await (await stage.house.client()).close()


async def test_a_grant_is_paid_told_to_both_and_seen_in_the_balance(stage: Stage) -> None:
    await stage.pm("owner", "grant @Bob 1_000 for the film", OWNER)
    assert await stage.said(2) == [
        ("owner", "Granted 1,000 Z to Bob, who now has 1,000 Z. That is a new account: nobody had one by that name."),
        ("Bob", "owner gave you 1,000 Z: for the film"),
    ]
    await stage.pm("bob", "bal")
    assert (await stage.said(3))[2] == ("bob", "You have 1,000 Z (Z-Coins). Rank: Grip.")


async def test_who_may_not_grant_is_told(stage: Stage) -> None:
    await stage.pm("dave", "grant @dave 5")
    await stage.pm("stranger", "grant @dave 5", None)
    await stage.pm("carol", "dance")
    said = await stage.said(3)
    assert {to for to, _ in said} == {"dave", "stranger", "carol"}
    assert (await stage.data("balance.get", username="dave")) == {"found": False}


async def test_who_is_suspended_by_pm_is_told_so_until_given_back(stage: Stage) -> None:
    await stage.pm("owner", "ban mallory for spam", OWNER)
    await stage.said(2)
    await stage.pm("Mallory", "balance")
    assert (await stage.said(3))[2] == ("Mallory", "Your account is suspended: for spam")
    await stage.pm("owner", "unban @MALLORY", OWNER)
    await stage.said(5)
    await stage.pm("mallory", "balance")
    assert (await stage.said(6))[5] == ("mallory", "You have 0 Z (Z-Coins). Rank: Extra.")


async def test_who_waits_for_the_ledger_keeps_nobody_else_waiting(stage: Stage) -> None:
    stage.house.kill("ledger")
    for number in range(20):
        await stage.pm(f"guest{number}", "history")
    await stage.pm("newcomer", "help")
    assert [to for to, _ in await stage.said(1)] == ["newcomer"]
    stage.house.start("ledger")
    assert len(await stage.said(21)) == 21


async def test_a_wish_to_be_quiet_waits_for_earning_and_is_kept(stage: Stage) -> None:
    await stage.pm("trent", "mute")
    stage.house.start("earning")
    assert "Quiet it is" in (await stage.said(1))[0][1]
    await stage.pm("TRENT", "unquiet")
    assert "'quiet' stops that" in (await stage.said(2))[1][1]
    stage.house.kill("earning")


async def test_every_grant_is_paid_once_and_told_however_often_commands_and_ledger_are_killed(stage: Stage) -> None:
    for number in range(60):
        await stage.pm("owner", f"grant @viewer{number % 7} {number + 1}", OWNER)
        if number in {15, 30}:
            stage.house.kill("commands")
            stage.house.start("commands")
        if number in {20, 45}:
            stage.house.kill("ledger")
            stage.house.start("ledger")
    said = await stage.said(120)
    assert len(said) == 120
    assert sum(1 for to, _ in said if to == "owner") == 60
    for viewer in range(7):
        expected = sum(number + 1 for number in range(60) if number % 7 == viewer)
        assert (await stage.data("balance.get", username=f"viewer{viewer}"))["balance"] == expected


async def test_what_was_asked_while_it_was_away_is_answered_in_order(stage: Stage) -> None:
    stage.house.kill("commands")
    for number in range(20):
        await stage.pm("owner", f"grant @erin {number + 1}", OWNER)
    stage.house.start("commands")
    told = [text for to, text in await stage.said(40) if to == "owner"]
    assert [text.split()[1] for text in told] == [str(number + 1) for number in range(20)]


async def test_an_order_that_came_too_late_moves_nothing(stage: Stage) -> None:
    await stage.pm("owner", "grant @latecomer 5", OWNER, at=datetime.now(UTC) - timedelta(seconds=1000))
    await stage.event(Tick, "@all", robots={})
    [(to, text)] = await stage.said(1)
    assert to == "owner"
    assert "no coins were moved" in text
    assert (await stage.data("balance.get", username="latecomer")) == {"found": False}


async def test_the_api_adjusts_sets_and_lists(stage: Stage) -> None:
    adjusted = await stage.data("balance.adjust", username="Alice", amount=50, reason="why", admin="boss")
    assert adjusted == {"username": "Alice", "channel": script.CHANNEL, "amount": 50, "balance": 50}
    lowered = await stage.data("balance.adjust", username="alice", amount="-20")
    assert lowered == {"username": "Alice", "channel": script.CHANNEL, "amount": -20, "balance": 30}
    to_set = await stage.data("balance.set", username="ALICE", amount=7, admin="boss")
    assert to_set == {"username": "Alice", "channel": script.CHANNEL, "old_balance": 30, "new_balance": 7, "delta": -23}
    listed = await stage.data("transactions.list", username="alice")
    assert [(row["type"], row["amount"], row["trigger_id"]) for row in listed["transactions"]] == [
        ("admin_set_balance", -23, "admin.set_balance"),
        ("admin_adjust", -20, "admin.adjust"),
        ("admin_adjust", 50, "admin.adjust"),
    ]
    assert listed["transactions"][2]["reason"] == "why"


async def test_kryten_pys_own_client_is_answered(stage: Stage) -> None:
    await stage.data("balance.adjust", username="judy", amount=5)
    client = KrytenClient(
        {
            "nats": {"servers": [stage.house.server.url]},
            "channels": [{"domain": script.DOMAIN, "channel": script.CHANNEL}],
            "log_level": "ERROR",
        }
    )
    await client.connect()
    answer = await client.economy_request(script.CHANNEL, "balance.get", {"username": "judy"})
    nobody = await client.economy_request(script.CHANNEL, "balance.get", {"username": "nobody"})
    await client.disconnect()
    assert answer["data"]["balance"] == 5
    assert (nobody["success"], nobody["data"]) == (True, {"found": False})


async def test_a_request_repeated_under_its_id_is_done_once(stage: Stage) -> None:
    same = {"username": "frank", "amount": 50, "request_id": "r1"}
    answers = await asyncio.gather(*(stage.house.api("balance.adjust", **same) for _ in range(50)))
    assert {answer["data"]["balance"] for answer in answers} == {50}
    stage.house.kill("commands")
    stage.house.start("commands")
    await stage.house.wait_ready("commands")
    assert (await stage.data("balance.adjust", **same))["balance"] == 50
    other = await stage.house.api("balance.adjust", **(same | {"amount": 51}))
    assert (other["success"], other["code"]) == (False, "key_conflict")
    assert (await stage.data("balance.get", username="frank"))["balance"] == 50


async def test_leaderboards_come_from_the_books(stage: Stage) -> None:
    await stage.data("balance.adjust", username="Grace", amount=6_000_000)
    rich = await stage.data("leaderboard", category="rich", limit=1)
    assert rich == {
        "channel": script.CHANNEL,
        "category": "rich",
        "rows": [{"username": "Grace", "balance": 6_000_000, "rank_name": "Studio Mogul"}],
    }
    ranks = await stage.data("leaderboard", category="ranks")
    assert ranks["distribution"]["Studio Mogul"] == 1


async def test_what_no_message_can_carry_is_refused_and_what_the_api_wrote_is_listed_whole(stage: Stage) -> None:
    longest = {"reason": "🎬" * 250, "admin": "🎩" * 100}
    for number in range(0, 500, 50):
        asked = (
            stage.data("balance.adjust", username="Peggy", amount=1, request_id=f"{place:🎲>190}", **longest)
            for place in range(number, number + 50)
        )
        await asyncio.gather(*asked)
    listed = await stage.data("transactions.list", username="peggy", limit=500)
    assert [row["reason"] for row in listed["transactions"]] == [longest["reason"]] * 500
    subject = f"economy.ledger.{script.CHANNEL}.operator.history"
    answer = await stage.house.request(subject, {"account": "peggy", "limit": 500})
    assert answer is not None
    assert (answer["ok"], answer["refusal"], answer["code"]) == (False, "answer_too_large", "answer_too_large")


async def test_garbage_is_answered(stage: Stage) -> None:
    for body in (b"", b"\xff", b"[1]", b"null", b"5", b'{"command": "dance"}', b'{"command": "balance.get"}', b"{" * 9999):
        answer = await stage.raw_request(body)
        assert (answer["service"], answer["success"]) == ("economy", False)
        assert set(answer) == {"service", "command", "success", "error", "code"}


async def test_too_little_money_is_a_failure(stage: Stage) -> None:
    await stage.data("balance.adjust", username="heidi", amount=5)
    answer = await stage.house.api("balance.adjust", username="heidi", amount=-6)
    assert (answer["success"], answer["code"]) == (False, "insufficient_funds")


async def test_a_ledger_that_is_just_restarting_is_waited_for(stage: Stage) -> None:
    await stage.data("balance.adjust", username="ivan", amount=5)
    stage.house.kill("ledger")
    asked = asyncio.create_task(stage.data("balance.get", username="ivan"))
    stage.house.start("ledger")
    assert (await asked)["balance"] == 5


async def test_without_a_ledger_the_api_says_so_in_time(stage: Stage) -> None:
    stage.house.kill("ledger")
    answer = await stage.house.api("balance.get", username="alice")
    assert (answer["success"], answer["code"]) == (False, "unavailable")


async def test_an_orderly_stop_answers_every_request_that_came(stage: Stage) -> None:
    client = await stage.house.client()
    done = 0

    async def ask(caller: int) -> None:
        nonlocal done
        body = {"command": "balance.adjust", "channel": script.CHANNEL, "username": f"hand{caller}", "amount": 1}
        while True:
            try:
                answer = await client.request(API, json.dumps(body).encode(), timeout=10)
            except NoRespondersError:  # the server itself says that nobody is there any more
                return
            assert json.loads(answer.data)["success"]
            done += 1

    async def busy() -> bool:
        return done > 100

    callers = [asyncio.create_task(ask(number)) for number in range(10)]
    await until(busy, "requests are being served")
    await asyncio.to_thread(stage.house.stop, "commands", within_seconds=3.5)
    await asyncio.gather(*callers)
    stage.house.start("commands")
    await stage.house.wait_ready("commands")
    hands = (await stage.data("balance.search", pattern="hand"))["results"]
    assert sum(hand["balance"] for hand in hands) == done


async def test_an_orderly_stop_of_the_ledger_answers_every_posting_that_came(stage: Stage) -> None:
    client = await stage.house.client()
    subject = f"economy.ledger.{script.CHANNEL}.operator.post"

    async def ask(caller: int) -> int:
        for number in itertools.count():
            posting = Posting(key=f"stop:{caller}:{number}", at=datetime.now(UTC), lines=[Open(account=f"clerk{caller}")])
            try:
                answer = await client.request(subject, posting.encode(), timeout=10)
            except NoRespondersError:
                return number
            assert json.loads(answer.data)["ok"], answer.data
        return 0

    callers = [asyncio.create_task(ask(number)) for number in range(10)]

    async def busy() -> bool:
        return len((await stage.data("balance.search", pattern="clerk"))["results"]) == len(callers)

    await until(busy, "postings are being done")
    await asyncio.to_thread(stage.house.stop, "ledger", within_seconds=3.5)
    assert all(await asyncio.gather(*callers))


async def test_ping_waits_for_the_whole_economy(stage: Stage) -> None:
    answer = await stage.house.api("system.ping")
    assert (answer["success"], answer["code"]) == (False, "starting")
    assert "ingest" in answer["error"]


async def test_health_tells_how_many_are_there(stage: Stage) -> None:
    users = [Viewer(user=name, rank=1) for name in ("alice", "bob")]
    await stage.event(UserList, users=users)

    async def two_are_there() -> bool:
        return bool((await stage.data("system.health"))["active_sessions"] == len(users))

    await until(two_are_there, "the list is read")
    health = await stage.data("system.health")
    assert set(health) == {"status", "database", "active_sessions", "uptime_seconds", "problems"}
    assert (health["status"], health["database"]) == ("degraded", "connected")


async def test_what_is_announced_under_one_id_is_said_once_also_across_a_kill(stage: Stage) -> None:
    same = {"message": "Film at eight!", "request_id": "film"}
    answers = await asyncio.gather(*(stage.house.api("announce", **same) for _ in range(20)))
    stage.house.kill("commands")
    stage.house.start("commands")
    await stage.house.wait_ready("commands")
    answers.append(await stage.house.api("announce", **same))
    assert {json.dumps(answer["data"]) for answer in answers} == {json.dumps({"channel": script.CHANNEL, "sent": True})}
    await stage.data("announce", message="That is all.")
    assert await stage.said(2) == [(None, "Film at eight!"), (None, "That is all.")]


async def test_a_ban_asked_for_twice_was_new_both_times_and_another_one_is_not(stage: Stage) -> None:
    same = {"username": "Trudy", "reason": "spam", "request_id": "ban"}
    first, second = [await stage.data("user.ban", **same) for _ in range(2)]
    assert first == second == {"username": "Trudy", "channel": script.CHANNEL, "banned": True, "new_ban": True, "reason": "spam"}
    assert (await stage.data("user.ban", username="trudy"))["new_ban"] is False
    assert (await stage.data("user.detail", username="TRUDY"))["banned"] is True
    assert (await stage.data("user.unban", username="trudy"))["was_banned"] is True
    assert (await stage.data("user.unban", username="trudy"))["was_banned"] is False


async def test_the_float_is_the_sum_of_all_balances(stage: Stage) -> None:
    await stage.data("balance.set", username="Niaj", amount=77)
    everybody = await stage.data("balance.search", limit=200)
    money = await stage.data("stats.float")
    assert money["float"] == sum(found["balance"] for found in everybody["results"])
    assert money["accounts"] == everybody["count"]


async def test_a_parameter_of_any_size_is_answered(stage: Stage) -> None:
    for parameters in ({"command": "x" * 900_000}, {"command": "balance.get", "channel": "y" * 900_000}):
        answer = await stage.raw_request(json.dumps(parameters).encode())
        assert answer["success"] is False
