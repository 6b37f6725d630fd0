"""`challenge`, `accept` and `decline`, from the words of a PM to those of its answer."""

import json
from typing import Any

import pytest

from libs.common.contracts.base import Contract
from libs.common.contracts.duels import DuelAnswer, DuelsAnswer, OfferAnswer, OpenDuel
from libs.common.contracts.owners import Declined
from libs.common.unit import encoded
from tests.support.front import Front
from tests.support.teller import give

OFFER = OfferAnswer(challenger="alice", target="Bob", wager=100, prize=190, state="open", seconds=120, balance=900, commitment="c0ffee")
DUEL = DuelAnswer(
    challenger="alice", target="Bob", winner="Bob", wager=100, prize=190, rake=10, balance=1_090, seed="5eed", client_seed="c11e"
)


class Room(Front):
    """Games answer as told, and keep what they were asked."""

    def __init__(self, answer: Contract) -> None:
        super().__init__()
        self.asked_games: list[tuple[str, dict[str, Any]]] = []
        self._games = answer
        self.teller.viewers(alice=1_000, bob=1_000)

    def _answer(self, subject: str, request: Contract | bytes) -> bytes:
        _, service, *place = subject.split(".")
        if service != "games":
            return super()._answer(subject, request)
        self.asked_games.append((place[-1], json.loads(encoded(request))))
        return self._games.encode()

    async def wanted(self, text: str) -> tuple[str, dict[str, Any]]:
        """Give what games are asked for when alice says this: the verb, and whom and how much."""
        await self.ask(text)
        [(verb, request)] = self.asked_games
        return verb, {name: request[name] for name in ("target", "challenger", "wager") if name in request}


@pytest.mark.parametrize(
    ("text", "verb", "wanted"),
    [
        ("challenge @Bob 100", "challenge", {"target": "Bob", "wager": 100}),
        ("CHALLENGE bob 1k", "challenge", {"target": "bob", "wager": 1_000}),
        ("challenge bob half", "challenge", {"target": "bob", "wager": 500}),
        ("challenge @list 100", "challenge", {"target": "list", "wager": 100}),
        ("challenge @cancel 100", "challenge", {"target": "cancel", "wager": 100}),
        ("challenge cancel", "withdraw", {}),
        ("challenge Cancel @Bob", "withdraw", {"target": "Bob"}),
        ("challenge list", "duels", {}),
        ("accept", "accept", {}),
        ("accept @Bob", "accept", {"challenger": "Bob"}),
        ("decline bob", "decline", {"challenger": "bob"}),
    ],
)
async def test_what_is_said_is_what_games_are_asked(text: str, verb: str, wanted: dict[str, Any]) -> None:
    answer = {"duels": DuelsAnswer(duels=[]), "accept": DUEL}.get(verb, OFFER)

    assert await Room(answer).wanted(text) == (verb, wanted)


@pytest.mark.parametrize(
    "text",
    ["challenge", "challenge @bob", "challenge @bob lots", "challenge @bob 20 000", "challenge b/b 100", "accept !", "challenge cancel !"],
)
async def test_words_that_do_not_fit_get_a_hint_and_ask_nobody(text: str) -> None:
    room = Room(OFFER)

    assert "Use: " in await room.told(text)
    assert room.asked_games == []


async def test_an_offer_is_told_with_all_that_counts() -> None:
    told = await Room(OFFER).told("challenge @bob 100")

    for word in ("Bob", "100 Z", "190 Z", "120 s", "900 Z", "c0ffee"):
        assert word in told


@pytest.mark.parametrize(
    ("winner", "words"), [("Bob", ("won", "alice", "+90 Z", "10 Z", "1,090 Z", "5eed", "c11e")), ("alice", ("lost", "alice", "-100 Z"))]
)
async def test_who_takes_an_offer_is_told_the_true_net(winner: str, words: tuple[str, ...]) -> None:
    told = await Room(DUEL.model_copy(update={"winner": winner})).told("accept", user="bob")

    assert [word for word in words if word not in told] == []


@pytest.mark.parametrize(
    ("user", "state", "stake", "words"),
    [
        ("bob", "declined", "back", "You declined alice's duel."),
        ("alice", "withdrawn", "back", "Your challenge to Bob is taken back; your 100 Z are back."),
        ("alice", "withdrawn", "later", "Your challenge to Bob is taken back; your 100 Z come back by themselves, as soon as they can."),
        ("alice", "withdrawn", "settled", "Your challenge to Bob is taken back; what became of your 100 Z before that, 'history' tells."),
    ],
)
async def test_who_ends_an_offer_is_told_so(user: str, state: str, stake: str, words: str) -> None:
    offer = OFFER.model_copy(update={"state": state, "stake": stake})

    assert await Room(offer).told("decline", user=user) == words


async def test_open_offers_are_listed_with_what_answers_them() -> None:
    duels = [
        OpenDuel(challenger="alice", target="Bob", wager=100, seconds=60),
        OpenDuel(challenger="Bob", target="alice", wager=50, seconds=9),
    ]
    told = await Room(DuelsAnswer(duels=duels)).told("challenge list")

    assert told == ("You challenged Bob: 100 Z, 60 s left ('challenge cancel @Bob').\nBob challenges you: 50 Z, 9 s left ('accept @Bob').")


@pytest.mark.parametrize(
    ("declined", "words"),
    [
        (Declined(code="duel_which", values={"offers": "@carol (1,000), @dave (50)"}), "@carol (1,000), @dave (50)"),
        (Declined(code="duel_poor", values={"target": "Bob"}), "Bob doesn't have enough"),
        (Declined(code="duel_off_poor", values={"price": 800, "balance": 100}), "That takes 800 Z, and you have 100 Z: the duel is off."),
        (Declined(code="wager_high", values={"maximum": 5_000}), "5,000"),
    ],
)
async def test_what_games_decline_is_told_in_words(declined: Declined, words: str) -> None:
    assert words in await Room(declined).told("accept")


async def test_a_challenge_takes_all_one_has() -> None:
    room = Room(OFFER)
    room.teller.done(give("alice", 234))

    assert await room.wanted("challenge @bob all") == ("challenge", {"target": "bob", "wager": 1_234})
