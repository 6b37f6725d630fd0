"""What the API says of a greeting that is bought."""

import json

import pytest

from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.vanity import Bought
from tests.support.api import Bench

GREETING = Bought(user="Alice", item="custom_greeting", value="Make way!", charged=490, discount=0.02, balance=10)


async def test_a_greeting_is_bought_as_the_older_program_said_it() -> None:
    assert await Bench(buy=GREETING).ask("vanity.set_greeting", username="alice", value=" Make way! ") == {
        "username": "Alice",
        "channel": "Room",
        "item_type": "custom_greeting",
        "value": "Make way!",
        "charged": 490,
        "discount": 0.02,
        "new_balance": 10,
    }


async def test_a_request_id_makes_the_key() -> None:
    bench = Bench(buy=GREETING)
    for _ in range(2):
        await bench.ask("vanity.set_greeting", username="alice", value="hi", request_id="r1")
    assert [json.loads(body)["key"] for body in bench.ledger.of("buy")] == ["api:r1", "api:r1"]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("off", "off"),
        ("no_account", "unknown_account"),
        ("too_dear", "insufficient_funds"),
        ("banned", "banned"),
        ("text_long", "invalid_parameter"),
        ("silent", "declined"),
    ],
)
async def test_what_the_shop_declines_has_a_code(code: str, expected: str) -> None:
    bench = Bench(buy=Declined(code=code, values={"price": 5, "balance": 1, "limit": 200}))
    assert await bench.refused("vanity.set_greeting", username="alice", value="hi") == expected


async def test_a_greeting_of_nothing_is_asked_of_nobody() -> None:
    bench = Bench(buy=GREETING)
    assert await bench.refused("vanity.set_greeting", username="alice", value="  ") == "missing_parameter"
    assert bench.ledger.asked == []
