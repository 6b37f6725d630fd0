"""`vanity`, from the words of a PM to those of its answer."""

import json
from typing import Any

import pytest

from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.removal import TakenAway
from libs.common.contracts.shop.vanity import Belongings
from libs.common.unit import encoded
from tests.support.front import Front

HAS = Belongings(values={"chat_color": "#FF69B4", "custom_greeting": "Make way!"})
GONE = TakenAway(target="Bob", item="chat_color", value="#FF69B4")


class Room(Front):
    """The shop answers as told, and keeps what it was asked."""

    def __init__(self, answer: Contract) -> None:
        super().__init__()
        self.asked_shop: list[tuple[str, dict[str, Any]]] = []
        self._shop = answer

    def _answer(self, subject: str, request: Contract | bytes) -> bytes:
        _, service, *place = subject.split(".")
        if service != "shop":
            return super()._answer(subject, request)
        self.asked_shop.append((place[-1], json.loads(encoded(request))))
        return self._shop.encode()


@pytest.mark.parametrize(
    ("text", "answer", "words"),
    [
        ("vanity @Bob", HAS, "Bob has:\ncolor: #FF69B4\ngreeting: Make way!"),
        ("vanity bob", Belongings(values={}), "bob has nothing of the shop."),
        ("vanity bob remove color", GONE, "Taken away from Bob, color: #FF69B4"),
        ("vanity bob remove rename", Declined(code="has_none", values={"user": "bob"}), "bob has no such thing."),
        ("vanity bob remove hat", GONE, "What shall go? Use: vanity @user remove greeting|color|rename"),
        ("vanity bob drop color", GONE, "What shall go? Use: vanity @user remove greeting|color|rename"),
    ],
)
async def test_what_is_asked_is_told(text: str, answer: Contract, words: str) -> None:
    assert await Room(answer).told(text, rank=5) == words


async def test_it_is_for_administrators() -> None:
    room = Room(HAS)
    await room.ask("vanity @bob", rank=2)

    assert room.asked_shop == []


async def test_the_shop_is_asked_for_the_one_that_is_named() -> None:
    room = Room(GONE)
    await room.ask("vanity @Bob remove colour", rank=5)

    [(verb, request)] = room.asked_shop
    assert (verb, request["user"], request["target"], request["item"]) == ("take_away", "alice", "Bob", "chat_color")
