"""Bounties: set out, claimed, cancelled, over; each ends once, and every coin is somewhere."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.config.exchange import Bounties
from libs.common.contracts.ledger_requests import ActionsRequest, BanRequest, FreezeRequest
from libs.common.contracts.shop.bounties import BountiesRequest, BountyRequest, CancelBountyRequest, ClaimBountyRequest
from libs.common.contracts.shop.tips import TipRequest
from libs.common.contracts.shop.vanity import BuyRequest
from services.shop.bounties import rules
from tests.support.shop_stage import Kept, Stage, opened
from tests.support.teller import reverse

START_COINS = 10_000


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    kept.teller.viewers(Alice=START_COINS, Bob=0, Carol=START_COINS)
    yield kept
    kept.close()


@pytest.fixture
async def shop(kept: Kept, tmp_path: Path) -> AsyncIterator[Stage]:
    async with opened(kept, tmp_path) as stage:
        stage.configure()
        yield stage


async def set_out(
    shop: Stage, amount: int = 1_000, text: str = "a good pun", user: str = "Alice", key: str | None = None
) -> dict[str, Any]:
    return await shop.ask("bounty", BountyRequest(key=key or shop.teller.key(), user=user, at=shop.now, amount=amount, text=text))


async def claim(shop: Stage, winner: str = "Bob", number: int = 1, key: str | None = None) -> dict[str, Any]:
    request = ClaimBountyRequest(key=key or shop.teller.key(), user="Boss", at=shop.now, number=number, winner=winner)
    return await shop.ask("claim_bounty", request)


async def cancel(shop: Stage, user: str = "Alice", number: int = 1, *, admin: bool = False, key: str | None = None) -> dict[str, Any]:
    request = CancelBountyRequest(key=key or shop.teller.key(), user=user, at=shop.now, number=number, by_admin=admin)
    return await shop.ask("cancel_bounty", request)


async def listed(shop: Stage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await shop.ask("bounties", BountiesRequest(key="list", user="Bob", at=shop.now)))["bounties"]
    return found


def coins(shop: Stage) -> dict[str, int]:
    return {name: shop.teller.balance(name) for name in ("Alice", "Bob", "Carol")}


def lines(shop: Stage) -> list[tuple[str | None, str | None]]:
    return [(said.to, said.line) for said in shop.announced]


# -- set out --------------------------------------------------------------------------------------------------------------------------


async def test_a_bounty_is_held_and_told(shop: Stage) -> None:
    answer = await set_out(shop, 1_000, "“a good pun”")

    assert (answer["number"], answer["text"], answer["hours"], answer["refund"], answer["balance"]) == (1, "a good pun", 168, 500, 9_000)
    assert shop.teller.account("Alice").held == 1_000
    assert [(said.line, said.values) for said in shop.announced] == [
        ("bounty", {"user": "Alice", "amount": 1_000, "text": "a good pun", "number": "1"})
    ]


async def test_numbers_rise_and_one_that_was_never_told_is_given_again(shop: Stage) -> None:
    await set_out(shop, key="first")
    refused = await set_out(shop, 500, user="Bob")

    assert (refused["code"], refused["values"]) == ("too_dear", {"price": 500, "balance": 0})
    assert (await set_out(shop, user="Carol"))["number"] == 2


async def test_the_same_request_twice_is_one_bounty(shop: Stage) -> None:
    assert await set_out(shop, key="k") == await set_out(shop, key="k")
    assert shop.teller.account("Alice").held == 1_000


@pytest.mark.parametrize(
    ("amount", "text", "code"),
    [
        (99, "x", "bounty_low"),
        (-5, "x", "bounty_low"),
        (50_001, "x", "bounty_high"),
        (100, ' "" ', "bounty_empty"),
        (100, "x" * 201, "bounty_long"),
    ],
)
async def test_what_is_no_bounty_costs_nothing(shop: Stage, amount: int, text: str, code: str) -> None:
    assert (await set_out(shop, amount, text))["code"] == code
    assert coins(shop)["Alice"] == START_COINS


async def test_nobody_has_more_open_ones_than_allowed(shop: Stage) -> None:
    answers = await asyncio.gather(*(set_out(shop, 100, f"part {each}") for each in range(5)))

    assert sorted(answer.get("code", "open") for answer in answers) == ["bounty_many", "bounty_many", "open", "open", "open"]
    await cancel(shop, number=2)
    assert (await set_out(shop, 100))["number"] == 4


async def test_who_has_no_account_is_told_so(shop: Stage) -> None:
    assert (await set_out(shop, user="Nobody"))["code"] == "no_account"


async def test_where_bounties_are_off_there_are_none(shop: Stage) -> None:
    shop.configure(bounties={"enabled": False})

    assert (await set_out(shop))["code"] == "off"


# -- claimed --------------------------------------------------------------------------------------------------------------------------


async def test_who_earned_it_gets_all_of_it(shop: Stage) -> None:
    await set_out(shop)
    answer = await claim(shop)

    assert (answer["winner"], answer["amount"], answer["creator"], answer["balance"]) == ("Bob", 1_000, "Alice", 1_000)
    assert (shop.teller.account("Bob").lifetime_earned, shop.teller.account("Alice").lifetime_spent) == (0, 1_000)
    assert lines(shop)[-1] == (None, "bounty_won")
    assert (await claim(shop, "Carol"))["code"] == "bounty_claimed"


@pytest.mark.parametrize(("winner", "code"), [("alice", "bounty_own"), ("Nobody", "bounty_nobody"), ("ZCoinBot", "bounty_nobody")])
async def test_who_can_not_win_leaves_it_open(shop: Stage, winner: str, code: str) -> None:
    await set_out(shop)

    assert (await claim(shop, winner))["code"] == code
    assert (await claim(shop))["ok"]


async def test_nobody_wins_an_own_bounty_under_another_name(shop: Stage) -> None:
    shop.aliases = {"bob": "Alice"}
    await set_out(shop)

    assert (await claim(shop))["code"] == "bounty_own"
    assert (await claim(shop, "Carol"))["ok"]


async def test_a_banned_winner_leaves_it_open(shop: Stage) -> None:
    await set_out(shop)
    shop.teller.ask("ban", BanRequest(key="ban", account="Bob", at=shop.now))

    assert (await claim(shop))["code"] == "bounty_banned"
    assert [bounty["number"] for bounty in await listed(shop)] == [1]


async def test_there_is_no_bounty_of_that_number(shop: Stage) -> None:
    assert (await claim(shop, number=7))["code"] == "bounty_unknown"
    assert (await cancel(shop, number=7))["code"] == "bounty_unknown"


# -- cancelled ------------------------------------------------------------------------------------------------------------------------


async def test_its_creator_gets_the_share_of_an_end_back(shop: Stage) -> None:
    await set_out(shop, 1_001)

    assert (await cancel(shop))["refund"] == 500
    assert coins(shop)["Alice"] == START_COINS - 501
    assert shop.teller.account("Alice").lifetime_spent == 501


async def test_an_administrator_gives_all_of_it_back(shop: Stage) -> None:
    await set_out(shop)

    assert (await cancel(shop, "Boss", admin=True))["refund"] == 1_000
    assert coins(shop)["Alice"] == START_COINS


async def test_an_administrator_has_no_advantage_with_an_own_one(shop: Stage) -> None:
    await set_out(shop)

    assert (await cancel(shop, "alice", admin=True))["refund"] == 500


async def test_only_what_is_decided_for_others_stands_among_what_was_done_by_hand(shop: Stage) -> None:
    """The ledger finds it by its actor: what viewers do with their own coins would be in the way, a million rows of it."""
    shop.configure(tipping={"min_account_age_minutes": 0})
    tip = TipRequest(key="tip", user="Carol", at=shop.now, target="Bob", amount=5)
    greeting = BuyRequest(key="greeting", user="Alice", at=shop.now, item="custom_greeting", value="Hello!")
    assert (await shop.ask("tip", tip))["ok"]
    assert (await shop.ask("buy", greeting))["ok"]
    for _ in range(3):
        await set_out(shop, 100)
    await claim(shop, number=1)
    await cancel(shop, number=2)
    await cancel(shop, "Boss", number=3, admin=True)

    named = [(row["actor"], row["entries"][-1]["trigger"]) for row in shop.teller.journal() if row["caller"] == "shop" and "actor" in row]
    assert named == [("Boss", "bounty.claim.1"), ("Boss", "bounty.cancel.3")]
    done = shop.teller.ask("actions", ActionsRequest(user="boss"))["actions"]
    assert [(each["type"], each["account"], each["amount"]) for each in done] == [
        ("bounty_expired_refund", "Alice", 100),
        ("bounty_claim", "Bob", 100),
    ]


async def test_nobody_else_cancels_it(shop: Stage) -> None:
    await set_out(shop)

    assert (await cancel(shop, "Bob"))["code"] == "bounty_not_yours"


# -- its time is over -----------------------------------------------------------------------------------------------------------------


async def test_at_its_end_a_part_comes_back_and_the_rest_is_burnt(shop: Stage) -> None:
    await set_out(shop, 1_001)
    shop.tick(hours=168)
    shop.tick(seconds=2)
    await shop.settled()

    assert coins(shop)["Alice"] == START_COINS - 501
    assert [line for line in lines(shop) if line[0]] == [("Alice", "bounty_expired")]
    assert (await claim(shop))["code"] == "bounty_over"


async def test_from_its_end_on_nobody_claims_it_even_before_a_tick(shop: Stage) -> None:
    await set_out(shop)
    shop.kept.now += timedelta(hours=168)

    assert (await claim(shop))["code"] == "bounty_over"
    assert (await cancel(shop))["code"] == "bounty_over"


async def test_it_lasts_a_minute_at_least(shop: Stage) -> None:
    shop.configure(bounties={"default_expiry_hours": 0})
    await set_out(shop)
    shop.tick(seconds=59)
    assert (await claim(shop))["ok"]


async def test_what_comes_back_is_what_was_said_when_it_was_set_out(shop: Stage) -> None:
    await set_out(shop)
    shop.configure(bounties={"expiry_refund_percent": 0})

    assert (await cancel(shop))["refund"] == 500


async def test_a_frozen_account_has_its_end_tried_again(shop: Stage) -> None:
    await set_out(shop)
    shop.teller.ask("freeze", FreezeRequest(key="freeze", account="Alice", at=shop.now))
    shop.tick(hours=168)
    await shop.settled()
    tried = shop.postings
    shop.tick(minutes=30)
    await shop.settled()
    assert shop.postings == tried

    shop.teller.ask("freeze", FreezeRequest(key="thaw", account="Alice", at=shop.now, frozen=False))
    shop.tick(hours=1)
    await shop.settled()
    assert coins(shop)["Alice"] == START_COINS - 500


async def test_what_the_ledger_ended_by_itself_is_over_here_too(shop: Stage) -> None:
    await set_out(shop)
    shop.teller.pass_time(days=9)
    assert len(shop.teller.settle_deadlines()) == 1
    before = coins(shop)

    assert (await claim(shop))["code"] == "bounty_over"
    assert coins(shop) == before
    assert lines(shop)[-1] == ("Alice", "bounty_expired")


async def test_numbers_that_come_again_after_the_database_was_lost_stand_in_nobodys_way(kept: Kept, tmp_path: Path) -> None:
    async with opened(kept, tmp_path) as shop:
        shop.configure()
        await set_out(shop)
        await set_out(shop, user="Carol")
        shop.tick(hours=168)
        await shop.settled()
    kept.db.execute("DELETE FROM bounties")
    kept.db.execute("DELETE FROM settled")
    async with opened(kept, tmp_path) as shop:
        before = coins(shop)["Alice"]
        assert (await set_out(shop))["number"] == 1
        shop.tick(hours=168)
        await shop.settled()
        assert coins(shop)["Alice"] == before - 500
        assert await listed(shop) == []


async def test_coins_somebody_released_by_hand_end_it(shop: Stage) -> None:
    await set_out(shop, key="made")
    shop.teller.done(reverse("made"))

    assert (await claim(shop))["code"] == "bounty_cancelled"
    assert await listed(shop) == []


# -- kills and races ------------------------------------------------------------------------------------------------------------------


async def test_an_open_bounty_outlives_everything_and_ends_once(kept: Kept, tmp_path: Path) -> None:
    async with opened(kept, tmp_path) as shop:
        shop.configure()
        await set_out(shop)
    kept.teller.crash()
    async with opened(kept, tmp_path) as shop:
        shop.deaf = True
        shop.tick(hours=169)
        await asyncio.sleep(0)
    for _ in range(2):
        async with opened(kept, tmp_path) as shop:
            shop.tick(seconds=2)
            await shop.settled()

            assert coins(shop)["Alice"] == START_COINS - 500
            assert lines(shop).count(("Alice", "bounty_expired")) == 1


async def test_what_comes_while_one_end_is_under_way_comes_too_late(shop: Stage) -> None:
    await set_out(shop)
    shop.kept.now += timedelta(hours=167, minutes=59, seconds=59)
    shop.before_post = lambda: shop.tick(seconds=1)
    answers = await asyncio.gather(claim(shop), claim(shop, "Carol"), cancel(shop), cancel(shop, "Boss", admin=True))
    await shop.settled()

    assert [answer["ok"] for answer in answers].count(True) == 1
    assert coins(shop) == {"Alice": START_COINS - 500, "Bob": 0, "Carol": START_COINS}
    assert lines(shop).count(("Alice", "bounty_expired")) == 0


async def test_what_comes_while_its_time_ends_comes_too_late(shop: Stage) -> None:
    await set_out(shop)
    before_its_end = shop.now
    shop.tick(hours=168)
    shop.kept.now = before_its_end
    answers = await asyncio.gather(claim(shop), cancel(shop))
    await shop.settled()

    assert [answer["ok"] for answer in answers] == [False, False]
    assert coins(shop) == {"Alice": START_COINS - 500, "Bob": 0, "Carol": START_COINS}


@given(amount=st.integers(1, 10**15), percent=st.integers(0, 100))
def test_what_comes_back_is_a_whole_part(amount: int, percent: int) -> None:
    refund = rules.refund(amount, Bounties(expiry_refund_percent=percent))

    assert 0 <= refund <= amount
    assert refund * 100 <= amount * percent < (refund + 1) * 100


@given(st.text(max_size=300))
def test_what_is_said_is_one_line_and_stays_the_same(text: str) -> None:
    said = rules.said(text)

    assert rules.said(said) == said
    assert len(said.splitlines()) <= 1
    assert len(said) <= len(text)


@pytest.mark.parametrize("text", ['"a pun"', "“a pun”", "«a pun»", "„a pun“", " 'a  pun' ", "a\x00\npun", "a\u200b pun"])
def test_quotes_and_what_can_not_be_seen_are_left_out(text: str) -> None:
    assert rules.said(text) == "a pun"


async def test_the_list_has_the_newest_first_and_their_ends(shop: Stage) -> None:
    await set_out(shop, 100, "one")
    shop.tick(hours=1)
    await set_out(shop, 200, "two", "Carol")

    assert [(each["number"], each["amount"], each["text"], each["creator"]) for each in await listed(shop)] == [
        (2, 200, "two", "Carol"),
        (1, 100, "one", "Alice"),
    ]
