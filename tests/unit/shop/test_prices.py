"""Prices: each step of the formula, one function behind every door, and a multiplier that follows the coins there are."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.config.circulation import Inflation
from libs.common.config.ranks import DEFAULT_TIERS, Ranks
from libs.common.contracts.owners import Asked
from libs.common.contracts.shop.vanity import BuyRequest
from libs.common.ranks import perks
from services.shop import metrics
from services.shop.prices.price import multiplier, price
from tests.support.shop_stage import Kept, Stage, opened
from tests.support.teller import give, pay
from tests.support.waiting import until

LADDER = tuple(enumerate(tier.min_lifetime_earned for tier in DEFAULT_TIERS))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    yield kept
    kept.close()


@pytest.fixture
async def shop(kept: Kept, tmp_path: Path) -> AsyncIterator[Stage]:
    async with opened(kept, tmp_path) as stage:
        yield stage


@pytest.mark.parametrize(("tier", "lifetime"), LADDER)
def test_each_rank_pays_two_per_cent_less(tier: int, lifetime: int) -> None:
    assert price(10_000, Decimal(1), perks(tier, Ranks()).discount).due == 10_000 - 200 * tier


@pytest.mark.parametrize(
    ("circulation", "expected"),
    [(0, "0.25"), (25_000_000, "0.25"), (100_000_000, "1"), (150_000_000, "1.5"), (800_000_000, "8"), (9_000_000_000, "8")],
)
def test_prices_follow_the_coins_in_circulation_within_bounds(circulation: int, expected: str) -> None:
    assert multiplier(circulation, Inflation(enabled=True)) == Decimal(expected)


def test_prices_are_as_configured_until_somebody_has_counted() -> None:
    assert multiplier(None, Inflation(enabled=True)) == 1


def test_switched_off_nothing_moves_prices() -> None:
    assert multiplier(800_000_000, Inflation(enabled=False)) == 1


@pytest.mark.parametrize(
    ("base", "by", "less", "usual", "due"),
    [
        (250, "1.5", "0.02", 375, 367),
        (5, "0.5", "0", 2, 2),  # halves to even
        (7, "0.5", "0", 4, 4),
        (1, "0.25", "0", 1, 1),
        (1, "1", "0.5", 1, 1),
        (99, "1", "0.02", 99, 97),
        (50, "1", "1", 50, 1),
        (0, "8", "0", 0, 0),
    ],
)
def test_inflation_goes_to_the_nearest_whole_and_the_discount_down(base: int, by: str, less: str, usual: int, due: int) -> None:
    found = price(base, Decimal(by), Decimal(less))
    assert (found.usual, found.due) == (usual, due)


@given(
    base=st.integers(1, 10**9),
    circulation=st.integers(0, 10**10),
    anchor=st.integers(1, 10**9),
    step=st.decimals("0", "0.11", places=3),
    tier=st.integers(0, 9),
)
def test_a_price_is_the_formula_in_exact_fractions(base: int, circulation: int, anchor: int, step: Decimal, tier: int) -> None:
    rules = Inflation(enabled=True, anchor_float=anchor)
    less = perks(tier, Ranks(spend_discount_per_rank=step)).discount
    exact = min(max(Fraction(circulation, anchor), Fraction(1, 4)), Fraction(8))
    usual = max(round(base * exact), 1)
    found = price(base, multiplier(circulation, rules), less)
    assert (found.usual, found.due) == (usual, max(int(usual * (1 - Fraction(step) * tier)), 1))


async def buy(shop: Stage, user: str, offer: dict[str, Any]) -> int:
    """Buy something at the door it is sold at; give what it cost."""
    before = shop.teller.balance(user)
    key = shop.teller.key()
    if offer["item"] == "fortune":
        answer = await shop.ask("fortune", Asked(key=key, user=user, at=shop.now))
    else:
        request = BuyRequest(key=key, user=user, at=shop.now, item=offer["item"], value=f"of {key}")
        answer = await shop.ask("buy", request)
    assert answer["ok"], answer
    assert answer["charged"] == before - shop.teller.balance(user)
    return int(answer["charged"])


@pytest.mark.parametrize(("tier", "lifetime"), [LADDER[0], LADDER[1], LADDER[9]])
@pytest.mark.parametrize("anchor", [10**7, 12_345_777])
async def test_the_price_shown_is_the_price_charged(shop: Stage, tier: int, lifetime: int, anchor: int) -> None:
    shop.teller.viewers(Alice=0)
    shop.teller.done(give("Alice", lifetime or 1, "earn"), give("Alice", 10**7 - lifetime or 1, "reversal"))
    inflation = {"enabled": True, "anchor_float": anchor}
    shop.configure(inflation=inflation)
    shop.tick(seconds=2)
    await counted(shop)
    listed = await shop.ask("catalogue", Asked(key="look", user="Alice", at=shop.now))
    sold_here = [offer for offer in listed["offers"] if offer["item"] in {"custom_greeting", "rename_currency", "fortune"}]
    assert len(sold_here) == 3
    assert listed["discount"] == pytest.approx(0.02 * tier)
    for offer in sold_here:
        assert await buy(shop, "Alice", offer) == offer["price"]


async def counted(shop: Stage) -> None:
    """Wait until the coins have been counted."""
    await until(lambda: shop.db.execute("SELECT 1 FROM circulation").fetchone() is not None)


async def inflation(shop: Stage) -> dict[str, Any]:
    return await shop.ask("inflation", Asked(key="look", user="Boss", at=shop.now))


async def test_coins_are_counted_anew_when_it_is_time(shop: Stage) -> None:
    shop.teller.viewers(Alice=1_000)
    shop.configure(inflation={"enabled": True, "anchor_float": 1_000, "update_interval_seconds": 60})
    shop.tick(seconds=2)
    await counted(shop)
    shop.teller.done(give("Alice", 1_000))
    shop.tick(seconds=59)
    await asyncio.gather(*(inflation(shop) for _ in range(10)))
    assert (await inflation(shop))["multiplier"] == 1
    shop.tick(seconds=1)
    await until(lambda: shop.db.execute("SELECT coins FROM circulation").fetchone()[0] == 2_000)
    assert (await inflation(shop))["multiplier"] == 2


async def test_held_coins_count_and_burnt_ones_do_not(shop: Stage) -> None:
    shop.teller.viewers(Alice=1_000)
    shop.teller.done(pay("Alice", "@burn", 200))
    shop.configure(inflation={"enabled": True, "anchor_float": 1_000})
    shop.tick(seconds=2)
    await counted(shop)
    assert (await inflation(shop))["circulation"] == 800


async def test_switched_off_the_governor_says_so(shop: Stage) -> None:
    shop.configure()
    told = await inflation(shop)
    assert (told["enabled"], told["multiplier"], told.get("circulation")) == (False, 1, None)


async def test_the_multiplier_explains_itself_by_sample_prices(shop: Stage) -> None:
    shop.teller.viewers(Alice=150)
    shop.configure(inflation={"enabled": True, "anchor_float": 100})
    shop.tick(seconds=2)
    await counted(shop)
    samples = {sample["name"]: (sample["base"], sample["price"]) for sample in (await inflation(shop))["samples"]}
    assert samples["custom_greeting"] == (500, 750)


async def test_the_multiplier_in_force_is_shown_to_monitoring(shop: Stage) -> None:
    shop.teller.viewers(Alice=150)
    shop.configure(inflation={"enabled": True, "anchor_float": 100})
    shop.tick(seconds=2)
    await counted(shop)

    shop.tick(seconds=2)

    assert set(metrics.multipliers().values()) == {1.5}
