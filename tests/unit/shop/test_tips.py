"""Tips: the checks in their order, the day's limit within the posting, nobody to oneself, once under each key."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.common.contracts.ledger import Reverse
from libs.common.contracts.ledger_requests import BanRequest
from libs.common.contracts.shop.tips import TipRequest
from services.shop.tips.rules import nearest
from tests.support.shop_stage import Kept, Stage, opened
from tests.support.waiting import until

LIMIT = 500


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    kept.teller.viewers(Alice=1_000, Bob=0, Carol=1_000)
    kept.now += timedelta(hours=1)
    yield kept
    kept.close()


@pytest.fixture
async def shop(kept: Kept, tmp_path: Path) -> AsyncIterator[Stage]:
    async with opened(kept, tmp_path) as stage:
        stage.configure(tipping={"max_per_day": LIMIT, "min_amount": 5})
        yield stage


async def tip(shop: Stage, target: str = "Bob", amount: int = 100, user: str = "Alice", key: str | None = None) -> dict[str, Any]:
    return await shop.ask("tip", TipRequest(key=key or shop.teller.key(), user=user, at=shop.now, target=target, amount=amount))


def money(shop: Stage) -> list[int]:
    return [shop.teller.balance(name) for name in ("Alice", "Bob", "Carol")]


async def test_a_tip_moves_coins_in_one_posting(shop: Stage) -> None:
    assert await tip(shop, "bOB") == {"ok": True, "target": "Bob", "amount": 100, "balance": 900, "left": 400}
    entries = [(entry["account"], entry["amount"], entry["type"], entry["trigger"]) for entry in shop.teller.journal()[-1]["entries"]]
    assert entries == [("Alice", -100, "tip_send", "spend.tip"), ("Bob", 100, "tip_receive", "earn.tip")]


async def test_a_tip_received_makes_no_rank(shop: Stage) -> None:
    await tip(shop)
    assert shop.teller.account("Bob").lifetime_earned == 0
    assert shop.teller.account("Alice").lifetime_spent == 100


@pytest.mark.parametrize(
    ("wanted", "code", "values"),
    [
        ({"amount": 4}, "tip_low", {"minimum": 5}),
        ({"amount": -100}, "tip_low", {"minimum": 5}),
        ({"target": "aLICE"}, "tip_self", {}),
        ({"target": "ZCoinBot"}, "no_part", {"user": "ZCoinBot"}),
        ({"user": "Nobody"}, "no_account", {}),
        ({"target": "Carrol"}, "mistyped_user", {"user": "Carrol", "suggestion": "Carol"}),
        ({"target": "Xylophone"}, "unknown_user", {"user": "Xylophone"}),
        ({"amount": 501}, "tip_limit", {"limit": 500, "left": 500}),
        ({"user": "Bob", "target": "Carol"}, "too_dear", {"price": 100, "balance": 0}),
    ],
)
async def test_what_speaks_against_a_tip_is_told_and_costs_nothing(
    shop: Stage, wanted: dict[str, Any], code: str, values: dict[str, Any]
) -> None:
    assert await tip(shop, **wanted) == {"ok": False, "code": code, "values": values}
    assert money(shop) == [1_000, 0, 1_000]


async def test_the_first_check_that_fails_answers(shop: Stage) -> None:
    shop.configure(tipping={"enabled": False})
    assert (await tip(shop, "Alice", -1))["code"] == "off"


async def test_whoever_came_just_now_gives_nothing_yet(shop: Stage) -> None:
    shop.teller.now = shop.now
    shop.teller.viewers(Newcomer=50)
    shop.kept.now += timedelta(minutes=10, seconds=30)
    assert await tip(shop, user="Newcomer", amount=5) == {"ok": False, "code": "too_new", "values": {"minutes": 20}}


async def test_who_is_suspended_receives_nothing(shop: Stage) -> None:
    shop.teller.ask("ban", BanRequest(account="Bob", key="ban", at=shop.now))
    assert (await tip(shop))["code"] == "not_receiving"


async def test_the_days_limit_is_of_the_economys_day(shop: Stage) -> None:
    await tip(shop, amount=500)
    assert await tip(shop, amount=5) == {"ok": False, "code": "tip_limit", "values": {"limit": 500, "left": 0}}
    shop.kept.now += timedelta(days=1)
    assert (await tip(shop, amount=5))["left"] == 495


async def test_a_tip_that_was_undone_may_be_given_again(shop: Stage) -> None:
    await tip(shop, amount=LIMIT, key="mistake")
    assert (await tip(shop))["code"] == "tip_limit"
    shop.teller.done(Reverse(key="mistake", type="reversal", trigger="undo"))

    assert (await tip(shop, "Carol"))["ok"]


async def test_many_tips_at_once_never_pass_the_limit_or_the_balance(shop: Stage) -> None:
    answers = await asyncio.gather(*(tip(shop, amount=40) for _ in range(40)))
    assert sum(answer["ok"] for answer in answers) == LIMIT // 40
    assert money(shop) == [1_000 - 480, 480, 1_000]


async def test_a_limit_the_ledger_alone_knows_of_is_told_alike(shop: Stage) -> None:
    await tip(shop, amount=500)
    shop.db.execute("DELETE FROM given")
    assert (await tip(shop, amount=5))["code"] == "tip_limit"


async def test_a_repetition_is_answered_and_not_paid_again(shop: Stage) -> None:
    first = await tip(shop, key="once")
    assert await tip(shop, key="once") == first
    assert money(shop) == [900, 100, 1_000]


async def test_a_tip_begun_before_a_kill_is_ended_after_it(kept: Kept, tmp_path: Path) -> None:
    async with opened(kept, tmp_path) as shop:
        shop.configure()
        shop.deaf = True
        asking = asyncio.create_task(tip(shop, key="once"))
        await until(lambda: shop.db.execute("SELECT 1 FROM errands").fetchone() is not None, every_seconds=0)
        asking.cancel()
    async with opened(kept, tmp_path) as shop:
        assert (await tip(shop, key="once"))["balance"] == 900
        assert (await tip(shop, key="once"))["balance"] == 900
        assert money(shop) == [900, 100, 1_000]


class TestAliases:
    async def test_a_tip_to_ones_other_name_is_refused(self, shop: Stage) -> None:
        shop.aliases = {"bob": "ALICE"}
        assert await tip(shop) == {"ok": False, "code": "tip_alias", "values": {"user": "Bob"}}

    async def test_so_is_one_between_two_names_of_somebody_else(self, shop: Stage) -> None:
        shop.aliases = {"bob": "Dave", "alice": "Dave"}
        assert (await tip(shop))["code"] == "tip_alias"

    async def test_without_userstats_it_is_let_through_and_marked(self, shop: Stage) -> None:
        assert (await tip(shop))["ok"]
        assert shop.teller.journal()[-1]["entries"][0]["metadata"]["aliases"] == "unavailable"

    async def test_without_userstats_it_is_refused_where_the_operator_says_so(self, shop: Stage) -> None:
        shop.configure(tipping={"alias_check_unavailable": "block"})
        assert (await tip(shop))["code"] == "tip_unsure"

    async def test_with_userstats_a_blocking_operator_lets_strangers_tip(self, shop: Stage) -> None:
        shop.configure(tipping={"alias_check_unavailable": "block"})
        shop.aliases = {"other": "Dave"}
        assert (await tip(shop))["ok"]


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["Alice", "Puppet", "Bob", "Carol"]),
        st.sampled_from(["alice", "PUPPET", "Bob", "carol", "Ghost"]),
        st.integers(-5, 700),
        st.booleans(),
    ),
    max_size=12,
)


@given(actions=ACTIONS, at_once=st.integers(1, 6))
@settings(max_examples=30)
def test_whatever_is_tipped_sums_limits_and_persons_hold(actions: list[tuple[str, str, int, bool]], at_once: int) -> None:
    """`Puppet` is another name of Alice's; every other tip comes twice under its key."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_tip_about(Path(folder), actions, at_once))


