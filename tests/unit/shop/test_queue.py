"""Payments for the queue: priced, limited, paid once, given back once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from libs.common.contracts.ledger_requests import BanRequest, FreezeRequest
from libs.common.contracts.shop.queue import QueuePreviewRequest, QueueRefundRequest, QueueRequest, payment_key, refund_key
from tests.support.shop_stage import Kept, Stage, opened
from tests.support.teller import CHANNEL, Teller, reverse, set_to

EPISODE = 22 * 60


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    kept.teller.viewers(Alice=5_000, Bob=100)
    yield kept
    kept.close()


@pytest.fixture
async def shop(kept: Kept, tmp_path: Path) -> AsyncIterator[Stage]:
    async with opened(kept, tmp_path) as stage:
        free_to_buy(stage)
        yield stage


def free_to_buy(shop: Stage, **spending: Any) -> None:
    shop.configure(spending={"queue_cooldown_minutes": 0, "max_queues_per_day": 1_000, **spending}, ranks={"spend_discount_per_rank": 0})


async def pay(
    shop: Stage, id_: str = "r1", user: str = "Alice", seconds: int = EPISODE, channel: str = CHANNEL, **more: Any
) -> dict[str, Any]:
    request = QueueRequest(key=payment_key(id_), user=user, at=shop.now, request_id=id_, seconds=seconds, **more)
    return await shop.ask("queue", request, channel)


async def give_back(shop: Stage, id_: str = "r1", user: str = "Alice", reason: str = "refund", call: str = "") -> dict[str, Any]:
    request = QueueRefundRequest(key=refund_key(id_), user=user, at=shop.now, request_id=id_, reason=reason, call=call)
    return await shop.ask("queue_refund", request)


async def preview(shop: Stage, user: str = "Alice", seconds: int = EPISODE) -> dict[str, Any]:
    return await shop.ask("queue_preview", QueuePreviewRequest(key=shop.teller.key(), user=user, at=shop.now, seconds=seconds))


def counters(teller: Teller) -> dict[str, int]:
    return {name: count for name, count in teller.account("Alice").limits.items() if count}


# -- paid -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "cost", "label"),
    [
        (1, 250, "Clip"),
        (900, 250, "Clip"),
        (901, 500, "Half an hour"),
        (3_900, 750, "An hour"),
        (3_901, 1_000, "Film"),
        (10**9, 1_000, "Film"),
    ],
)
async def test_the_price_follows_the_length(shop: Stage, seconds: int, cost: int, label: str) -> None:
    shown = await preview(shop, seconds=seconds)
    paid = await pay(shop, seconds=seconds)

    assert (shown["cost"], shown["base"], shown["tier_label"]) == (cost, cost, label)
    assert (paid["cost"], paid["tier_label"], paid["balance"]) == (cost, label, 5_000 - cost)
    assert shop.teller.balance("Alice") == 5_000 - cost


async def test_a_rank_pays_less_by_the_price_it_was_shown(shop: Stage) -> None:
    shop.configure(spending={"queue_cooldown_minutes": 0})
    shown = await preview(shop)

    assert (shown["cost"], shown["base"], shown["discount_percent"]) == (480, 500, 4.0)
    assert (await pay(shop))["cost"] == 480


async def test_what_was_bought_is_told_and_can_be_explained(shop: Stage) -> None:
    await pay(shop, media_id="cm:42")

    assert [(fact["item"], fact["state"], fact["user"], fact["price"]) for fact in shop.facts] == [("queue", "paid", "Alice", 500)]
    entry = shop.teller.journal()[-1]["entries"][0]
    assert (entry["type"], entry["trigger"]) == ("spend", "spend.queue.r1")
    assert (entry["metadata"]["base"], entry["metadata"]["media"], entry["metadata"]["seconds"]) == (500, "cm:42", EPISODE)


async def test_what_is_free_costs_nothing_and_counts_all_the_same(shop: Stage) -> None:
    free_to_buy(shop, queue_tiers=[{"max_minutes": 999, "cost": 0}])
    paid = await pay(shop)

    assert (paid["cost"], paid["balance"]) == (0, 5_000)
    assert counters(shop.teller) == {"queue:2026-11-22": 1}
    assert (await give_back(shop))["refunded"] == 0
    assert counters(shop.teller) == {}


@pytest.mark.parametrize("user", ["Bob", "Nobody", "Carl"])
async def test_who_can_not_pay_is_told_one_and_the_same(shop: Stage, user: str) -> None:
    shop.teller.viewers(Carl=5_000)
    shop.teller.ask("ban", BanRequest(key="ban", account="Carl", at=shop.now))

    assert (await preview(shop, user))["refusal"] == "insufficient_balance"
    refused = await pay(shop, user=user)
    assert (refused["code"], refused["values"]["cost"]) == ("insufficient_balance", 500)


async def test_what_the_ledger_refuses_is_not_paid_and_may_be_tried_again(shop: Stage) -> None:
    def frozen() -> None:
        shop.teller.ask("freeze", FreezeRequest(key="freeze", account="Alice", at=shop.now))

    shop.before_post = frozen
    assert (await pay(shop))["code"] == "insufficient_balance"
    shop.before_post = None
    shop.teller.ask("freeze", FreezeRequest(key="thaw", account="Alice", at=shop.now, frozen=False))
    assert (await pay(shop))["ok"]


# -- once -----------------------------------------------------------------------------------------------------------------------------


async def test_fifty_of_one_payment_at_once_are_one(shop: Stage) -> None:
    answers = await asyncio.gather(*(pay(shop, call=f"c{each}") for each in range(50)))

    assert {answer["cost"] for answer in answers} == {500}
    assert len({answer["call"] for answer in answers}) == 1, "all but the one that was served see that they repeated it"
    assert shop.teller.balance("Alice") == 4_500


async def test_other_contents_under_one_id_are_a_mistake(shop: Stage) -> None:
    await pay(shop)

    assert (await pay(shop, seconds=60))["code"] == "key_conflict"
    assert (await pay(shop, user="Bob"))["code"] == "key_conflict"
    assert (await pay(shop, user="ALICE"))["ok"], "a name means the same in any case of letters"
    assert shop.teller.balance("Alice") == 4_500


async def test_an_id_is_one_payments_over_all_channels(kept: Kept, tmp_path: Path) -> None:
    async with opened(kept, tmp_path, (CHANNEL, "elsewhere")) as shop:
        free_to_buy(shop)
        await pay(shop)

        assert (await pay(shop, channel="elsewhere"))["code"] == "key_conflict"


async def test_a_repetition_is_known_when_its_answer_is_kept_no_more(shop: Stage) -> None:
    await pay(shop)
    shop.db.execute("DELETE FROM settled")

    assert await pay(shop) == {"ok": True, "request_id": "r1", "cost": 500, "tier": "queue", "tier_label": "", "call": ""}
    assert (await pay(shop, user="Bob"))["code"] == "key_conflict"
    assert shop.teller.balance("Alice") == 4_500


async def test_a_payment_begun_before_a_kill_is_paid_once(kept: Kept, tmp_path: Path) -> None:
    async with opened(kept, tmp_path) as shop:
        free_to_buy(shop)
        shop.deaf = True
        waiting = asyncio.ensure_future(pay(shop))
        await shop.begun()
        waiting.cancel()
    for _ in range(2):
        async with opened(kept, tmp_path) as shop:
            await shop.settled()
            assert (await pay(shop))["cost"] == 500
            assert shop.teller.balance("Alice") == 4_500
    assert len(shop.facts) == 1


# -- given back -----------------------------------------------------------------------------------------------------------------------


async def test_what_is_given_back_goes_to_whom_paid_whoever_asks(shop: Stage) -> None:
    earned = shop.teller.account("Alice").lifetime_earned
    await pay(shop)
    answer = await give_back(shop, user="Bob")

    assert (answer["refunded"], shop.teller.account("Alice").balance, "balance" in answer) == (500, 5_000, False)
    account = shop.teller.account("Alice")
    assert (account.balance, account.lifetime_earned, account.lifetime_spent) == (5_000, earned, 0)
    assert shop.facts[-1]["state"] == "refunded"


async def test_fifty_refunds_at_once_are_one(shop: Stage) -> None:
    await pay(shop)
    answers = await asyncio.gather(*(give_back(shop, user=f"u{each}", reason=f"because {each}") for each in range(50)))

    assert {answer["refunded"] for answer in answers} == {500}
    assert (await give_back(shop, reason="again"))["refunded"] == 500
    assert shop.teller.balance("Alice") == 5_000


async def test_a_payment_repeated_after_its_refund_is_told_of_it(shop: Stage) -> None:
    await pay(shop)
    await give_back(shop)

    assert (await pay(shop))["code"] == "refunded"
    shop.db.execute("DELETE FROM settled")
    assert (await pay(shop))["code"] == "refunded"
    assert (await give_back(shop))["refunded"] == 500
    assert shop.teller.balance("Alice") == 5_000


async def test_what_comes_behind_its_refund_is_not_paid(shop: Stage) -> None:
    assert (await give_back(shop))["code"] == "unknown_request_id"

    assert (await pay(shop))["code"] == "refunded"
    assert (await give_back(shop))["code"] == "unknown_request_id"
    assert shop.teller.balance("Alice") == 5_000


async def test_what_only_the_ledger_remembers_is_given_back(shop: Stage) -> None:
    """The shop's database was lost, or put back from before the payment."""
    await pay(shop)
    shop.db.execute("DELETE FROM settled")
    shop.db.execute("DELETE FROM queue_spend_requests")
    answer = await give_back(shop, call="mine")

    assert (answer["refunded"], answer["balance"], answer["call"]) == (500, 5_000, "mine")
    assert (shop.facts[-1]["state"], shop.facts[-1]["user"], shop.facts[-1]["price"]) == ("refunded", "Alice", 500)
    assert (await give_back(shop))["refunded"] == 500
    assert (await pay(shop))["code"] == "refunded"
    assert shop.teller.balance("Alice") == 5_000


