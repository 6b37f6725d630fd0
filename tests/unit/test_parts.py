"""An owner made of parts: what holds for every one of them, seen at the shop."""

from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from libs.common import parts
from libs.common.contracts.shop.bounties import BountyRequest
from libs.common.contracts.shop.queue import QueueRefundRequest
from tests.support.shop_stage import Kept, Stage, opened
from tests.support.waiting import until


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(parts, "_SWEEP_SECONDS", 0.01)
    with closing(Kept(tmp_path)) as kept:
        async with opened(kept, tmp_path) as shop:
            shop.configure()
            yield shop


async def test_a_channel_that_is_not_configured_is_declined_so_that_nobody_asks_for_ever(shop: Stage) -> None:
    request = BountyRequest(key="k", user="Alice", at=shop.now, amount=500, text="a good pun")
    with capture_logs() as said:
        answer = await shop.ask("bounty", request, channel="removed")

    assert answer == {"ok": False, "code": "unknown_channel", "values": {}}
    assert [line["subject"] for line in said] == ["economy.shop.removed.bounty"]


async def test_what_nobody_asks_for_any_more_is_forgotten(shop: Stage) -> None:
    await shop.ask("queue_refund", QueueRefundRequest(key="k", user="Alice", at=shop.now, request_id="r"))
    shop.tick(days=46)

    await until(lambda: not shop.db.execute("SELECT count(*) FROM queue_spend_requests").fetchone()[0], "the void id is forgotten")
