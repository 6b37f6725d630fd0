"""Other kryten services that move money through the API: impatient, and never sure whether they were heard."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.life import VIEWERS
from tests.support.house import House


@dataclass(slots=True)
class Callers:
    """Clients that repeat a request under its id until it is answered, and sometimes after that."""

    house: House
    seed: int
    given: Counter[str] = field(default_factory=Counter)
    """Coins that were answered for, by folded name."""
    broken: list[str] = field(default_factory=list)
    _open: dict[str, tuple[str, int]] = field(default_factory=dict)

    async def run(self) -> None:
        """Ask and ask, until cancelled."""
        chance = random.Random(f"callers {self.seed}")
        number = 0
        while True:
            number += 1
            request_id = f"call-{self.seed}-{number}"
            self._open[request_id] = (chance.choice(VIEWERS), chance.randint(1, 500))
            answer = await self._ask(request_id, chance.choice((0.02, 0.5, 2)))
            if answer is not None and answer["success"]:
                await self._answered(request_id, answer, again=chance.random() < 0.3)
            await asyncio.sleep(chance.uniform(0.05, 0.5))

    async def finish(self) -> None:
        """Repeat what was never answered, until it is."""
        for request_id in list(self._open):
            answer = None
            for _ in range(20):
                answer = await self._ask(request_id, 5)
                if answer is not None and answer["success"]:
                    await self._answered(request_id, answer, again=True)
                    break
                if answer is not None and answer["code"] == "cancelled":
                    # The economy gave up in time and said so: the books, compared with what was given, must not have it.
                    break
            else:
                self.broken.append(f"{request_id} is never answered with success: {answer}")

    async def _answered(self, request_id: str, answer: dict[str, Any], *, again: bool) -> None:
        user, amount = asked = self._open.pop(request_id)
        self.given[user.casefold()] += amount
        if again:
            second = await self._ask(request_id, 5, asked)
            if second is not None and second["success"] and second != answer:
                self.broken.append(f"{request_id} was answered with {answer}, and again with {second}")

    async def _ask(self, request_id: str, timeout_seconds: float, asked: tuple[str, int] | None = None) -> dict[str, Any] | None:
        user, amount = asked or self._open[request_id]
        body = {"command": "balance.adjust", "channel": "testroom", "username": user, "amount": amount, "request_id": request_id}
        return await self.house.request("kryten.economy.command", body | {"admin": "caller"}, timeout_seconds)
