"""Ledger and server are killed again and again; no coin is lost, made twice, or made from nothing."""

import asyncio
import random
from pathlib import Path

import pytest
from nats.errors import Error as NatsError

from libs.common import subjects
from libs.common.contracts.ledger import Open, Posting
from services.ledger.audit import audit
from tests.service.test_ledger import AT, Desk
from tests.support.books import last_sequence, read_messages
from tests.support.house import House
from tests.support.nats import Server
from tests.support.teller import give, pay
from tests.support.waiting import until

VIEWERS = [f"viewer{number}" for number in range(8)]
ROUNDS = 6
EACH = 60


async def asked(desk: Desk, posting: Posting) -> tuple[bool, int | None, str | None]:
    """Ask until there is an answer, as a patient client does; then ask once more."""
    answers: list[tuple[bool, int | None, str | None]] = []
    while len(answers) < 2:
        try:
            answer = await desk.ask("post", posting)
        except (NatsError, OSError, TimeoutError):
            await asyncio.sleep(0.05)
            continue
        if answer.get("code") != "internal_error":
            answers.append((answer["ok"], answer.get("number"), answer.get("refusal")))
    assert not answers[0][0] or answers[0] == answers[1]
    # What was refused may be tried again: the last answer is the truth.
    return answers[-1]


async def client(desk: Desk, name: str, chance: random.Random) -> int:
    """Earn by lists and spend by requests; give what was spent."""
    spent = 0
    for number in range(EACH):
        earned = Posting(key=f"earn:{name}:{number}", at=AT, lines=[Open(account=name), give(name, 3, "earn")])
        for _ in range(chance.choice((1, 1, 2))):
            while True:
                try:
                    await desk.send(earned)
                    break
                except (NatsError, OSError, TimeoutError):
                    await asyncio.sleep(0.05)
        ok, _, _ = await asked(desk, Posting(key=f"spend:{name}:{number}", at=AT, lines=[pay(name, "@burn", 2)]))
        spent += 2 if ok else 0
    return spent


@pytest.mark.slow
async def test_no_coin_is_lost_whatever_is_killed(tmp_path: Path, nats_server: Server) -> None:
    house = House(tmp_path / "house", nats_server)
    house.configure()
    await house.provision()
    desk = Desk(house, await house.client())
    await desk.start()
    chance = random.Random(7)
    clients = [asyncio.create_task(client(desk, name, chance)) for name in VIEWERS]
    for number in range(ROUNDS):
        await asyncio.sleep(chance.uniform(0.3, 1.2))
        victims = ("ledger", "server", "both")[number % 3]
        if victims in {"ledger", "both"}:
            house.kill("ledger")
        if victims in {"server", "both"}:
            await asyncio.to_thread(nats_server.kill)
            await asyncio.to_thread(nats_server.start)
        house.revive()
        house.start("ledger")
    await house.wait_ready("ledger")
    spent = dict(zip(VIEWERS, await asyncio.gather(*clients), strict=True))

    async def all_earned() -> bool:
        return [await desk.balance(name) for name in VIEWERS] == [3 * EACH - spent[name] for name in VIEWERS]

    await until(all_earned, "every coin earned and spent is in the books", 30)
    wanted = len(VIEWERS) * (1 + EACH) + sum(spent.values()) // 2

    async def all_told() -> bool:
        return await last_sequence(desk.nats, subjects.TRANSACTIONS) >= wanted

    await until(all_told, "all transactions are told", 30)
    told = [message.body["number"] for message in await read_messages(desk.nats, subjects.TRANSACTIONS)]
    await house.close()
    assert told == list(range(1, wanted + 1))
    assert audit(house.state_dir / "ledger.db") == []
