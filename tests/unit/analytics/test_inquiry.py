"""Questions about the history wait in a line that has an end."""

import asyncio
import json
from pathlib import Path

import pytest

from libs.common import subjects
from libs.common.contracts.analytics import ReportAnswer
from libs.common.contracts.base import Contract
from libs.common.contracts.health import Failure
from libs.common.durable import Request
from services.analytics import inquiry
from services.analytics.inquiry import WAITING_MAX, Inquiry
from tests.support.told import CHANNEL, earned, load

STATS = Request(subjects.owner("analytics", CHANNEL, "stats"), b"{}")


def codes(answers: list[Contract]) -> list[str]:
    return [answer.code if isinstance(answer, Failure) else "answered" for answer in answers]


async def test_who_comes_when_too_many_wait_is_told_at_once(tmp_path: Path) -> None:
    load(tmp_path, earned(1))
    open_ = asyncio.Event()

    async def zone() -> str:
        await open_.wait()
        return "UTC"

    asked = Inquiry(tmp_path, zone)
    waiting = [asyncio.ensure_future(asked.answer(STATS)) for _ in range(WAITING_MAX)]
    await asyncio.sleep(0)
    assert codes([await asked.answer(STATS)]) == ["busy"]

    open_.set()
    assert set(codes(await asyncio.gather(*waiting))) == {"answered"}
    assert codes([await asked.answer(STATS)]) == ["answered"]
    await asked.close()


async def test_a_question_whose_asker_has_given_up_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(tmp_path, earned(1))
    monkeypatch.setattr(inquiry, "PATIENCE_SECONDS", -1)
    asked = Inquiry(tmp_path, _utc)
    assert codes([await asked.answer(STATS)]) == ["busy"]
    await asked.close()


async def test_what_is_answered_says_up_to_which_number(tmp_path: Path) -> None:
    load(tmp_path, earned(1), earned(2))
    asked = Inquiry(tmp_path, _utc)
    answer = await asked.answer(STATS)
    assert isinstance(answer, ReportAnswer)
    assert (answer.number, json.loads(answer.encode())["rows"][0]["spendable"]) == (2, 2)
    await asked.close()


async def _utc() -> str:
    return "UTC"
