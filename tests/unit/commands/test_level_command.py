"""`buy cytube2`, from the words of a PM to those of its answer."""

import json
from typing import Any

import pytest

from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.effects import Ordered
from libs.common.unit import encoded
from tests.support.front import Front

BOUGHT = Ordered(user="alice", item="cytube_promotion", value="2", price=45_000, discount=0.1, balance=5)


class Room(Front):
    """The shop answers as told, and keeps what it was asked."""

    def __init__(self, answer: Contract) -> None:
        super().__init__()
        self.asked_shop: list[tuple[str, Any]] = []
        self._shop = answer
        self.teller.viewers(alice=1_000)

    def _answer(self, subject: str, request: Contract | bytes) -> bytes:
        _, service, *place = subject.split(".")
        if service != "shop":
            return super()._answer(subject, request)
        self.asked_shop.append((place[-1], json.loads(encoded(request)).get("level")))
        return self._shop.encode()


@pytest.mark.parametrize("text", ["buy cytube2", "buy LEVEL2", "buy cytube2 please"])
async def test_it_is_asked_for_with_the_rank_that_ingest_knows(text: str) -> None:
    room = Room(BOUGHT)

    assert await room.told(text, rank=1.5) == "You will be a moderator in a moment. 45,000 Z are put aside for it; you have 5 Z left."
    assert room.asked_shop == [("level", 1.5)]


async def test_why_not_is_told() -> None:
    assert await Room(Declined(code="rank_needed", values={"rank": "Producer"})).told("buy level2") == (
        "That is for those who are Producer at least."
    )
