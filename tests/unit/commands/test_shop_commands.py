"""`tip`, `shop`, `buy`, `fortune`, `inflation`: from the words of a PM to those of its answer."""

import json
from typing import Any

import pytest

from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.prices import InflationAnswer, Sample
from libs.common.contracts.shop.tips import Tipped
from libs.common.contracts.shop.vanity import Belongings, Bought, Catalogue, Fortune, Offer
from libs.common.unit import encoded
from tests.support.commands import NOON
from tests.support.front import OWNER, Front

TIPPED = Tipped(target="Bob", amount=50, balance=950, left=4_950)
GREETING = Bought(user="alice", item="custom_greeting", value="Make way!", charged=490, discount=0.02, balance=510)
NAME = Bought(user="alice", item="rename_currency", value="Doubloons", charged=2_500, discount=0, balance=0)
GOVERNED = InflationAnswer(
    enabled=True,
    multiplier=1.5,
    anchor=1_000,
    circulation=1_500,
    counted=NOON,
    seconds=3_600,
    minimum=0.25,
    maximum=8,
    samples=[Sample(name="custom_greeting", base=500, price=750)],
)


class Counter(Front):
    """The shop answers as told, and keeps what it was asked."""

    def __init__(self, answer: Contract) -> None:
        super().__init__()
        self.asked_shop: list[tuple[str, dict[str, Any]]] = []
        self._shop = answer
        self.teller.viewers(alice=1_000)

    def _answer(self, subject: str, request: Contract | bytes) -> bytes:
        _, service, *place = subject.split(".")
        if service != "shop" or place[-1] in self.silent:
            return super()._answer(subject, request)
        self.asked_shop.append((place[-1], json.loads(encoded(request))))
        return self._shop.encode()


async def asked(text: str, answer: Contract, *wanted: str) -> list[tuple[str, list[Any]]]:
    """Give the verbs the shop was asked, each with some of what stood in the request."""
    counter = Counter(answer)
    await counter.ask(text)
    return [(verb, [request[name] for name in wanted]) for verb, request in counter.asked_shop]


async def test_a_tip_is_asked_of_the_shop_behind_its_pm() -> None:
    assert await asked("tip @bob 50", TIPPED, "user", "target", "amount", "epoch", "raw") == [("tip", ["alice", "bob", 50, 1, 1])]


async def test_both_are_told_of_a_tip() -> None:
    assert await Counter(TIPPED).ask("tip @bob 50") == [("alice", "50 Z for Bob. You have 950 Z."), ("Bob", "alice tipped you 50 Z!")]


@pytest.mark.parametrize(("word", "amount"), [("1k", 1_000), ("half", 500), ("all", 1_000)])
async def test_a_tip_is_written_as_a_wager_is(word: str, amount: int) -> None:
    assert await asked(f"tip @bob {word}", TIPPED, "amount") == [("tip", [amount])]


@pytest.mark.parametrize("text", ["tip", "tip bob", "tip bob lots", "tip bob 5.5", "tip bad<name 5"])
async def test_a_tip_that_makes_no_sense_is_asked_of_nobody(text: str) -> None:
    counter = Counter(TIPPED)
    assert "Use: tip @user amount" in await counter.told(text)
    assert counter.asked_shop == []


@pytest.mark.parametrize(
    ("code", "values", "words"),
    [
        ("tip_self", {}, "You can't tip yourself."),
        ("tip_alias", {"user": "Bob"}, "Bob is you under another name."),
        ("tip_limit", {"limit": 5_000, "left": 20}, "You can give away 5,000 Z a day; 20 Z of it are left today."),
        ("mistyped_user", {"user": "bbo", "suggestion": "Bob"}, "bbo has no account here. Did you mean Bob?"),
        ("too_dear", {"price": 50, "balance": 7}, "That takes 50 Z, and you have 7 Z."),
        ("too_new", {"minutes": 12}, "You are new here: that is open to you in 12 min."),
        ("insufficient_funds", {"price": 50}, "You don't have enough for that; 'balance' tells what you have."),
    ],
)
async def test_what_is_declined_is_told_in_one_friendly_line(code: str, values: dict[str, int | float | str | None], words: str) -> None:
    assert await Counter(Declined(code=code, values=values)).told("tip bob 50") == words


