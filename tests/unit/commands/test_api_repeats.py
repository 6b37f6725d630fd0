"""A `request_id` stands for one request, over all commands, channels and viewers."""

import json
from typing import Any

import pytest

from libs.common.contracts.ledger import Entry, Outcome
from libs.common.contracts.ledger_requests import BanAnswer
from tests.support.api import Bench

DONE = Outcome(ok=True, key="k", number=1, entries=[Entry(account="Alice", amount=5, balance=505, type="admin_adjust")])
BANNED = BanAnswer(account="Alice", banned=True, changed=True)
FIRST: dict[str, dict[str, Any]] = {
    "balance.adjust": {"username": "alice", "amount": 5, "reason": "why", "admin": "boss"},
    "balance.set": {"username": "alice", "amount": 5},
    "user.ban": {"username": "alice", "reason": "why", "admin": "boss"},
    "user.unban": {"username": "alice", "reason": "why"},
    "announce": {"message": "hello"},
}


def bench() -> Bench:
    return Bench(post=DONE, ban=BANNED, unban=BANNED)


def sent(here: Bench) -> list[bytes]:
    """Give everything the ledger or the announcer was asked to do."""
    return [body for _, body in here.ledger.asked] + [said.encode() for said in here.here.announced]


@pytest.mark.parametrize("command", FIRST)
async def test_a_repetition_gets_the_same_answer(command: str) -> None:
    here = bench()
    first = await here.answer(command, **FIRST[command], request_id="r1")
    assert await here.answer(command, **FIRST[command], request_id="r1") == first


@pytest.mark.parametrize("command", FIRST)
async def test_a_repetition_asks_for_the_very_same_thing(command: str) -> None:
    here = bench()
    await here.ask(command, **FIRST[command], request_id="r1")
    await here.ask(command, **FIRST[command], request_id="r1")
    assert len(set(sent(here))) == 1


async def test_what_is_announced_twice_under_one_id_is_said_once() -> None:
    here = bench()
    for _ in range(3):
        await here.ask("announce", message="hello", request_id="r1")
    assert [said.id for said in here.here.announced] == ["api:r1"]


async def test_what_means_the_same_is_a_repetition() -> None:
    here = bench()
    await here.ask("balance.adjust", username="alice", amount=5, admin="system", request_id="r1")
    assert (await here.answer("balance.adjust", username=" ALICE ", amount="5", reason=" ", request_id="r1"))["success"]


@pytest.mark.parametrize(
    ("command", "other"),
    [
        ("balance.adjust", {"username": "bob"}),
        ("balance.adjust", {"amount": 6}),
        ("balance.adjust", {"reason": "because"}),
        ("balance.adjust", {"admin": "chef"}),
        ("balance.adjust", {"channel": "Annex"}),
        ("user.ban", {"username": "bob"}),
        ("user.ban", {"reason": "because"}),
        ("user.ban", {"channel": "Annex"}),
        ("announce", {"message": "bye"}),
        ("announce", {"channel": "Annex"}),
    ],
)
async def test_the_same_id_with_anything_else_is_a_conflict(command: str, other: dict[str, Any]) -> None:
    here = bench()
    await here.ask(command, **FIRST[command], request_id="r1")
    before = sent(here)
    assert await here.refused(command, **{**FIRST[command], **other}, request_id="r1") == "key_conflict"
    assert sent(here) == before


async def test_an_id_stands_for_one_command() -> None:
    here = bench()
    await here.ask("user.ban", username="alice", request_id="r1")
    assert await here.refused("user.unban", username="alice", request_id="r1") == "key_conflict"


async def test_what_the_ledger_refused_may_be_asked_again_under_the_same_id() -> None:
    here = Bench(post=Outcome(ok=False, key="k", refusal="insufficient_funds"))
    assert await here.refused("balance.adjust", username="alice", amount=-5, request_id="r1") == "insufficient_funds"
    here.ledger.answers["post"] = DONE
    assert (await here.answer("balance.adjust", username="alice", amount=-5, request_id="r1"))["success"]


@pytest.mark.parametrize("command", FIRST)
async def test_without_an_id_a_second_request_is_a_second_request(command: str) -> None:
    here = bench()
    for _ in range(2):
        await here.ask(command, **FIRST[command])
    keys = {json.loads(body).get("key") or json.loads(body)["id"] for body in sent(here)}
    assert len(keys) == 2
