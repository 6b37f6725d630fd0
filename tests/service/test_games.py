"""Games and ledger as processes on a real server: a busy evening under kills, then every coin and every draw is proved."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from libs.common import config, subjects
from libs.common.contracts.base import Contract
from libs.common.contracts.events import Configuration
from libs.common.contracts.facts import Round
from libs.common.contracts.games import ChannelTotalsRequest, FlipRequest, SpinRequest
from libs.common.contracts.ledger import Line, Open, Posting
from libs.common.contracts.owners import Asked
from tests.support import script
from tests.support.books import read_stream
from tests.support.house import House
from tests.support.nats import Server
from tests.support.teller import give
from tests.support.waiting import until

START = datetime.now(UTC)
VIEWERS = [f"viewer{number}" for number in range(10)]
PURSE = 2_000
EACH = 12


class Room:
    """Plays ingest and commands."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def open(self) -> None:
        """Publish the configuration, and give every viewer coins."""
        settings = config.published(config.load(self.house.config).settings)
        event = Configuration(id="c", epoch=1, raw=1, channel=subjects.ALL, at=START, version=config.version(settings), settings=settings)
        await (await self.house.client()).jetstream().publish(subjects.event(subjects.ALL, event.kind), event.encode())
        lines: list[Line] = [line for name in VIEWERS for line in (Open(account=name), give(name, PURSE))]
        posting = Posting(key="purses", at=START, lines=lines)
        posted = await self.house.request(subjects.ledger(script.CHANNEL, "operator", "post"), posting.model_dump(mode="json"))
        assert posted is not None
        assert posted["ok"]

    async def ask(self, verb: str, request: Asked) -> dict[str, Any]:
        """Ask until there is an answer, as commands does."""
        while True:
            answer = await self.house.request(subjects.owner("games", script.CHANNEL, verb), plain(request), timeout_seconds=2)
            if answer is not None and "ok" in answer:
                return answer
            await asyncio.sleep(0.02)

    async def evening(self, user: str) -> dict[str, dict[str, Any]]:
        """Play, with every message sent twice; give the answers by their keys."""
        answers = {}
        for number in range(EACH):
            about: dict[str, Any] = {"key": f"{user}:{number}", "user": user, "at": START, "raw": 1, "epoch": 1}
            verb, request = ("flip", FlipRequest(**about, wager=10)) if number % 2 else ("spin", SpinRequest(**about, wager=20))
            first, second = await asyncio.gather(*(self.ask(verb, request) for _ in range(2)))
            assert first == second
            answers[request.key] = first
        return answers


def plain(message: Contract) -> dict[str, Any]:
    return message.model_dump(mode="json")


@pytest.fixture
async def room(tmp_path: Path, nats_server: Server) -> AsyncIterator[Room]:
    house = House(tmp_path / "house", nats_server)
    free = {"cooldown_seconds": 0}
    house.configure(gambling={"min_account_age_minutes": 0, "spin": free, "flip": free})
    await house.provision()
    house.start("ledger", "games")
    await house.wait_ready("ledger")
    yield Room(house)
    await house.close()


async def test_kills_cost_no_coin_and_change_no_draw(room: Room) -> None:
    await room.open()
    playing = asyncio.gather(*(room.evening(user) for user in VIEWERS))
    for victims in (("games",), ("ledger",), ("games", "ledger")):
        await asyncio.sleep(0.3)
        room.house.kill(*victims)
        room.house.start("ledger", "games")
    answers = {key: answer for evening in await playing for key, answer in evening.items()}
    await room.house.wait_ready("ledger", "games")

    wagered, paid = (sum(answer[what] for answer in answers.values()) for what in ("wager", "payout"))
    house = room.house
    about: dict[str, Any] = {"key": "t", "user": "api", "at": START}
    totals = (await room.ask("channel_totals", ChannelTotalsRequest(**about)))["games"]
    assert [sum(game[what] for game in totals) for what in ("rounds", "wagered", "won")] == [len(VIEWERS) * EACH, wagered, paid]
    balances = [await balance(room, user) for user in VIEWERS]
    assert sum(balances) == len(VIEWERS) * PURSE - wagered + paid

    async def all_told() -> bool:
        return len(await facts(house)) == len(answers)

    await until(all_told, "every round is told once")
    told = {fact.id: (fact.players[0].wager, fact.players[0].payout) for fact in await facts(house)}
    assert told == {key: (answer["wager"], answer["payout"]) for key, answer in answers.items()}
    assert house.audit().returncode == 0
    proved = house.command("verify-fair", "--config", str(house.config), "--state-dir", str(house.state_dir))
    assert (proved.returncode, proved.stdout.split()[0]) == (0, str(len(answers))), proved


async def balance(room: Room, user: str) -> int:
    answer = await room.house.request(subjects.ledger(script.CHANNEL, "operator", "account"), {"account": user})
    assert answer is not None
    return int(answer["account"]["balance"])


async def facts(house: House) -> list[Round]:
    return [Round.model_validate_json(message.body) for message in await read_stream(await house.client(), subjects.FACTS)]
