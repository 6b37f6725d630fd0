"""Shop and ledger as processes on a real server: two hundred tips under kills, then every coin is proved."""

import asyncio
import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from nats.aio.msg import Msg

from libs.common import config, subjects
from libs.common.contracts.events import Configuration
from libs.common.contracts.ledger import Line, Open, Posting
from libs.common.contracts.owners import Asked
from libs.common.contracts.shop.tips import TipRequest
from libs.common.contracts.shop.vanity import BuyRequest
from tests.support import script
from tests.support.books import read_stream, rows
from tests.support.house import House
from tests.support.nats import Server
from tests.support.teller import give
from tests.support.waiting import until

START = datetime.now(UTC)
VIEWERS = [f"viewer{number}" for number in range(10)]
PURSE, LIMIT, TIP, EACH = 1_000, 500, 30, 20
PUPPET = VIEWERS[1]
"""By what userstats says, another name of the first viewer's."""


class Street:
    """Plays ingest, commands and userstats."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.answered = 0

    async def know(self) -> None:
        """Have the shop learn who is who: then no slow answer of ours lets a puppet pass for somebody else."""
        await (await self.house.client()).subscribe(subjects.USERSTATS_COMMAND, cb=self.tell_aliases)
        self.house.start("shop")
        database = self.house.state_dir / "shop.db"
        await until(lambda: database.exists() and _has_aliases(database), "the shop knows aliases", within_seconds=60)

    async def open(self) -> None:
        """Publish the configuration, give every viewer coins."""
        client = await self.house.client()
        settings = config.published(config.load(self.house.config).settings)
        event = Configuration(id="c", epoch=1, raw=1, channel=subjects.ALL, at=START, version=config.version(settings), settings=settings)
        await client.jetstream().publish(subjects.event(subjects.ALL, event.kind), event.encode())
        lines: list[Line] = [line for name in VIEWERS for line in (Open(account=name), give(name, PURSE))]
        posting = Posting(key="purses", at=START, lines=lines)
        posted = await self.house.request(subjects.ledger(script.CHANNEL, "operator", "post"), posting.model_dump(mode="json"))
        assert posted is not None
        assert posted["ok"]

    async def tell_aliases(self, message: Msg) -> None:
        request = json.loads(message.data)
        owner = VIEWERS[0] if request.get("alias") == PUPPET else None
        data = (
            {"aliases": {VIEWERS[0]: [PUPPET]}} if request["command"] == "alias.list" else {"username": owner, "found": owner is not None}
        )
        await message.respond(json.dumps({"service": "userstats", "success": True, "data": data}).encode())

    async def ask(self, verb: str, request: Asked) -> dict[str, Any]:
        """Ask until there is an answer, as commands does."""
        while True:
            body = request.model_dump(mode="json")
            answer = await self.house.request(subjects.owner("shop", script.CHANNEL, verb), body, timeout_seconds=2)
            if answer is not None and "ok" in answer:
                self.answered += 1
                return answer
            await asyncio.sleep(0.1)  # all at once ask on: oftener they would take the processes' time to start

    async def give_away(self, user: str) -> list[dict[str, Any]]:
        """Tip everybody else in turn, all at once, with every request sent twice."""
        others = [name for name in VIEWERS if name != user]
        requests = [
            TipRequest(key=f"{user}:{number}", user=user, at=START, epoch=1, raw=1, target=others[number % len(others)], amount=TIP)
            for number in range(EACH)
        ]
        asked = [self.ask("tip", request) for request in requests for _ in range(2)]
        answers = await asyncio.gather(*asked)
        assert [first["ok"] for first in answers[::2]] == [second["ok"] for second in answers[1::2]]
        return answers[::2]

    async def progress(self, answers: int) -> None:
        await until(lambda: self.answered >= answers, f"{answers} answers", within_seconds=60, every_seconds=0.005)

    async def balance(self, user: str) -> int:
        answer = await self.house.request(subjects.ledger(script.CHANNEL, "operator", "account"), {"account": user})
        assert answer is not None
        return int(answer["account"]["balance"])


@pytest.fixture
async def street(tmp_path: Path, nats_server: Server) -> AsyncIterator[Street]:
    house = Street(House(tmp_path / "house", nats_server))
    house.house.configure(tipping={"min_account_age_minutes": 0, "max_per_day": LIMIT})
    await house.house.provision()
    house.house.start("ledger")
    await house.know()
    await house.house.wait_ready("ledger")
    yield house
    await house.house.close()


def _has_aliases(database: Path) -> bool:
    try:
        return bool(rows(database, "SELECT 1 FROM aliases_told"))
    except sqlite3.OperationalError:  # it is only being made
        return False


async def test_two_hundred_tips_under_kills_lose_no_coin_and_pass_no_limit(street: Street, nats_server: Server) -> None:
    await street.open()
    house = street.house
    giving = asyncio.gather(*(street.give_away(user) for user in VIEWERS))
    for answered, victims in ((20, ("shop",)), (120, ("ledger",)), (220, ("shop", "ledger"))):
        await street.progress(answered)
        house.kill(*victims)
        house.start("ledger", "shop")
    await street.progress(300)
    nats_server.kill()
    nats_server.start()
    answers = dict(zip(VIEWERS, await giving, strict=True))

    given: Counter[str] = Counter()
    received: Counter[str] = Counter()
    for user, theirs in answers.items():
        for answer in theirs:
            if answer["ok"]:
                given[user] += TIP
                received[answer["target"]] += TIP
    assert set(given.values()) == {LIMIT // TIP * TIP}, "everybody gave what the limit allows"
    assert [await street.balance(user) for user in VIEWERS] == [PURSE - given[user] + received[user] for user in VIEWERS]
    declined = {answer["code"] for theirs in answers.values() for answer in theirs if not answer["ok"]}
    assert declined == {"tip_limit", "tip_alias"}
    assert not any(answer["ok"] and answer["target"] == PUPPET for answer in answers[VIEWERS[0]])

    greeting: dict[str, Any] = {"key": "greeting", "user": VIEWERS[2], "at": START, "item": "custom_greeting", "value": "Make way!"}
    bought, again = [await street.ask("buy", BuyRequest(**greeting)) for _ in range(2)]
    assert bought == again
    assert await street.balance(VIEWERS[2]) == bought["balance"]

    async def told() -> bool:
        facts = await read_stream(await house.client(), subjects.FACTS)
        return [json.loads(message.body)["item"] for message in facts] == ["custom_greeting"]

    await until(told, "the purchase is told once")
    assert house.audit().returncode == 0
