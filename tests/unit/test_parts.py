"""An owner made of parts: what holds for every one of them, seen at the shop."""

from contextlib import closing
from pathlib import Path

from structlog.testing import capture_logs

from libs.common.contracts.shop.bounties import BountyRequest
from tests.support.shop_stage import Kept, opened


async def test_a_channel_that_is_not_configured_is_declined_so_that_nobody_asks_for_ever(tmp_path: Path) -> None:
    with closing(Kept(tmp_path)) as kept:
        async with opened(kept, tmp_path) as shop:
            shop.configure()
            request = BountyRequest(key="k", user="Alice", at=kept.now, amount=500, text="a good pun")
            with capture_logs() as said:
                answer = await shop.ask("bounty", request, channel="removed")

    assert answer == {"ok": False, "code": "unknown_channel", "values": {}}
    assert [line["subject"] for line in said] == ["economy.shop.removed.bounty"]
