"""Shoutouts: said and paid, or neither; each ends once, whatever is killed, comes twice, or comes late."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.common.contracts.events import Chat
from libs.common.contracts.ledger_requests import FreezeRequest
from libs.common.contracts.shop.effects import ShoutoutRequest
from services.shop.saga.saga import Ending
from services.shop.shoutout.echo import is_told
from services.shop.wording import clean
from tests.support.shop_stage import Kept, Stage, opened
from tests.support.teller import CHANNEL
from tests.support.waiting import until

BOT = "CoinBot"
PRICE = 50


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    kept.teller.viewers(Alice=500, Bob=10)
    yield kept
    kept.close()


@pytest.fixture
async def shop(kept: Kept, tmp_path: Path) -> AsyncIterator[Stage]:
    async with opened(kept, tmp_path) as stage:
        stage.configure(bot={"username": BOT})
        yield stage


async def order(shop: Stage, text: str = "hello all", user: str = "Alice", key: str | None = None) -> dict[str, Any]:
    return await shop.ask("shoutout", ShoutoutRequest(key=key or shop.teller.key(), user=user, at=shop.now, text=text))


def hear(shop: Stage, text: str, user: str = BOT) -> None:
    shop.event(Chat, CHANNEL, user=user, text=text, html=text, time=shop.now)


def lose_patience(shop: Stage) -> None:
    shop.tick(seconds=60)
    for _ in range(15):
        shop.tick("connected", seconds=2)


def state(shop: Stage) -> str:
    found: str = shop.db.execute("SELECT state FROM sales ORDER BY rowid DESC").fetchone()[0]
    return found


async def reaches(shop: Stage, wanted: str) -> None:
    async def is_there() -> bool:
        return state(shop) == wanted

    await until(is_there, f"the sale is {wanted}, not {state(shop)}")


def purse(shop: Stage) -> tuple[int, int, int]:
    """Coins at hand, held, and spent for good."""
    account = shop.teller.account("Alice")
    return account.balance, account.held, account.lifetime_spent


# -- the way it goes ------------------------------------------------------------------------------------------------------------------


async def test_the_coins_are_held_until_the_room_has_heard_it(shop: Stage) -> None:
    answer = await order(shop)

    assert (answer["value"], answer["price"], answer["balance"]) == ("hello all", PRICE, 450)
    assert purse(shop) == (450, PRICE, 0)
    assert [(said.line, said.values) for said in shop.announced] == [("shoutout", {"user": "Alice", "text": "hello all"})]

    hear(shop, "Alice says: hello all")
    await reaches(shop, "paid")
    assert purse(shop) == (450, 0, PRICE)
    assert [(fact["item"], fact["state"], fact["price"]) for fact in shop.facts] == [("shoutout", "delivered", PRICE)]


async def test_what_is_not_heard_in_time_gives_the_coins_back_and_says_so(shop: Stage) -> None:
    await order(shop)
    lose_patience(shop)
    await reaches(shop, "returned")

    assert purse(shop) == (500, 0, 0)
    assert [said.text for said in shop.announced if said.lane == "pm"] == [
        "I could not make sure that the room heard your shoutout. Your 50 Z are back."
    ]


async def test_a_late_echo_of_what_was_given_back_changes_nothing(shop: Stage) -> None:
    await order(shop)
    lose_patience(shop)
    hear(shop, "Alice says: hello all")
    await reaches(shop, "returned")

    assert purse(shop) == (500, 0, 0)


async def test_while_the_robot_is_away_the_patience_waits_but_not_for_ever(shop: Stage) -> None:
    await order(shop)
    for _ in range(100):
        shop.tick("away", seconds=2)
    assert state(shop) == "delivering"

    shop.tick("away", minutes=15)
    await reaches(shop, "returned")
    assert purse(shop) == (500, 0, 0)


async def test_only_the_robots_own_words_count(shop: Stage) -> None:
    await order(shop)
    hear(shop, "Alice says: hello all", user="Mallory")
    hear(shop, "Alice is now a Gaffer!")

    assert state(shop) == "delivering"


async def test_of_two_names_that_begin_alike_the_longer_one_is_meant_where_it_stands(shop: Stage) -> None:
    shop.teller.viewers(Al=500)
    await order(shop, user="Al")
    await order(shop, user="Alice")
    hear(shop, "Alice says: hello all")

    await until(lambda: purse(shop) == (450, 0, PRICE), "Alice has paid")
    assert shop.teller.account("Al").held == PRICE


async def test_a_free_one_is_said_and_moves_no_coins(shop: Stage) -> None:
    shop.configure(bot={"username": BOT}, vanity_shop={"shoutout": {"cost": 0}})
    answer = await order(shop)
    hear(shop, "Alice says: hello all")

    assert (answer["price"], answer["balance"], state(shop), purse(shop)) == (0, 500, "paid", (500, 0, 0))


async def test_a_free_one_that_is_ordered_twice_is_the_same_sale(shop: Stage) -> None:
    shop.configure(bot={"username": BOT}, vanity_shop={"shoutout": {"cost": 0}})
    first = await order(shop, key="k")
    hear(shop, "Alice says: hello all")

    assert await order(shop, key="k") == first
    assert len(shop.announced) == 1


# -- what is declined -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "no_text"), (" /!\n", "no_text"), ("x" * 201, "text_long")],
)
async def test_a_text_that_can_not_be_said_costs_nothing(shop: Stage, text: str, code: str) -> None:
    answer = await order(shop, text)

    assert (answer["code"], purse(shop)) == (code, (500, 0, 0))


async def test_the_next_one_has_to_wait(shop: Stage) -> None:
    await order(shop)
    hear(shop, "Alice says: hello all")
    shop.tick(minutes=20)

    answer = await order(shop)
    assert (answer["code"], answer["values"]["minutes"]) == ("cooldown_minutes", 40)
    shop.tick(minutes=40)
    assert (await order(shop))["ok"]


async def test_what_was_given_back_does_not_count_for_the_next(shop: Stage) -> None:
    await order(shop)
    lose_patience(shop)

    assert (await order(shop))["ok"]


async def test_who_has_too_little_is_told_what_it_costs(shop: Stage) -> None:
    answer = await order(shop, user="Bob")

    assert (answer["code"], answer["values"]) == ("too_dear", {"price": PRICE, "balance": 10})


async def test_nothing_is_sold_while_the_robot_is_known_to_be_away(shop: Stage) -> None:
    shop.tick("away")
    assert (await order(shop))["code"] == "robot_away"
    shop.tick("connected")
    assert (await order(shop))["ok"]


async def test_nobody_else_ends_a_sale(shop: Stage) -> None:
    await order(shop, key="k")
    answer = await shop.ask("shoutout_release", Ending(key="purchase:k:release", user="Alice", at=shop.now, sale="k"))

    assert (answer["code"], state(shop)) == ("not_allowed", "delivering")


# -- kills and repetitions ------------------------------------------------------------------------------------------------------------


async def test_the_same_order_again_is_the_same_sale(shop: Stage) -> None:
    first = await order(shop, key="k")
    assert await order(shop, key="k") == first
    assert len(shop.announced) == 1
    assert purse(shop) == (450, PRICE, 0)


@pytest.mark.parametrize("ends", ["paid", "returned"])
async def test_an_end_the_ledger_did_not_hear_of_is_taken_up_after_a_kill(kept: Kept, tmp_path: Path, ends: str) -> None:
    async with opened(kept, tmp_path) as shop:
        shop.configure(bot={"username": BOT})
        await order(shop)
        shop.deaf = True
        hear(shop, "Alice says: hello all") if ends == "paid" else lose_patience(shop)
        await asyncio.sleep(0)
    async with opened(kept, tmp_path) as shop:
        await reaches(shop, ends)
        assert purse(shop) == ((450, 0, PRICE) if ends == "paid" else (500, 0, 0))


async def test_what_the_ledger_gave_back_by_itself_is_not_charged(shop: Stage) -> None:
    await order(shop)
    shop.teller.pass_time(hours=12)
    shop.teller.settle_deadlines()
    hear(shop, "Alice says: hello all")
    await reaches(shop, "returned")

    assert purse(shop) == (500, 0, 0)
    assert [said.text for said in shop.announced if said.lane == "pm"] == ["Your 50 Z are back."]


@pytest.mark.parametrize("heard", [True, False])
async def test_nobody_is_told_of_coins_that_are_not_back_yet(shop: Stage, heard: bool) -> None:
    await order(shop)
    shop.teller.ask("freeze", FreezeRequest(key="f", account="Alice", at=shop.now, frozen=True))
    hear(shop, "Alice says: hello all") if heard else lose_patience(shop)
    await reaches(shop, "returned")

    assert purse(shop) == (450, PRICE, 0)
    assert [said.text for said in shop.announced if said.lane == "pm"] == []


@settings(max_examples=40)
@given(
    happenings=st.lists(st.sampled_from(["echo", "wait", "away", "again", "kill", "expire"]), max_size=12),
)
async def test_it_is_paid_or_given_back_once_whatever_happens(tmp_path_factory: pytest.TempPathFactory, happenings: list[str]) -> None:
    folder = tmp_path_factory.mktemp("shop")
    kept = Kept(folder)
    kept.teller.viewers(Alice=500)
    left = list(happenings)
    ordered = False
    while True:
        async with opened(kept, folder) as shop:
            if not ordered:
                shop.configure(bot={"username": BOT})
                await order(shop, key="k")
                ordered = True
            killed = False
            while left and not killed:
                match left.pop(0):
                    case "echo":
                        hear(shop, "Alice says: hello all")
                    case "wait":
                        shop.tick("connected", seconds=40)
                    case "away":
                        shop.tick("away", minutes=6)
                    case "again":
                        await order(shop, key="k")
                    case "expire":
                        shop.teller.pass_time(hours=3)
                        shop.teller.settle_deadlines()
                    case _:
                        killed = True
                balance, held, spent = purse(shop)
                assert balance + held + spent == 500
            if not killed:
                shop.tick("away", hours=1)
                for _ in range(200):
                    if state(shop) in {"paid", "returned"}:
                        break
                    await asyncio.sleep(0)
                assert purse(shop) == ((450, 0, PRICE) if state(shop) == "paid" else (500, 0, 0))
                break
    kept.close()


# -- the pure rules -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heard", "told"),
    [
        ("Alice says: what a lovely evening", True),
        ("*Alice* says: what a **lovely** evening", True),
        ("Alice says: what a ****** evening", True),
        ("Alice says: good night", False),
        ("Bob says: what a lovely evening", False),
    ],
)
def test_an_echo_is_known_by_name_and_words_as_far_as_filters_leave_them(heard: str, told: bool) -> None:
    assert is_told(heard, "Alice", "what a lovely evening") is told


@pytest.mark.parametrize(
    ("heard", "told"), [("Alice says: hi", True), ("Alice says: HI!", True), ("Alice reached a thing of his own", False)]
)
def test_a_short_text_is_not_known_by_what_happens_to_stand_in_another_line(heard: str, told: bool) -> None:
    assert is_told(heard, "Alice", "hi") is told


@pytest.mark.parametrize(("heard", "told"), [("Alice says: \N{PARTY POPPER}", True), ("Alice is now a Gaffer!", False)])
def test_signs_alone_are_known_by_themselves_behind_the_name(heard: str, told: bool) -> None:
    assert is_told(heard, "Alice", "\N{PARTY POPPER}") is told


@given(st.text())
def test_a_cleaned_text_commands_nothing_and_is_clean(text: str) -> None:
    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    assert not cleaned.startswith(("/", "!"))
    assert not any(character in cleaned for character in "\n\r\x00\u202e")
