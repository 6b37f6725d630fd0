"""Whatever comes is answered, in the documented envelope, with a code of the closed set."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import Outcome
from libs.common.contracts.ledger_requests import AccountsAnswer, HistoryAnswer, HistoryRow, Refused
from libs.common.contracts.owners import Declined
from libs.common.unit import Unit
from services.commands.api import COMMANDS, codes, desk
from services.commands.api.answering import AT_ONCE_MAX
from services.commands.api.parameters import REASON_CHARACTERS_MAX
from tests.support.api import Bench
from tests.support.commands import NOON, Here

T = TypeVar("T")

NOBODY = AccountsAnswer(total=0)
HUGE = "x" * 200_000


def is_an_envelope(answer: dict[str, Any]) -> bool:
    if answer["service"] != "economy":
        return False
    if answer["success"] is True:
        return set(answer) == {"service", "command", "success", "data"} and isinstance(answer["data"], dict)
    known = answer["code"] in codes.ALL and bool(answer["error"])
    return set(answer) == {"service", "command", "success", "error", "code"} and answer["success"] is False and known


@pytest.mark.parametrize(
    ("body", "command", "code"),
    [
        (b"", None, "invalid_request"),
        (b"\xff\xfe", None, "invalid_request"),
        ('{"command": "system.about"}'.encode("utf-16"), None, "invalid_request"),
        (b"[1]", None, "invalid_request"),
        (b"null", None, "invalid_request"),
        (b"[" * 100_000, None, "invalid_request"),
        (b'{"a":' * 100_000, None, "invalid_request"),
        (b"9" * 5_000, None, "invalid_request"),
        (b"{}", None, "missing_parameter"),
        (b'{"command": 5}', None, "missing_parameter"),
        (b'{"command": ""}', "", "missing_parameter"),
        (b'{"command": "dance"}', "dance", "unknown_command"),
        (b'{"command": "dance", "command": "jump"}', "jump", "unknown_command"),
        (b'{"command": "\\ud800"}', "?", "unknown_command"),
        (b'{"command": "balance.get", "username": "a"}', "balance.get", "missing_parameter"),
        (b'{"command": "balance.get", "username": "a", "channel": "elsewhere"}', "balance.get", "unknown_channel"),
        (b'{"command": "balance.get", "username": "a", "channel": "\\udfff"}', "balance.get", "unknown_channel"),
        (b'{"command": "balance.get", "username": "a", "channel": 5}', "balance.get", "missing_parameter"),
        (b'{"command": "balance.get", "channel": "Room"}', "balance.get", "missing_parameter"),
        (b'{"command": "balance.get", "channel": "Room", "username": {}}', "balance.get", "missing_parameter"),
        (b'{"command": "balance.get", "channel": "Room", "username": "\\ud800"}', "balance.get", "invalid_parameter"),
        (b'{"command": "balance.get", "channel": "Room", "username": "a\\u0000b"}', "balance.get", "invalid_parameter"),
        (b'{"command": "announce", "channel": "Room", "message": "a\\u0000b"}', "announce", "invalid_parameter"),
        (b'{"command": "announce", "channel": "Room", "message": ["a"]}', "announce", "invalid_parameter"),
    ],
)
async def test_what_can_not_be_served_is_refused_with_a_code(body: bytes, command: str | None, code: str) -> None:
    answer = await Bench().raw(body)
    assert (answer["command"], answer["code"]) == (command, code)
    assert is_an_envelope(answer)


@pytest.mark.parametrize(
    "body",
    [
        {"command": HUGE},
        {"command": "balance.get", "channel": HUGE},
        {"command": "balance.get", "channel": "Room", "username": HUGE},
        {"command": "balance.adjust", "channel": "Room", "username": HUGE, "amount": 1},
        {"command": "balance.adjust", "channel": "Room", "username": "a", "amount": HUGE},
        {"command": "balance.adjust", "channel": "Room", "username": "a", "amount": 1, "reason": HUGE},
        {"command": "leaderboard", "channel": "Room", "category": HUGE},
    ],
)
async def test_a_huge_request_gets_no_huge_answer(body: dict[str, Any]) -> None:
    answer = await Bench().api.answer(json.dumps(body).encode())
    assert len(answer) < 1_000


@given(st.binary(max_size=200))
async def test_garbage_gets_an_envelope(body: bytes) -> None:
    assert is_an_envelope(await Bench().raw(body))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = sorted({parameter.name for command in COMMANDS.values() for parameter in command.parameters})
OWNERS_VERBS = (
    "admin_rain",
    "event_start",
    "event_stop",
    "events",
    "inflation",
    "queue_preview",
    "queue_refund",
    "resync_colors",
    "set_rank",
    "triggers",
)
"""Silence would be waited for."""


@settings(max_examples=100)
@given(st.sampled_from(sorted(COMMANDS)), st.dictionaries(st.sampled_from(NAMES), JSON))
async def test_any_command_with_any_parameters_gets_an_envelope(command: str, parameters: dict[str, Any]) -> None:
    answers = {"accounts": NOBODY, "post": Outcome(ok=False, key="k", refusal="banned")}
    ledger = dict.fromkeys(("history", "leaderboard", "stats", "ban", "unban"), Refused(refusal="invalid"))
    bench = Bench(**answers, **ledger, **dict.fromkeys(OWNERS_VERBS, Declined(code="off")))
    if command in {"system.ping", "system.health", "config.reload"}:
        return  # they take no parameters, and wait for others
    answer = await bench.answer(command, **parameters)
    assert is_an_envelope(answer)
    assert answer.get("code") != "internal_error"


async def test_a_mistake_of_ours_is_told_as_such() -> None:
    def broken(_body: bytes) -> Contract:
        raise ZeroDivisionError

    assert await Bench(history=broken).refused("transactions.list", username="alice") == "internal_error"


async def test_the_ledgers_refusal_is_the_code() -> None:
    assert await Bench(history=Refused(refusal="not_allowed", detail="no")).refused("transactions.recent") == "not_allowed"


async def test_an_answer_no_message_can_carry_is_refused() -> None:
    bench = Bench(accounts=NOBODY)
    bench.bytes_max = 100
    assert await bench.refused("balance.search", pattern="x" * 90) == "answer_too_large"


async def test_what_comes_beyond_the_bound_is_told_to_come_back() -> None:
    bench = Bench(accounts=NOBODY)
    asked = [("balance.get", {"username": "a"})] * (AT_ONCE_MAX + 3)
    answers = await bench.all_at_once(*asked)
    assert [answer.get("code") for answer in answers] == [None] * AT_ONCE_MAX + ["busy"] * 3
    assert (await bench.answer("balance.get", username="a"))["success"]


async def test_a_silent_ledger_is_told_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "WAIT_SECONDS", 0.05)
    assert await Bench().refused("transactions.recent") == "unavailable"


@pytest.mark.parametrize("command", ["user.ban", "balance.adjust"])
async def test_of_what_a_silent_ledger_was_told_to_do_nobody_says_it_was_not_done(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "WAIT_SECONDS", 0.05)
    assert await Bench().refused(command, username="alice", amount=5) == "unknown_outcome"


class _Full(Here):
    """A database that takes nothing for now."""

    async def write(self, work: Callable[[Unit], T]) -> T:
        del work
        forever: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        return await forever


@pytest.mark.parametrize(
    ("command", "code"), [("balance.adjust", "unavailable"), ("user.ban", "unavailable"), ("announce", "unknown_outcome")]
)
async def test_a_database_that_takes_nothing_keeps_nobody_waiting(command: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "WAIT_SECONDS", 0.05)
    bench = Bench()
    bench.here.__class__ = _Full
    assert await bench.refused(command, username="alice", amount=5, message="hello", request_id="r1") == code


def test_every_code_has_its_meaning() -> None:
    assert set(codes.MEANINGS) == codes.ALL


@pytest.mark.parametrize("character", ["😀", '"', "\n"])
async def test_five_hundred_transactions_fit_into_a_message_whatever_their_reasons_are(character: str) -> None:
    row = HistoryRow(
        id=2**53,
        number=2**53,
        key="k" * 200,
        at=NOON,
        caller="commands",
        account="x" * 20,
        amount=-(2**53),
        balance=2**53,
        type="admin_set_balance",
        trigger="admin.set_balance",
        reason="r" + character * (REASON_CHARACTERS_MAX - 2) + "r",
        related="x" * 20,
    )
    found = HistoryAnswer(found=True, rows=[row] * 500)
    bench = Bench(history=found)
    bench.bytes_max = len(found.encode()) * 2
    answer = await bench.api.answer(b'{"command": "transactions.recent", "channel": "Room", "limit": 500}')
    assert max(len(found.encode()), len(answer)) < 1024 * 1024