async def test_nobody_is_told_what_another_has_though_only_the_ledger_remembers_who_paid(shop: Stage) -> None:
    await pay(shop)
    shop.db.execute("DELETE FROM settled")
    shop.db.execute("DELETE FROM queue_spend_requests")
    answer = await give_back(shop, user="Web")

    assert (answer["refunded"], "balance" in answer) == (500, False)


async def test_a_payment_the_ledger_alone_remembers_is_not_paid_again(shop: Stage) -> None:
    await pay(shop)
    shop.db.execute("DELETE FROM settled")
    shop.db.execute("DELETE FROM queue_spend_requests")
    shop.tick(hours=24)

    assert (await pay(shop))["code"] == "key_conflict"
    assert shop.teller.balance("Alice") == 4_500
    assert (await give_back(shop))["refunded"] == 500


async def test_a_refund_that_was_forgotten_is_not_forgotten_by_the_ledger(shop: Stage) -> None:
    """The shop's database was put back from between payment and refund."""
    await pay(shop)
    await give_back(shop, reason="add_failed")
    shop.db.execute("DELETE FROM settled")
    shop.db.execute("UPDATE queue_spend_requests SET state = 'paid'")

    assert (await give_back(shop, reason="no_now_playing"))["refunded"] == 500
    assert (await pay(shop))["code"] == "refunded"
    shop.db.execute("DELETE FROM queue_spend_requests")
    assert (await give_back(shop, reason="admin_clear"))["code"] == "refunded"
    assert shop.teller.balance("Alice") == 5_000


