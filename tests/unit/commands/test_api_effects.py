"""What the API says of shoutouts and colors."""

from typing import Any

import pytest

from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.effects import ColorVerdict, Ordered, SaleState
from services.commands.api import desk, effects
from tests.support.api import Bench

COLOR = Ordered(user="Alice", item="chat_color", value="#FF69B4", price=5, discount=0.02, balance=95)


async def test_a_color_that_is_shown_at_once_is_told_as_paid() -> None:
    data = await Bench(color=COLOR, sale=SaleState(state="paid")).ask("vanity.set_color", username="alice", value="ff69b4")

    assert data == {
        "username": "Alice",
        "channel": "Room",
        "item_type": "chat_color",
        "value": "#FF69B4",
        "charged": 5,
        "discount": 0.02,
        "new_balance": 95,
        "state": "paid",
        "level": "ok",
    }


async def test_what_takes_longer_is_told_as_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects, "SHOWN_WITHIN_SECONDS", 0.0)
    data = await Bench(color=COLOR, sale=SaleState(state="delivering")).ask("vanity.set_color", username="alice", value="ff69b4")

    assert data["state"] == "delivering"


async def test_an_order_that_stands_is_told_though_nobody_says_how_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "WAIT_SECONDS", 0.2)
    data = await Bench(color=COLOR).ask("vanity.set_color", username="alice", value="ff69b4")

    assert data["state"] == "delivering"


async def test_what_came_to_nothing_is_no_success() -> None:
    bench = Bench(color=COLOR, sale=SaleState(state="returned"))

    assert await bench.refused("vanity.set_color", username="alice", value="ff69b4") == "not_delivered"


@pytest.mark.parametrize(
    ("declined", "code", "words"),
    [
        (Declined(code="too_dear", values={"price": 50, "balance": 3}), "insufficient_funds", "That takes 50 Z, and you have 3 Z."),
        (Declined(code="cooldown", values={"seconds": 90}), "cooldown", "Not so fast: again in 90 s."),
        (Declined(code="no_text"), "invalid_parameter", "The words are missing."),
        (Declined(code="something_new"), "declined", "That is not possible."),
    ],
)
async def test_what_is_declined_has_a_code_and_the_words_viewers_get(declined: Declined, code: str, words: str) -> None:
    answer = await Bench(shoutout=declined).answer("vanity.shoutout", username="alice", value="hello")

    assert (answer["success"], answer["code"], answer["error"]) == (False, code, words)


async def test_what_is_no_color_is_told_without_figures() -> None:
    verdict: Any = ColorVerdict(background="#111111", enforced=True, minimum=30)
    data = await Bench(check_color=verdict).ask("vanity.check_color", value="nonsense")

    assert data == {"value": "nonsense", "valid": False, "acceptable": False, "level": "invalid", "message": "not a color"}
