"""`like`, from the PM to the words of its answer."""

import pytest

from libs.common.contracts.base import Contract
from libs.common.contracts.earning.likes import Liked
from libs.common.contracts.owners import Declined
from libs.common.unit import encoded
from tests.support.front import Front


class Room(Front):
    """Earning answers as told."""

    def __init__(self, answer: Contract) -> None:
        super().__init__()
        self.likes: list[bytes] = []
        self._liked = answer

    def _answer(self, subject: str, request: Contract | bytes) -> bytes:
        if not subject.endswith(".like"):
            return super()._answer(subject, request)
        self.likes.append(encoded(request))
        return self._liked.encode()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Liked(title="Casablanca", coins=2), "Glad you like “Casablanca”. 2 Z for you."),
        (Liked(title="Casablanca", coins=0), "Glad you like “Casablanca”."),
        (Declined(code="like_again", values={"title": "Casablanca"}), "You have liked “Casablanca” already; once is all it takes."),
        (Declined(code="like_nothing"), "Nothing is playing right now, as far as I know."),
        (Declined(code="off"), "That is switched off here."),
    ],
)
async def test_each_outcome_has_words_of_its_own(answer: Contract, words: str) -> None:
    assert await Room(answer).told("like") == words


async def test_earning_is_asked_for_whoever_sent_it() -> None:
    room = Room(Liked(title="Casablanca", coins=2))
    await room.ask("LIKE", user="Bob")

    [request] = room.likes
    assert b'"user":"Bob"' in request
