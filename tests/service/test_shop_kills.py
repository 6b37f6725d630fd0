"""Payments for the queue as another program makes them, and a bounty: repeated, at once, and while everything is killed."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from libs.common import subjects
from libs.common.contracts.events import Tick
from services.ledger.audit import audit
from tests.support.books import read_messages
from tests.support.commands_stage import Stage
from tests.support.house import API, House
from tests.support.nats import Server
from tests.support.waiting import until

SERVICES = ("ledger", "shop", "commands")
VIEWERS = [f"viewer{number}" for number in range(20)]
COINS = 100_000
PRICE = 250
KILLS = 6


@pytest.fixture(scope="module")
def shared(module_nats_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    house = House(tmp_path_factory.mktemp("house"), module_nats_server)
    spending = {"queue_cooldown_minutes": 0, "max_queues_per_day": 1_000}
    house.configure(spending=spending, ranks={"spend_discount_per_rank": 0}, eligibility={"min_cytube_rank": 200})
    found = Stage(house)
    asyncio.run(_open(found))
    yield found
    house.kill()


async def _open(stage: Stage) -> None:
    await stage.house.provision()
    stage.house.start(*SERVICES)
    await stage.configure()
    await stage.house.wait_ready(*SERVICES)
    for name in VIEWERS:
        await stage.data("balance.set", username=name, amount=COINS)
    await (await stage.house.client()).close()


@pytest.fixture
async def house(shared: Stage) -> AsyncIterator[House]:
    yield shared.house
    await (await shared.house.client()).close()


async def pay(house: House, id_: str, user: str = VIEWERS[0]) -> dict[str, Any]:
    return await house.api("spending.queue", username=user, duration_sec=600, request_id=id_)


async def give_back(house: House, id_: str, user: str = VIEWERS[0]) -> dict[str, Any]:
    return await house.api("spending.queue_refund", username=user, request_id=id_, reason="add_failed")


async def balance(house: House, user: str = VIEWERS[0]) -> int:
    found: int = (await house.api("balance.get", username=user))["data"]["balance"]
    return found


async def test_ten_of_one_payment_at_once_are_one(house: House) -> None:
    before = await balance(house)
    answers = [answer["data"] for answer in await asyncio.gather(*(pay(house, "ten") for _ in range(10)))]

    assert [answer["cost_z"] for answer in answers] == [PRICE] * 10
    assert sum(answer.get("idempotent_replay", False) for answer in answers) == 9
    assert await balance(house) == before - PRICE


async def test_fifty_payments_at_once_and_each_of_their_refunds_five_times(house: House) -> None:
    before = await balance(house)
    await asyncio.gather(*(_patient(house, f"fifty-{number}", VIEWERS[0]) for number in range(50)))
    assert await balance(house) == before - 50 * PRICE

    given = await asyncio.gather(*(give_back(house, f"fifty-{number}", VIEWERS[number]) for number in range(20) for _ in range(5)))
    assert all(answer["success"] for answer in given)
    assert sum(answer["data"].get("idempotent_replay", False) for answer in given) == 80
    assert await balance(house) == before - 30 * PRICE
    assert (await pay(house, "fifty-1"))["code"] == "refunded"


async def test_nothing_is_paid_twice_or_lost_whatever_is_killed(house: House, module_nats_server: Server) -> None:
    before = {name: await balance(house, name) for name in VIEWERS}
    clients = [asyncio.create_task(_patient(house, f"kill-{number}", VIEWERS[number % len(VIEWERS)])) for number in range(200)]
    chance = random.Random(11)
    for number in range(KILLS):
        await asyncio.sleep(chance.uniform(0.02, 0.2))
        if number % 3 == 2:
            module_nats_server.kill()
            module_nats_server.start()  # not by another thread: the server ends with the one that started it
        else:
            house.kill(("shop", "ledger")[number % 3])
        house.revive()
        house.start(*SERVICES)
    asked = await asyncio.gather(*clients)

    assert sum(asked) > len(asked), "somebody had to ask again"
    assert {name: before[name] - await balance(house, name) for name in VIEWERS} == dict.fromkeys(VIEWERS, 10 * PRICE)

    async def all_told() -> bool:
        told = await read_messages(await house.client(), subjects.FACTS)
        return {message.body["id"] for message in told} >= {f"queue:kill-{number}" for number in range(200)}

    await until(all_told, "every sale is told")
    assert audit(house.state_dir / "ledger.db") == []


async def test_an_open_bounty_outlives_everything_and_ends_once(shared: Stage, house: House, module_nats_server: Server) -> None:
    user = VIEWERS[-1]
    before = await balance(house, user)
    await shared.pm(user, "bounty 500 “a good pun”")
    await until(lambda: _held(house, user, 500), "the bounty's coins are held")
    house.kill(*SERVICES)
    module_nats_server.kill()
    module_nats_server.start()
    house.start(*SERVICES)
    for hours in (169, 170):
        await shared.event(Tick, "@all", at=datetime.now(UTC) + timedelta(hours=hours), robots={})
        await until(lambda: _held(house, user, 0), "the bounty has ended")
        assert await balance(house, user) == before - 250


async def _held(house: House, user: str, coins: int) -> bool:
    """Tell whether so many coins of a viewer's are held; nobody may be there to say so yet."""
    wanted = {"command": "user.detail", "channel": house.settings["channels"][0]["channel"], "username": user}
    answer = await house.request(API, wanted)
    return answer is not None and answer["success"] and answer["data"]["account"]["held"] == coins


async def _patient(house: House, id_: str, user: str) -> int:
    """Ask until it is paid, as a program with a retry does; give how often that was."""
    for times in count(1):
        answer = await house.request(API, _payment(house, id_, user))
        if answer is not None and answer["success"]:
            return times
        assert answer is None or answer["code"] in {"unknown_outcome", "unavailable", "starting", "internal_error"}, answer
        await asyncio.sleep(0.1)
    raise AssertionError


def _payment(house: House, id_: str, user: str) -> dict[str, Any]:
    channel = house.settings["channels"][0]["channel"]
    return {"command": "spending.queue", "channel": channel, "username": user, "duration_sec": 600, "request_id": id_}