async def _tip_about(folder: Path, actions: list[tuple[str, str, int, bool]], at_once: int) -> None:
    kept = Kept(folder)
    kept.teller.viewers(Alice=900, Puppet=300, Bob=100, Carol=0)
    kept.now += timedelta(hours=1)
    async with opened(kept, folder) as shop:
        shop.aliases = {"puppet": "Alice"}
        shop.configure(tipping={"max_per_day": LIMIT})
        given: dict[str, int] = {}
        for start in range(0, len(actions), at_once):
            asked = []
            for number, (user, target, amount, twice) in enumerate(actions[start : start + at_once], start):
                asked.append(tip(shop, target, amount, user, f"tip:{number}"))
                if twice:
                    asked.append(tip(shop, target, amount, user, f"tip:{number}"))
            await asyncio.gather(*asked)
        rows = shop.db.execute("SELECT sender, receiver, amount FROM tips").fetchall()
        for sender, receiver, amount in rows:
            given[sender] = given.get(sender, 0) + amount
            assert sender != receiver
            assert {sender, receiver} != {"alice", "puppet"}
        assert all(coins <= LIMIT for coins in given.values())
        balances = [kept.teller.balance(name) for name in ("Alice", "Puppet", "Bob", "Carol")]
        assert sum(balances) == 1_300
        assert min(balances) >= 0
    kept.close()


def test_the_nearest_name_is_found_in_its_own_spelling() -> None:
    assert nearest("moovielover", ["MovieLover", "Somebody", "Else"]) == "MovieLover"


def test_nothing_is_suggested_where_nothing_is_like_it() -> None:
    assert nearest("xyz", ["MovieLover"]) is None
