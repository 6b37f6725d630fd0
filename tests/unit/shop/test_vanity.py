"""Things for oneself: bought once, kept, and there for all to see; the same again costs nothing."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.config import Rules
from libs.common.contracts.ledger_requests import BanRequest
from libs.common.contracts.owners import Asked
from libs.common.contracts.shop.vanity import BuyRequest
from services.shop.vanity.fortunes import FORTUNES, choose
from services.shop.vanity.wording import bad_greeting, bad_name
from services.shop.wording import clean, units
from tests.support.shop_stage import Kept, Stage, opened
from tests.support.teller import give
from tests.support.waiting import until


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    kept.teller.viewers(Alice=0, Bob=0)
    kept.teller.done(give("Alice", 10_000, "reversal"), give("Bob", 20, "reversal"))  # which makes no rank
    yield kept
    kept.close()


@pytest.fixture
async def shop(kept: Kept, tmp_path: Path) -> AsyncIterator[Stage]:
    async with opened(kept, tmp_path) as stage:
        stage.configure()
        yield stage


async def greeting(shop: Stage, text: str = "Make way!", user: str = "Alice", key: str | None = None) -> dict[str, Any]:
    request = BuyRequest(key=key or shop.teller.key(), user=user, at=shop.now, item="custom_greeting", value=text)
    return await shop.ask("buy", request)


async def rename(shop: Stage, name: str, user: str = "Alice") -> dict[str, Any]:
    return await shop.ask("buy", BuyRequest(key=shop.teller.key(), user=user, at=shop.now, item="rename_currency", value=name))


async def fortune(shop: Stage, user: str = "Alice", key: str | None = None) -> dict[str, Any]:
    return await shop.ask("fortune", Asked(key=key or shop.teller.key(), user=user, at=shop.now))


async def belongings(shop: Stage, user: str = "Alice") -> dict[str, str]:
    answer = await shop.ask("belongings", Asked(key="look", user=user, at=shop.now))
    values: dict[str, str] = answer["values"]
    return values


async def test_a_greeting_is_paid_and_kept(shop: Stage) -> None:
    assert await greeting(shop, "  Make\nway! ") == {
        "ok": True,
        "user": "Alice",
        "item": "custom_greeting",
        "value": "Make way!",
        "changed": True,
        "charged": 500,
        "discount": 0,
        "balance": 9_500,
    }
    assert await belongings(shop, "ALICE") == {"custom_greeting": "Make way!"}


async def test_what_was_charged_can_be_explained(shop: Stage) -> None:
    await greeting(shop)
    entry = shop.teller.journal()[-1]["entries"][0]
    assert (entry["type"], entry["trigger"], entry["counts"]) == ("spend", "spend.vanity.custom_greeting", "spent")
    assert entry["metadata"] | {"configuration": ""} == {"base": 500, "multiplier": "1", "discount": "0", "configuration": ""}


async def test_a_purchase_is_told_once(shop: Stage) -> None:
    await greeting(shop, key="once")
    await greeting(shop, key="once")
    assert [(fact["user"], fact["item"], fact["state"], fact["price"]) for fact in shop.facts] == [
        ("Alice", "custom_greeting", "paid", 500)
    ]


async def test_the_same_again_costs_nothing(shop: Stage) -> None:
    await greeting(shop)
    again = await greeting(shop, " Make  way!")
    assert (again["changed"], again["charged"], again["balance"]) == (False, 0, 9_500)
    assert shop.teller.balance("Alice") == 9_500


async def test_another_greeting_takes_the_place_of_the_first(shop: Stage) -> None:
    await greeting(shop)
    await greeting(shop, "Here I am")
    assert await belongings(shop) == {"custom_greeting": "Here I am"}


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "no_text"), ("\x07\n", "no_text"), ("x" * 201, "text_long")],
)
async def test_a_greeting_nobody_could_say_is_not_sold(shop: Stage, text: str, code: str) -> None:
    assert (await greeting(shop, text))["code"] == code
    assert shop.teller.balance("Alice") == 10_000


@pytest.mark.parametrize(
    ("user", "code"),
    [("Nobody", "no_account"), ("ZCoinBot", "silent"), ("Bob", "too_dear")],
)
async def test_who_can_not_buy_is_told_why(shop: Stage, user: str, code: str) -> None:
    assert (await greeting(shop, user=user))["code"] == code


async def test_what_is_switched_off_is_not_sold(shop: Stage) -> None:
    shop.configure(vanity_shop={"custom_greeting": {"enabled": False}})
    assert (await greeting(shop))["code"] == "off"


async def test_who_is_suspended_buys_nothing(shop: Stage) -> None:
    shop.teller.ask("ban", BanRequest(account="Alice", key="ban", at=shop.now))
    assert (await greeting(shop))["code"] == "banned"


async def test_what_the_ledger_refuses_is_not_kept(shop: Stage) -> None:
    def ban() -> None:
        shop.teller.ask("ban", BanRequest(account="Alice", key="ban", at=shop.now))

    shop.before_post = ban
    assert (await greeting(shop))["code"] == "banned"
    assert await belongings(shop) == {}


async def test_what_is_configured_as_free_is_free(shop: Stage) -> None:
    shop.configure(vanity_shop={"custom_greeting": {"cost": 0}})
    assert (await greeting(shop, user="Bob"))["charged"] == 0
    assert await belongings(shop, "Bob") == {"custom_greeting": "Make way!"}
    assert shop.teller.balance("Bob") == 20


async def test_a_name_for_the_coin_is_kept(shop: Stage) -> None:
    assert (await rename(shop, "Doubloons of Old-Town's"))["charged"] == 2_500
    assert await belongings(shop) == {"rename_currency": "Doubloons of Old-Town's"}


@pytest.mark.parametrize(("name", "code"), [("gold<b>", "bad_name"), ("x" * 31, "text_long"), (" ", "no_text")])
async def test_a_name_nobody_could_read_is_not_sold(shop: Stage, name: str, code: str) -> None:
    assert (await rename(shop, name))["code"] == code


async def test_a_purchase_begun_before_a_kill_is_ended_after_it(kept: Kept, tmp_path: Path) -> None:
    async with opened(kept, tmp_path) as shop:
        shop.configure()
        shop.deaf = True
        asking = asyncio.create_task(greeting(shop, key="once"))
        await until(lambda: shop.db.execute("SELECT 1 FROM errands").fetchone() is not None, every_seconds=0)
        asking.cancel()
    async with opened(kept, tmp_path) as shop:
        shop.configure(vanity_shop={"custom_greeting": {"cost": 9_999}})
        assert (await greeting(shop, key="once"))["charged"] == 500
        assert (shop.teller.balance("Alice"), await belongings(shop)) == (9_500, {"custom_greeting": "Make way!"})


class TestFortune:
    async def test_the_day_has_one_and_it_is_paid_once(self, shop: Stage) -> None:
        first = await fortune(shop)
        again = await fortune(shop)
        assert (first["charged"], again["charged"], again["again"]) == (10, 0, True)
        assert first["text"] == again["text"]
        assert shop.teller.balance("Alice") == 9_990

    async def test_another_day_has_another(self, shop: Stage) -> None:
        await fortune(shop)
        shop.kept.now += timedelta(days=1)
        assert (await fortune(shop))["charged"] == 10

    async def test_many_at_once_are_paid_once(self, shop: Stage) -> None:
        answers = await asyncio.gather(*(fortune(shop) for _ in range(20)))
        assert sum(answer["charged"] for answer in answers) == 10

    async def test_it_is_paid_once_even_if_the_shop_forgot(self, shop: Stage) -> None:
        await fortune(shop)
        shop.db.execute("DELETE FROM fortunes")
        assert (await fortune(shop))["code"] == "daily_limit"

    def test_viewers_and_days_are_told_different_things(self) -> None:
        told = {choose("room", f"viewer{number % 20}", f"2026-11-{number // 20 + 1:02}") for number in range(400)}
        assert told == set(FORTUNES)

    def test_there_are_enough_of_them_and_each_fits_into_a_line(self) -> None:
        assert len(set(FORTUNES)) >= 30
        assert max(map(len, FORTUNES)) <= 200


class TestArrivals:
    @pytest.fixture
    async def greeted(self, shop: Stage) -> Stage:
        await greeting(shop)
        return shop

    @pytest.mark.parametrize(("absent", "said"), [(None, 1), (1_800.0, 1), (1_799.0, 0), (0.0, 0)])
    async def test_whoever_was_away_long_enough_is_greeted(self, greeted: Stage, absent: float | None, said: int) -> None:
        greeted.arrive("alice", absent)
        assert len(greeted.announced) == said

    async def test_the_line_carries_the_words_and_is_soon_old(self, greeted: Stage) -> None:
        greeted.arrive("Alice")
        line = greeted.announced[0]
        assert (line.lane, line.line, line.values) == ("chat", "greeting", {"greeting": "Make way!", "user": "Alice"})
        assert line.until - line.at == timedelta(minutes=2)

    async def test_without_a_greeting_nobody_is_greeted(self, greeted: Stage) -> None:
        greeted.arrive("Bob")
        assert greeted.announced == []

    async def test_each_arrival_has_a_line_of_its_own(self, greeted: Stage) -> None:
        greeted.arrive("Alice")
        greeted.arrive("Alice", 7_200)
        assert len({line.id for line in greeted.announced}) == 2


async def test_the_catalogue_lists_prices_and_what_one_has(shop: Stage) -> None:
    await greeting(shop)
    await rename(shop, "Doubloons")
    listed = await shop.ask("catalogue", Asked(key="look", user="alice", at=shop.now))
    assert {offer["item"]: (offer["price"], offer.get("value")) for offer in listed["offers"]} == {
        "custom_greeting": (500, "Make way!"),
        "chat_color": (750, None),
        "shoutout": (50, None),
        "fortune": (10, None),
        "rename_currency": (2_500, "Doubloons"),
        "cytube_promotion": (50_000, None),
    }
    assert listed["currency"] == "Doubloons"


async def test_strangers_see_the_catalogue_too(shop: Stage) -> None:
    assert (await shop.ask("catalogue", Asked(key="look", user="Nobody", at=shop.now)))["ok"]


@given(text=st.text(max_size=250), template=st.sampled_from(["{greeting}", "** {user}: {greeting} **", "{greeting}" * 2]))
def test_whatever_is_taken_can_be_said_in_one_line(text: str, template: str) -> None:
    rules = Rules.model_validate({"announcements": {"templates": {"greeting": template}}})
    words = clean(text)
    if bad_greeting(words, "Alice", rules) is None:
        said = template.replace("{user}", "Alice").replace("{greeting}", words)
        assert units(said) <= 320
        assert "\n" not in said
        assert not words.startswith(("/", "!"))


@given(text=st.text(max_size=40))
def test_a_name_that_is_taken_is_a_name(text: str) -> None:
    if bad_name(text) is None:
        assert 1 <= len(text) <= 30
        assert not set(text) & set("<>&{}/\n\x00")
