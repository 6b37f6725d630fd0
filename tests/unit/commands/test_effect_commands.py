"""`color`, `shoutout`, `buy color` and `buy shoutout`, from the words of a PM to those of its answer."""

import json
from typing import Any

import pytest

from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.effects import ColorVerdict, Ordered, Readability
from libs.common.unit import encoded
from tests.support.front import Front

PINK = Ordered(user="alice", item="chat_color", value="#FF69B4", price=750, discount=0, balance=250)
LINE = Ordered(user="alice", item="shoutout", value="good evening", price=50, discount=0, balance=950)
CRIMSON = Readability(color="#DC143C", lc=29.0, score=14.5, level="reject")
VERDICT = ColorVerdict(background="#111111", enforced=True, minimum=30, found=CRIMSON, nearest="#EA5A62", price=750)


class Room(Front):
    """The shop answers as told, and keeps what it was asked."""

    def __init__(self, answer: Contract) -> None:
        super().__init__()
        self.asked_shop: list[tuple[str, str]] = []
        self._shop = answer
        self.teller.viewers(alice=1_000)

    def _answer(self, subject: str, request: Contract | bytes) -> bytes:
        _, service, *place = subject.split(".")
        if service != "shop":
            return super()._answer(subject, request)
        asked: dict[str, Any] = json.loads(encoded(request))
        self.asked_shop.append((place[-1], asked.get("text") or asked.get("value", "")))
        return self._shop.encode()


@pytest.mark.parametrize(
    ("text", "verb", "wanted", "answer"),
    [
        ("shoutout good  evening", "shoutout", "good evening", LINE),
        ("buy shoutout good evening", "shoutout", "good evening", LINE),
        ("buy color hot pink", "color", "hot pink", PINK),
        ("BUY Colour #ff69b4", "color", "#ff69b4", PINK),
        ("color crimson", "check_color", "crimson", VERDICT),
    ],
)
async def test_what_is_said_is_what_the_shop_is_asked(text: str, verb: str, wanted: str, answer: Contract) -> None:
    room = Room(answer)
    await room.ask(text)

    assert room.asked_shop == [(verb, wanted)]


@pytest.mark.parametrize(
    ("text", "answer", "words"),
    [
        ("shoutout good evening", LINE, "I'll say “good evening”. 50 Z are put aside for it; you have 950 Z left."),
        ("buy color hot pink", PINK, "Your name will be #FF69B4 in a moment. 750 Z are put aside for it; you have 250 Z left."),
        (
            "color crimson",
            VERDICT,
            "#DC143C can hardly be read here (14.5 points; 30 are needed). The nearest that reads well is #EA5A62.",
        ),
        (
            "color hot pink",
            VERDICT.model_copy(update={"found": Readability(color="#FF69B4", lc=50.6, score=50.6, level="ok"), "nearest": None}),
            "#FF69B4 reads well here (50.6 points; 30 are needed). It costs you 750 Z: 'buy color #FF69B4'.",
        ),
        (
            "color nonsense",
            VERDICT.model_copy(update={"found": None}),
            "That is no color I know: six hex digits such as #FF69B4, or a name such as hot pink.",
        ),
        (
            "buy color red",
            Declined(code="unreadable_nearest", values={"color": "#FF0000", "score": "0", "minimum": "30", "nearest": "#FF5544"}),
            "#FF0000 can hardly be read here (0 points; 30 are needed). Try #FF5544, which is near it.",
        ),
        ("shoutout hi", Declined(code="robot_away"), "I am cut off from the room right now. Please try again later."),
    ],
)
async def test_the_answer_is_told_in_words(text: str, answer: Contract, words: str) -> None:
    assert await Room(answer).told(text) == words


async def test_a_color_that_is_not_named_is_asked_for() -> None:
    assert await Room(VERDICT).told("color") == "Something is missing. Use: color hex or name"
