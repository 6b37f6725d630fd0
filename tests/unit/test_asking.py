"""How owners are asked: what can't be read is no answer, and operators hear of it."""

import time

import pytest
from structlog.testing import capture_logs

from libs.common.asking import Ask, UnreachableError, asked_owner
from libs.common.contracts.base import Contract
from libs.common.contracts.health import Failure
from libs.common.contracts.owners import Done


class Told(Done):
    balance: int


def saying(answer: bytes) -> Ask:
    async def ask(_subject: str, _request: Contract | bytes, _seconds: float) -> bytes:
        return answer

    return ask


@pytest.mark.parametrize(("answer", "warnings"), [(b'{"ok":true}', True), (Failure(error="", code="working").encode(), False)])
async def test_an_answer_that_cant_be_read_is_asked_for_again_and_warned_of(answer: bytes, *, warnings: bool) -> None:
    with capture_logs() as logs, pytest.raises(UnreachableError):
        await asked_owner(saying(answer), "economy.shop.room.tip", b"{}", Told, time.monotonic() + 0.01)

    assert [log["answer"] for log in logs] == ["Told"] * bool(warnings)