@pytest.mark.parametrize(
    ("text", "item", "value"),
    [("buy greeting Make way!", "custom_greeting", "Make way!"), ("BUY Rename Old  Doubloons", "rename_currency", "Old Doubloons")],
)
async def test_what_is_bought_is_what_the_words_say(text: str, item: str, value: str) -> None:
    assert await asked(text, GREETING, "item", "value") == [("buy", [item, value])]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (GREETING, "When you come back I will say “Make way!”. That cost you 490 Z; you have 510 Z."),
        (NAME, "To you the coin is called Doubloons now. That cost you 2,500 Z; you have 0 Z."),
        (
            GREETING.model_copy(update={"changed": False, "charged": 0}),
            "It is so already, and cost you nothing. When you come back I will say “Make way!”.",
        ),
    ],
)
async def test_what_was_bought_is_told_with_its_price(answer: Bought, words: str) -> None:
    assert await Counter(answer).told("buy greeting x") == words


async def test_what_is_not_for_sale_is_told_as_such() -> None:
    assert await Counter(GREETING).told("buy title Sir") == "title is not for sale. 'shop' lists what is."


async def test_without_words_the_usage_is_told() -> None:
    assert await Counter(GREETING).told("buy greeting") == "The words are missing. Use: buy greeting text"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Fortune(text="A good day.", charged=10, balance=90), "Your fortune today: A good day. (10 Z; you have 90 Z.)"),
        (Fortune(text="A good day.", charged=0, again=True, balance=90), "Your fortune today: A good day. (Ask again tomorrow.)"),
    ],
)
async def test_a_fortune_is_told(answer: Fortune, words: str) -> None:
    assert await Counter(answer).told("fortune") == words


async def test_the_listing_has_ones_own_prices_and_belongings() -> None:
    greeting = Offer(
        item="custom_greeting", how="buy greeting <text>", enabled=True, description="A line", base=500, usual=750, price=735, value="Hi!"
    )
    off = greeting.model_copy(update={"item": "shoutout", "enabled": False, "how": "shoutout <text>"})
    plain = greeting.model_copy(update={"how": "fortune", "usual": 500, "price": 500, "value": None})
    cheaper = plain.model_copy(update={"how": "buy color <color>", "price": 490})
    catalogue = Catalogue(offers=[greeting, off, plain, cheaper], multiplier=1.5, discount=0.02)
    assert (await Counter(catalogue).told("shop")).split("\n") == [
        "For sale (prices stand at x1.5, your rank saves you 2%):",
        "buy greeting <text>: 735 Z (else 750 Z, base price 500 Z) - A line [yours: Hi!]",
        "fortune: 500 Z - A line",
        "buy color <color>: 490 Z (else 500 Z) - A line",
    ]


async def test_an_empty_shop_says_so() -> None:
    assert await Counter(Catalogue(offers=[], multiplier=1, discount=0)).told("shop") == "Nothing is for sale right now."


async def test_administrators_see_where_prices_come_from() -> None:
    assert (await Counter(GOVERNED).told("inflation", "owner", OWNER)).split("\n") == [
        "Prices stand at x1.5. 1,500 Z were in circulation at 22 Nov 12:00 (UTC); x1 would be 1,000 Z.",
        "Never below x0.25 nor above x8; counted every 60 min.",
        "custom_greeting: 750 Z (configured: 500)",
    ]


async def test_viewers_are_not_told_of_inflation() -> None:
    assert await Counter(GOVERNED).told("inflation") == "That command is for administrators."


async def test_the_balance_goes_by_ones_own_name_for_the_coin() -> None:
    counter = Counter(Belongings(values={"rename_currency": "Doubloons"}))
    assert (await counter.told("balance")).startswith("You have 1,000 Z (Doubloons).")


async def test_a_shop_that_is_away_keeps_no_balance_back() -> None:
    counter = Counter(Belongings(values={}))
    counter.silent = {"belongings"}
    assert (await counter.told("balance")).startswith("You have 1,000 Z (Z-Coins).")
