from typing import Any

import pytest

from libs.common.contracts.ledger import AccountState
from libs.common.contracts.ledger_requests import AccountsAnswer
from libs.common.contracts.shop.vanity import Catalogue
from tests.support.api import Bench, offer
from tests.support.commands import NOON, rules


def having_earned(coins: int, **answers: Any) -> Bench:
    alice = AccountState(account="Alice", balance=500, lifetime_earned=coins, lifetime_spent=300, opened_at=NOON)
    return Bench(accounts=AccountsAnswer(total=1, accounts=[alice]), **answers)


async def summary(coins: int) -> dict[str, Any]:
    return await having_earned(coins).ask("account.summary", username="alice")


async def test_the_summary_has_the_documented_fields() -> None:
    assert await summary(1_250) == {
        "found": True,
        "username": "Alice",
        "channel": "Room",
        "balance": 500,
        "lifetime_earned": 1_250,
        "lifetime_spent": 300,
        "currency_name": "Z-Coin",
        "currency_symbol": "Z",
        "rank": {"name": "Grip", "index": 1, "level": 2, "tier_count": 10, "min_lifetime_earned": 1_000},
        "next_rank": {"name": "Key Grip", "min_lifetime_earned": 5_000, "remaining": 3_750, "progress_percent": 25.0},
        "perks": ["2% off in the shop", "the day's fortune for free"],
        "spend_discount_percent": 2.0,
        "vanity": {"custom_greeting": None, "custom_color": None},
        "vanity_costs": {"custom_greeting": 500, "custom_color": 750, "shoutout": 50},
        "vanity_enabled": {"custom_greeting": True, "custom_color": True, "shoutout": True},
    }


async def test_above_the_highest_rank_there_is_none() -> None:
    data = await summary(6_000_000)
    assert (data["rank"]["level"], data["next_rank"], data["spend_discount_percent"]) == (10, None, 18.0)


@pytest.mark.parametrize(("coins", "percent"), [(0, 0.0), (1, 0.1), (333, 33.3)])
async def test_progress_has_one_decimal(coins: int, percent: float) -> None:
    assert (await summary(coins))["next_rank"]["progress_percent"] == percent


async def test_who_is_below_a_ladder_that_begins_above_nothing_holds_its_lowest_rank() -> None:
    bench = having_earned(5)
    bench.clerk.rules = rules(ranks={"tiers": [{"name": "Only", "min_lifetime_earned": 10}]})
    data = await bench.ask("account.summary", username="alice")
    assert (data["rank"]["name"], data["next_rank"]) == ("Only", None)


@pytest.mark.parametrize("name", ["ghost", "no name"])
async def test_of_nobody_only_the_question_comes_back(name: str) -> None:
    bench = Bench(accounts=AccountsAnswer(total=0))
    assert await bench.ask("account.summary", username=name) == {"found": False, "username": name, "channel": "Room"}


async def test_what_was_bought_is_shown_and_prices_are_those_of_today() -> None:
    inflated = offer("shoutout", 50).model_copy(update={"usual": 75, "price": 73, "enabled": False})
    offers = [offer("custom_greeting", 500, "Make way!"), offer("chat_color", 750, "#FF69B4"), inflated]
    sold = Catalogue(offers=offers, multiplier=1.5, discount=0.02, currency="Doubloon")
    data = await having_earned(1_250, catalogue=sold).ask("account.summary", username="alice")
    assert data["currency_name"] == "Doubloon"
    assert data["vanity"] == {"custom_greeting": "Make way!", "custom_color": "#FF69B4"}
    assert (data["vanity_costs"]["shoutout"], data["vanity_enabled"]["shoutout"]) == (75, False)
