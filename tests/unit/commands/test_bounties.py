"""Bounties by PM: what is asked of the shop, and who is told what."""

from datetime import timedelta
from typing import Any

import pytest

from libs.common.contracts.owners import Asked
from libs.common.contracts.shop.bounties import (
    BountiesAnswer,
    BountyAnswer,
    BountyRequest,
    CancelBountyRequest,
    ClaimBountyAnswer,
    ClaimBountyRequest,
    OpenBounty,
)
from services.commands.handlers import COMMANDS
from services.commands.handlers.shop import bounty as handlers
from services.commands.orders import Errand, Order
from services.commands.registry import Answer, call
from services.commands.replies.shop import bounty as words
from tests.support.commands import NOON, message, rules
from tests.support.front import Front

CURRENCY = rules().currency
NOTHING = Errand("k", b"{}")
OPEN = BountyAnswer(state="open", number=3, amount=500, text="a good pun", creator="Alice", hours=168, refund=250, balance=9_500)
WON = ClaimBountyAnswer(number=3, amount=500, text="a good pun", creator="Alice", winner="Bob", balance=600)


async def order(text: str, rank: float = 1) -> Order | Answer:
    command = COMMANDS.find(text.split(maxsplit=1)[0])
    assert command is not None
    asked: Order | Answer = await command.run(call(command, message(text, rank=rank), rules(), None), None)  # type: ignore[arg-type]
    return asked


async def wanted(text: str, rank: float = 1) -> tuple[str, dict[str, Any]]:
    given = await order(text, rank)
    assert isinstance(given, Order)
    assert isinstance(given.request, Errand)
    request: dict[str, type[Asked]] = {"bounty": BountyRequest, "cancel_bounty": CancelBountyRequest, "claim_bounty": ClaimBountyRequest}
    verb = given.verb.removeprefix("shop.")
    fields = request[verb].model_validate_json(given.request.body).model_dump(exclude={"key", "user", "at", "epoch", "raw"})
    return verb, fields


async def test_what_is_asked_of_the_shop() -> None:
    assert await wanted("bounty 1_000 “a good pun”") == ("bounty", {"amount": 1_000, "text": "“a good pun”"})
    assert await wanted("bounty cancel 3") == ("cancel_bounty", {"number": 3, "by_admin": False})
    assert await wanted("bounty CANCEL 3", rank=5) == ("cancel_bounty", {"number": 3, "by_admin": True})
    assert await wanted("claim_bounty 3 @Bob", rank=5) == ("claim_bounty", {"number": 3, "winner": "Bob"})


async def test_coins_are_written_as_for_a_wager() -> None:
    assert await wanted("bounty 1.5k a good pun") == ("bounty", {"amount": 1_500, "text": "a good pun"})


@pytest.mark.parametrize(("text", "usage"), [("bounty", "bounty amount text"), ("bounty cancel", "bounty cancel number")])
async def test_what_is_missing_is_told_with_how_it_is_written(text: str, usage: str) -> None:
    assert (await Front().told(text)).endswith(f" Use: {usage}")


@pytest.mark.parametrize(
    "text", ["bounty lots fun", "bounty cancel it", "bounty cancel 0", "claim_bounty that @Bob", f"claim_bounty {'9' * 30} @Bob"]
)
async def test_what_can_not_be_read_is_answered_with_how_it_is_written(text: str) -> None:
    answer = await order(text, rank=5)
    assert isinstance(answer, Answer)
    assert answer.outcome == "usage"


def test_who_sets_one_out_is_told_what_it_means() -> None:
    told = handlers.told("Alice", NOTHING, OPEN, CURRENCY).text
    assert told == (
        "Bounty 3 is out: 500 Z for a good pun. It is open for 7 days. If nobody earns it by then, 250 Z come back to you. "
        "You have 9,500 Z left."
    )


def test_who_cancels_one_is_told_and_its_creator_is() -> None:
    own = OPEN.model_copy(update={"state": "cancelled"})
    assert handlers.told("alice", NOTHING, own, CURRENCY) == Answer(
        "Bounty 3 is cancelled. 250 Z came back to you. The other 250 Z are gone."
    )
    other = own.model_copy(update={"refund": 500})
    told = handlers.told("Boss", NOTHING, other, CURRENCY)
    assert (told.text, [note.to for note in told.notes]) == ("Bounty 3 is cancelled. Alice has 500 Z back.", ["Alice"])


def test_all_three_are_told_of_a_claim_each_once() -> None:
    assert [note.to for note in handlers.told_claim("Boss", NOTHING, WON, CURRENCY).notes] == ["Bob", "Alice"]
    assert [note.to for note in handlers.told_claim("alice", NOTHING, WON, CURRENCY).notes] == ["Bob"]


def test_the_list_shows_age_and_time_left() -> None:
    one = OpenBounty(
        number=3, amount=500, text="x" * 61, creator="Alice", made_at=NOON - timedelta(hours=3), ends_at=NOON + timedelta(days=2)
    )
    shown = words.listed(BountiesAnswer(at=NOON, total=17, bounties=[one]), CURRENCY)
    assert shown.splitlines() == [
        "Bounties, newest first:",
        f"3: 500 Z for {'x' * 59}… (Alice, 3 h ago, 2 days left)",
        "and 16 older ones.",
    ]


def test_a_bounty_of_a_moment_ahead_is_no_hour_old() -> None:
    assert words.span(timedelta(seconds=-1)) == "1 min"
