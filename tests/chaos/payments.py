"""Another program that sells places in the queue: it has viewers pay through the API, and gives some of them their coins back."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.dealings import Dealings
from tests.chaos.wishes import PLAYERS
from tests.support import books, script
from tests.support.house import API, House

FINAL = frozenset({"insufficient_balance", "daily_limit_reached", "cooldown_active", "refunded", "unknown_request_id"})
"""Refusals that are an owner's word. Others say that nothing is known yet."""
Answer = dict[str, Any]


@dataclass(slots=True)
class Payment:
    """One payment, and what was heard of it."""

    id: str
    user: str
    seconds: int
    unwanted: bool
    """Whether it is to be given back."""
    paid: Answer | None = None
    refunded: Answer | None = None


@dataclass(slots=True)
class Payers:
    """Asks until it is cancelled; `finish` hears the end of what was left open."""

    house: House
    seed: int
    made: list[Payment] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """Pay and take back."""
        chance = random.Random(f"payers {self.seed}")
        while True:
            payment = Payment(
                f"pay-{self.seed}-{len(self.made)}", chance.choice(PLAYERS), chance.choice((60, 1_000)), chance.random() < 0.4
            )
            self.made.append(payment)
            for _ in range(chance.choice((1, 2, 5))):
                if await self._pay(payment, chance.choice((0.02, 0.5, 2))):
                    break
            if payment.unwanted and chance.random() < 0.5:  # the other half later, when there is peace
                await self._refund(payment, chance.choice((0.02, 0.5, 2)))
            await asyncio.sleep(chance.uniform(0, 0.3))

    async def finish(self) -> None:
        """Ask again for all that was never answered, all at once, until it is."""
        await asyncio.gather(*(self._end(payment) for payment in self.made))

    async def _end(self, payment: Payment) -> None:
        if payment.paid is None:
            await self._until(payment, self._pay)
        if payment.unwanted and payment.refunded is None:
            await self._until(payment, self._refund)

    async def _until(self, payment: Payment, ask: Any) -> None:
        for _ in range(20):
            if await ask(payment, 5):
                return
        self.broken.append(f"{payment} is never answered")

    async def _pay(self, payment: Payment, timeout_seconds: float) -> bool:
        answer = await self._ask("spending.queue", payment, timeout_seconds, duration_sec=payment.seconds)
        if answer is not None and (payment.paid is None or not payment.paid["success"]):
            payment.paid = answer
        return answer is not None

    async def _refund(self, payment: Payment, timeout_seconds: float) -> bool:
        answer = await self._ask("spending.queue_refund", payment, timeout_seconds)
        if answer is not None and (payment.refunded is None or not payment.refunded["success"]):
            payment.refunded = answer
        return answer is not None

    async def _ask(self, command: str, payment: Payment, timeout_seconds: float, **more: int) -> Answer | None:
        """Ask once; give the owner's word, if it came."""
        common = {"command": command, "channel": script.CHANNEL, "username": payment.user, "request_id": payment.id}
        answer = await self.house.request(API, common | more, timeout_seconds)
        return answer if answer is not None and (answer["success"] or answer.get("code") in FINAL) else None


def untrue(house: House, made: list[Payment], dealings: Dealings) -> Iterator[str]:
    """Say where payments, what was told of them, and the books are not one and the same."""
    query = "SELECT request_id, cost_z, state FROM queue_spend_requests"
    kept = {id_: (cost, state) for id_, cost, state in books.rows(house.state_dir / "shop.db", query)}
    for payment in made:
        cost, state = kept.pop(payment.id, (0, "refused"))
        why = f"{payment} ({state})"
        if (payment.paid or {}).get("success") and (state not in {"paid", "refunded"} or (payment.paid or {})["data"]["cost_z"] != cost):
            yield f"{why}: the books say otherwise, {cost}"
        if bool((payment.refunded or {}).get("success")) != (state == "refunded"):
            yield f"{why}: not what was told"
        if state in {"paid", "refunded"}:
            yield from dealings.take(f"queue:{payment.id}", why, (payment.user, -cost, "spend"), ("@burn", cost, "spend"))
        if state == "refunded":
            yield from dealings.take(f"refund:{payment.id}", why, (payment.user, cost, "refund"), ("@burn", -cost, "refund"))
        if state in {"paying", "refunding"}:
            yield f"{why} is stuck"
    yield from (f"nobody paid {id_}" for id_ in kept)
