"""Ranks as viewers are told of them: one source for every door."""

from libs.common.contracts.facts import RankHeld
from libs.common.contracts.ledger import AccountState
from libs.common.contracts.ledger_requests import AccountsAnswer
from libs.common.reader import Message
from services.commands.ladder import Ladder
from tests.support.api import Bench
from tests.support.commands import NOON, Here, database, rules
from tests.support.front import Front

FACT = RankHeld(id="f", channel="room", user="Alice", rank="Producer", tier=6, cause="given", at=NOON)


async def hear(ladder: Ladder, here: Here) -> None:
    message = Message("ECONOMY_FACTS", 1, "economy.facts.room.rank", b"", NOON)
    await here.write(lambda unit: ladder.hear(unit, FACT, message))


async def test_what_earning_told_holds_from_then_on() -> None:
    ladder, here = Ladder(), Here(database())
    assert ladder.rung("room", "alice", 0, rules()) == 0
    await hear(ladder, here)

    assert ladder.rung("room", "alice", 0, rules()) == 6


async def test_it_holds_after_a_restart_too() -> None:
    here = Here(database())
    await hear(Ladder(), here)
    ladder = Ladder()
    await here.write(ladder.restore)

    assert ladder.rung("room", "ALICE", 0, rules()) == 6


async def test_a_balance_tells_the_rank_that_is_held() -> None:
    front = Front()
    front.teller.viewers(Alice=5)
    front.clerk.ladder.tell("room", "Alice", "Producer")

    assert (await front.told("balance")).endswith("Rank: Producer.")
    assert await front.told("top ranks") == "Ranks:\nProducer: 1"


def test_each_channel_has_ranks_of_its_own() -> None:
    ladder = Ladder()
    ladder.tell("room", "Alice", "Producer")

    assert ladder.rung("annex", "Alice", 0, rules()) == 0


async def test_the_api_tells_the_rank_that_is_held() -> None:
    account = AccountState(account="Alice", balance=5, held=0, lifetime_earned=0, lifetime_spent=0, opened_at=NOON)
    bench = Bench(accounts=AccountsAnswer(total=1, accounts=[account]))
    bench.clerk.ladder.tell("room", "Alice", "Producer")

    assert (await bench.ask("balance.get", username="alice"))["rank_name"] == "Producer"
