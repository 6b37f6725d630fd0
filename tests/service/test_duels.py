"""Games, ledger and server are killed while viewers duel: every duel ends once, and every stake is where it belongs."""

import asyncio
import random
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nats.errors import Error as NatsError

from libs.common import config, subjects
from libs.common.contracts.base import Contract
from libs.common.contracts.duels import AnswerRequest, ChallengeRequest, WithdrawRequest
from libs.common.contracts.events import Configuration, Tick
from libs.common.contracts.ledger import Line, Open, Posting
from libs.common.contracts.ledger_requests import AccountsRequest
from libs.common.contracts.owners import Asked
from services.games.audit import verify
from services.ledger.audit import audit
from tests.support import script
from tests.support.books import read_messages
from tests.support.house import House
from tests.support.nats import Server
from tests.support.teller import give
from tests.support.waiting import until

PAIRS = [(f"alice{number}", f"Bob{number}") for number in range(4)]
PURSE = 10_000
EACH = 12
VICTIMS: tuple[tuple[str, ...], ...] = (("games",), ("ledger",), ("server",), ("games", "ledger"), ("games", "server"))
ANSWERS = (("accept",), ("accept", "accept"), ("accept", "decline"), ("accept", "withdraw"), ("decline", "withdraw"), ("decline",))
"""What is said to an offer, all at once."""
START = datetime.now(UTC)
OVER = {"settled", "declined", "withdrawn", "expired", "void"}


class Room:
    """Plays ingest and commands for games and ledger."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.raw = 0

    async def happen(self, event: type[Contract], at: datetime, **fields: Any) -> None:
        """Have an event stored; sent again where the server died over it, as it is known by its place."""
        self.raw += 1
        about = {"id": f"event-{self.raw}", "epoch": 1, "raw": self.raw, "channel": subjects.ALL, "at": at}
        happened = event.model_validate(about | fields)

        async def stored() -> bool:
            subject = subjects.event(subjects.ALL, happened.model_dump()["kind"])
            try:
                await (await self.house.client()).jetstream().publish(subject, happened.encode(), timeout=1)
            except (NatsError, TimeoutError):
                return False
            return True

        await until(stored, "the event is stored")

    async def ask(self, verb: str, request: Asked) -> dict[str, Any]:
        """Ask games until they answer, as commands does."""
        subject = subjects.owner("games", script.CHANNEL, verb)
        while True:
            answer = await self.house.request(subject, request.model_dump(mode="json"), timeout_seconds=4)
            if answer is not None and "ok" in answer:
                return answer
            await asyncio.sleep(0.02)

    async def ledger(self, verb: str, request: Contract) -> dict[str, Any]:
        answer = await self.house.request(subjects.ledger(script.CHANNEL, "operator", verb), request.model_dump(mode="json"))
        assert answer is not None
        return answer


async def pair(room: Room, challenger: str, target: str, chance: random.Random) -> Counter[str]:
    """Duel again and again, with every message sent twice or with another one at the same time; the last offer is never answered.

    Give how often what was done, by games' own word.
    """
    done: Counter[str] = Counter()

    def answer(verb: str, key: str) -> Asked:
        user, request = (challenger, WithdrawRequest) if verb == "withdraw" else (target, AnswerRequest)
        return request(user=user, at=START, key=key)

    for number in range(EACH):
        offer = ChallengeRequest(key=f"{challenger}:{number}", user=challenger, at=START, target=target, wager=chance.randint(50, 100))
        offered = await asyncio.gather(*(room.ask("challenge", offer) for _ in range(2)))
        assert offered[0] == offered[1]
        assert offered[0]["ok"], offered
        done["offered"] += 1
        verbs = chance.choice(ANSWERS) if number < EACH - 1 else ()
        told = await asyncio.gather(*(room.ask(verb, answer(verb, f"{offer.key}:{at}")) for at, verb in enumerate(verbs)))
        assert sum(each["ok"] for each in told) == bool(verbs)
        done["settled"] += sum("winner" in each for each in told)
    return done


async def killer(house: House, server: Server, chance: random.Random) -> None:
    for victims in VICTIMS:
        await asyncio.sleep(chance.uniform(0.2, 0.6))
        house.kill(*(name for name in victims if name != "server"))
        if "server" in victims:
            await asyncio.to_thread(server.kill)
            await asyncio.to_thread(server.start)
        house.revive()
        house.start("games", "ledger")


async def test_every_duel_ends_once_whatever_is_killed(tmp_path: Path, nats_server: Server) -> None:
    house = House(tmp_path / "house", nats_server)
    house.configure(gambling={"min_account_age_minutes": 0})
    await house.provision()
    house.start("ledger", "games")
    await house.wait_ready("ledger")
    room, chance = Room(house), random.Random(7)
    settings = config.published(config.load(house.config).settings)
    await room.happen(Configuration, START, version=config.version(settings), settings=settings)
    names = [name for both in PAIRS for name in both]
    lines: list[Line] = [line for name in names for line in (Open(account=name), give(name, PURSE))]
    assert (await room.ledger("post", Posting(key="purses", at=START, lines=lines)))["ok"]

    kills = asyncio.create_task(killer(house, nats_server, chance))
    counts = await asyncio.gather(*(pair(room, *both, random.Random(number)) for number, both in enumerate(PAIRS)))
    await kills
    await house.wait_ready("ledger", "games")

    async def all_over() -> bool:
        await room.happen(Tick, START + timedelta(hours=1), robots={})
        return {state for state, _ in kept(house)} <= OVER

    await until(all_over, "every duel is over", within_seconds=30, every_seconds=0.2)
    duels = Counter(state for state, _ in kept(house))
    done = sum(counts, Counter[str]())
    assert (sum(duels.values()), duels["settled"]) == (done["offered"], done["settled"])
    assert duels["settled"], duels

    async def all_told() -> bool:
        return len(await rounds(room)) >= duels["settled"]

    await until(all_told, "all rounds are told")
    expected = dict.fromkeys(names, PURSE)
    for fact in await rounds(room):
        for player in fact["players"]:
            expected[player["user"]] += player["payout"] - player["wager"]
    accounts = (await room.ledger("accounts", AccountsRequest(accounts=names)))["accounts"]
    await house.close()
    assert {account["account"]: account["balance"] for account in accounts} == expected
    assert [account["held"] for account in accounts] == [0] * len(names)
    assert audit(house.state_dir / "ledger.db") == []
    assert verify(house.state_dir / "games.db", house.state_dir / "ledger.db") == (duels["settled"], [])
    assert verify(house.state_dir / "games.db", house.state_dir / "ledger.db") == (duels["settled"], [])


def kept(house: House) -> list[tuple[str, str]]:
    """Ask the games' database, from the side, how each duel stands."""
    with closing(sqlite3.connect(house.state_dir / "games.db")) as db:
        return db.execute("SELECT state, id FROM duels").fetchall()


async def rounds(room: Room) -> list[dict[str, Any]]:
    """Give each round that was told of, once."""
    told = await read_messages(await room.house.client(), subjects.FACTS)
    return list({message.body["id"]: message.body for message in told}.values())
