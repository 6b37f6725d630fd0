"""The ranks of buyers: what one holds is what one pays by."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from libs.common.contracts.owners import Asked
from libs.common.contracts.shop.queue import QueuePreviewRequest
from tests.support.shop_stage import Kept, Stage, opened
from tests.support.teller import give


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    kept.teller.viewers(Alice=0)
    kept.teller.done(give("Alice", 10_000, "reversal"))  # which makes no rank
    yield kept
    kept.close()


@pytest.fixture
async def shop(kept: Kept, tmp_path: Path) -> AsyncIterator[Stage]:
    async with opened(kept, tmp_path) as stage:
        stage.configure()
        yield stage


async def ask(shop: Stage, verb: str) -> dict[str, Any]:
    return await shop.ask(verb, Asked(key=shop.teller.key(), user="alice", at=shop.now))


async def price(shop: Stage, item: str) -> int:
    offers = (await ask(shop, "catalogue"))["offers"]
    return int(next(offer["price"] for offer in offers if offer["item"] == item))


async def test_a_rank_that_was_told_of_lowers_prices(shop: Stage) -> None:
    usual = await price(shop, "custom_greeting")
    shop.rise("Alice", "Studio Mogul")

    assert await price(shop, "custom_greeting") == usual * 82 // 100


async def test_who_is_given_a_lower_rank_again_pays_by_that(shop: Stage) -> None:
    shop.rise("Alice", "Studio Mogul", "given")
    shop.rise("Alice", "Extra", "given")

    assert (await ask(shop, "catalogue"))["discount"] == 0


async def test_a_rank_may_bring_the_fortune_for_nothing(shop: Stage) -> None:
    shop.rise("Alice", "Grip")
    before = shop.teller.balance("Alice")

    assert await price(shop, "fortune") == 0
    assert (await ask(shop, "fortune"))["charged"] == 0
    assert shop.teller.balance("Alice") == before


async def test_a_free_fortune_is_one_a_day_too(shop: Stage) -> None:
    shop.rise("Alice", "Grip")
    first, again = await ask(shop, "fortune"), await ask(shop, "fortune")

    assert (again["text"], again["again"]) == (first["text"], True)


async def test_a_rank_brings_more_of_the_queue_also_to_those_above_it(shop: Stage) -> None:
    shop.rise("Alice", "Producer")
    request = QueuePreviewRequest(key="look", user="Alice", at=shop.now, seconds=60)

    assert (await shop.ask("queue_preview", request))["remaining"] == 4