async def test_a_refund_waits_for_its_payment(shop: Stage) -> None:
    shop.deaf = True
    paying = asyncio.ensure_future(pay(shop))
    await shop.begun()

    assert (await give_back(shop, user="Web"))["code"] == "working"
    shop.deaf = False
    await paying
    assert (await give_back(shop))["refunded"] == 500


async def test_a_refund_of_a_frozen_account_can_be_had_later(shop: Stage) -> None:
    await pay(shop)
    shop.teller.ask("freeze", FreezeRequest(key="freeze", account="Alice", at=shop.now))
    assert (await give_back(shop))["code"] == "frozen"
    shop.teller.ask("freeze", FreezeRequest(key="thaw", account="Alice", at=shop.now, frozen=False))

    assert (await give_back(shop))["refunded"] == 500


async def test_what_an_operator_undid_by_hand_is_not_given_back_twice(shop: Stage) -> None:
    await pay(shop)
    shop.teller.done(reverse(payment_key("r1")))

    assert (await give_back(shop))["refunded"] == 500
    assert (await pay(shop))["code"] == "refunded"
    assert shop.teller.balance("Alice") == 5_000


async def test_a_banned_viewer_gets_a_refund(shop: Stage) -> None:
    await pay(shop)
    shop.teller.ask("ban", BanRequest(key="ban", account="Alice", at=shop.now))

    assert (await give_back(shop))["refunded"] == 500


# -- limits ---------------------------------------------------------------------------------------------------------------------------


