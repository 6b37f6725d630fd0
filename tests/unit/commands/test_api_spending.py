"""The queue's payments as another program sees them: just the older program's fields, and no refusal that can be taken for a success."""

import json
from typing import Any

import pytest

from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.queue import QueuePaid, QueuePreview, QueueRefunded
from tests.support.api import Bench
from tests.support.commands import rules

ONE = {"username": "Alice", "duration_sec": 60, "request_id": "r1"}


def paid(body: bytes) -> QueuePaid:
    asked = json.loads(body)
    return QueuePaid(request_id=asked["request_id"], cost=250, tier=asked["tier"], tier_label="Clip", balance=9_750, call=asked["call"])


def bench(**answers: Any) -> Bench:
    return Bench(**answers)


def older(**answers: Any) -> Bench:
    asked = Bench(**answers)
    asked.clerk.rules = rules(spending={"refusals_as_success": True})
    return asked


async def test_a_payment() -> None:
    asked = bench(queue=paid)
    data = {"success": True, "cost_z": 250, "tier": "queue", "request_id": "r1", "tier_label": "Clip", "new_balance": 9_750}

    assert await asked.answer("spending.queue", **ONE) == {"service": "economy", "command": "spending.queue", "success": True, "data": data}
    sent = json.loads(asked.ledger.of("queue")[0])
    assert (sent["key"], sent["seconds"], sent["user"], (sent["epoch"], sent["raw"])) == ("queue:r1", 60, "Alice", asked.clerk.place)


async def test_a_repetition_has_neither_balance_nor_label() -> None:
    repeated = QueuePaid(request_id="r1", cost=250, tier="queue", tier_label="Clip", balance=9_750, call="another")

    assert await bench(queue=repeated).ask("spending.queue", **ONE) == {
        "success": True,
        "cost_z": 250,
        "tier": "queue",
        "request_id": "r1",
        "idempotent_replay": True,
    }


@pytest.mark.parametrize("code", ["blackout_active", "daily_limit_reached", "cooldown_active", "insufficient_balance", "refunded"])
async def test_a_refusal_is_none_that_can_be_taken_for_a_success(code: str) -> None:
    declined = Declined(code=code, values={"cost": 250})
    data = {"success": False, "cost_z": 250, "error_code": code}

    answer = await bench(queue=declined).answer("spending.queue", **ONE)
    assert answer == {"service": "economy", "command": "spending.queue", "success": False, "error": code, "code": code, "data": data}
    assert await older(queue=declined).ask("spending.queue", **ONE) == data


async def test_a_refund_and_its_repetition() -> None:
    def given(body: bytes) -> QueueRefunded:
        return QueueRefunded(request_id="r1", refunded=250, balance=10_000, call=json.loads(body)["call"])

    assert await bench(queue_refund=given).ask("spending.queue_refund", **ONE) == {
        "success": True,
        "refunded": 250,
        "request_id": "r1",
        "new_balance": 10_000,
    }
    again = QueueRefunded(request_id="r1", refunded=250)
    assert await bench(queue_refund=again).ask("spending.queue_refund", **ONE) == {
        "success": True,
        "refunded": 250,
        "request_id": "r1",
        "idempotent_replay": True,
    }


async def test_an_id_nothing_was_paid_under() -> None:
    declined = Declined(code="unknown_request_id")

    assert await bench(queue_refund=declined).refused("spending.queue_refund", **ONE) == "unknown_request_id"
    assert (await older(queue_refund=declined).ask("spending.queue_refund", **ONE))["error"] == "unknown_request_id"


async def test_a_preview() -> None:
    found = QueuePreview(cost=480, base=500, tier_label="Half an hour", discount_percent=4.0, remaining=3)

    assert await bench(queue_preview=found).ask("spending.queue_preview", username="Alice", duration_sec=1_320) == {
        "available": True,
        "cost_z": 480,
        "base_cost": 500,
        "tier_label": "Half an hour",
        "discount_pct": 4.0,
        "daily_remaining": 3,
        "error_code": None,
    }
    cooling = found.model_copy(update={"refusal": "cooldown_active", "cooldown_seconds": 90})
    data = await bench(queue_preview=cooling).ask("spending.queue_preview", username="Alice", duration_sec=1_320)
    assert (data["available"], data["error_code"], data["cooldown_remaining_sec"]) == (False, "cooldown_active", 90)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"duration_sec": 0}, "invalid_parameter"),
        ({"duration_sec": "long"}, "invalid_parameter"),
        ({"duration_sec": None}, "missing_parameter"),
        ({"request_id": ""}, "missing_parameter"),
        ({"request_id": "x" * 191}, "invalid_parameter"),
        ({"username": " "}, "missing_parameter"),
    ],
)
async def test_what_does_not_fit_is_refused(change: dict[str, Any], code: str) -> None:
    assert await bench(queue=paid).refused("spending.queue", **{**ONE, **change}) == code


async def test_other_contents_under_one_id_are_told() -> None:
    conflict = b'{"error": "used", "code": "key_conflict"}'
    assert await bench(queue=conflict).refused("spending.queue", **ONE) == "key_conflict"