async def test_reasons_come_in_one_order(shop: Stage) -> None:
    shop.configure(spending={"max_queues_per_day": 1})
    await pay(shop)
    shop.teller.done(set_to("Alice", 0))

    assert (await pay(shop, "r2"))["code"] == "daily_limit_reached"
    shop.configure(spending={"max_queues_per_day": 2})
    assert (await pay(shop, "r2"))["code"] == "cooldown_active"
    shop.configure(spending={"max_queues_per_day": 2, "queue_cooldown_minutes": 0})
    assert (await pay(shop, "r2"))["code"] == "insufficient_balance"
    shop.configure(spending={"max_queues_per_day": 1, "blackout_windows": [{"name": "Night", "cron": "* * * * *", "duration_hours": 1}]})
    assert (await pay(shop, "r2"))["code"] == "blackout_active"


async def test_a_day_has_so_many_and_the_next_has_them_again(shop: Stage) -> None:
    free_to_buy(shop, max_queues_per_day=2)
    codes = [(await pay(shop, f"r{each}")).get("code") for each in range(3)]
    shown = await preview(shop)

    assert codes == [None, None, "daily_limit_reached"]
    assert (shown["remaining"], shown["refusal"]) == (0, "daily_limit_reached")
    shop.tick(hours=12)
    assert (await pay(shop, "r4"))["ok"]
    assert counters(shop.teller) == {"queue:2026-11-22": 2, "queue:2026-11-23": 1}


async def test_two_at_once_can_not_pass_the_limit(shop: Stage) -> None:
    free_to_buy(shop, max_queues_per_day=3)
    answers = await asyncio.gather(*(pay(shop, f"r{each}") for each in range(20)))

    assert Counter(answer.get("code", "paid") for answer in answers) == {"paid": 3, "daily_limit_reached": 17}


async def test_a_refund_gives_back_its_place_on_the_day_it_was_bought(shop: Stage) -> None:
    free_to_buy(shop, max_queues_per_day=1)
    await pay(shop)
    shop.tick(hours=12)
    await pay(shop, "r2")
    await give_back(shop, "r1")

    assert (await pay(shop, "r3"))["code"] == "daily_limit_reached"
    assert counters(shop.teller) == {"queue:2026-11-23": 1}


async def test_the_day_is_the_one_of_the_economy(shop: Stage) -> None:
    spending = {"max_queues_per_day": 1, "queue_cooldown_minutes": 0}
    shop.configure(spending=spending, economy={"timezone": "Pacific/Auckland"})
    await pay(shop)

    assert counters(shop.teller) == {"queue:2026-11-23": 1}
    shop.tick(hours=12)
    assert (await pay(shop, "r2"))["code"] == "daily_limit_reached"


async def test_a_day_of_twenty_five_hours_is_one_day(shop: Stage) -> None:
    shop.kept.now = datetime(2027, 10, 30, 22, 30, tzinfo=UTC)
    shop.configure(spending={"max_queues_per_day": 1, "queue_cooldown_minutes": 0}, economy={"timezone": "Europe/Berlin"})
    await pay(shop)
    shop.tick(hours=24)
    assert (await pay(shop, "r2"))["code"] == "daily_limit_reached"
    shop.tick(minutes=30)
    assert (await pay(shop, "r2"))["ok"]


async def test_between_two_there_is_a_while_unless_the_first_was_given_back(shop: Stage) -> None:
    shop.configure()
    await pay(shop)
    shop.tick(minutes=10)
    shown = await preview(shop)

    assert (shown["refusal"], shown["cooldown_seconds"]) == ("cooldown_active", 1_200)
    assert (await pay(shop, "r2"))["code"] == "cooldown_active"
    await give_back(shop)
    assert (await pay(shop, "r2"))["ok"]
    shop.tick(minutes=30)
    assert (await pay(shop, "r3"))["ok"]


async def test_a_rank_brings_more(shop: Stage) -> None:
    tiers = [{"name": "Extra", "min_lifetime_earned": 0}, {"name": "Star", "min_lifetime_earned": 5_000, "perks": ["+2 queues/day"]}]
    shop.configure(spending={"max_queues_per_day": 1, "queue_cooldown_minutes": 0}, ranks={"tiers": tiers})

    assert (await preview(shop))["remaining"] == 3
    assert [(await pay(shop, f"r{each}")).get("code") for each in range(4)] == [None, None, None, "daily_limit_reached"]
