"""Playing by PM: what is asked of games, and how their answers read."""

import json
from decimal import Decimal
from typing import Any

import pytest

from libs.common.contracts.base import Contract
from libs.common.contracts.games import Drawn, FairAnswer, FlipAnswer, GameTotals, Proof, Seed, SpinAnswer, TotalsAnswer
from libs.common.contracts.owners import Declined
from services.commands.arguments import Amount, BadArgumentsError, own_coins
from services.commands.handlers.games.odds import returns
from tests.support.commands import rules
from tests.support.front import Front

PROOF = Proof(commitment="c0ffee", nonce=1)
SEED = Seed(commitment="c0ffee", draws=1, last=[Drawn(nonce=1, client_seed="lucky", game="flip", numbers=[(44, 100)], payout=20)])


class Table(Front):
    """Games answer as told, and what they were asked is kept."""

    def __init__(self, answer: Contract | None = None, **sections: Any) -> None:
        self.tells = answer or Declined(code="off")
        self.asked: list[tuple[str, dict[str, Any]]] = []
        super().__init__(**sections)
        self.teller.viewers(alice=1_001)

    def _answer(self, subject: str, request: Contract | bytes) -> bytes:
        service, _, verb = subject.split(".")[1:4]
        if service != "games":
            return super()._answer(subject, request)
        body = request if isinstance(request, bytes) else request.encode()
        self.asked.append((verb, json.loads(body)))
        return self.tells.encode()


def spun(**changes: Any) -> SpinAnswer:
    return SpinAnswer(**{"symbols": "🍒🍒🍒", "result": "win", "wager": 50, "payout": 150, "balance": 1_100, "proof": PROOF, **changes})


@pytest.mark.parametrize(
    ("word", "wager"), [("50", 50), ("1,000", 1_000), ("1k", 1_000), ("2.5k", 2_500), ("half", 500), ("ALL", 1_001), ("0", 0), ("-5", -5)]
)
async def test_a_wager_can_be_said_in_many_ways(word: str, wager: int) -> None:
    table = Table()
    await table.ask(f"flip {word}")

    assert [(verb, body["wager"]) for verb, body in table.asked] == [("flip", wager)]


@pytest.mark.parametrize("word", ["abc", "1,00", "0.0001k", "²", "k", "1e3", "9" * 40])
def test_anything_else_is_no_wager(word: str) -> None:
    with pytest.raises(BadArgumentsError):
        own_coins(word)


def test_half_of_nothing_is_nothing() -> None:
    assert Amount(part=2).of(0) == 0


async def test_a_spin_without_a_wager_is_the_free_one() -> None:
    table = Table()
    await table.ask("spin")

    assert [(verb, body.get("wager")) for verb, body in table.asked] == [("spin", None)]


async def test_a_spin_that_can_not_be_read_asks_nothing_of_games() -> None:
    table = Table()

    assert await table.told("spin abc") == "The amount is a whole number such as 50 or 1k, or half, or all. Use: spin [wager]"
    assert table.asked == []


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (spun(), "Spin: 🍒🍒🍒 It pays 150 Z: 100 Z more than before. You have 1,100 Z."),
        (spun(result="jackpot", payout=2_500), "Spin: 🍒🍒🍒 JACKPOT! It pays 2,500 Z: 2,450 Z more than before. You have 1,100 Z."),
        (spun(result="push", payout=50), "Spin: 🍒🍒🍒 Your stake of 50 Z comes back. You have 1,100 Z."),
        (spun(result="loss", payout=0, symbols="🍒🍋💎"), "Spin: 🍒🍋💎 You lost 50 Z. You have 1,100 Z."),
        (spun(result="loss", payout=20), "Spin: 🍒🍒🍒 It pays 20 Z, 30 Z less than you staked. You have 1,100 Z."),
        (spun(free=True), "Free spin: 🍒🍒🍒 It pays 150 Z: 150 Z more than before. You have 1,100 Z."),
        (spun(free=True, result="push", payout=0), "Free spin: 🍒🍒🍒 Nothing this time. You have 1,100 Z."),
    ],
)
async def test_a_spin_is_told_with_its_net_and_the_balance(answer: SpinAnswer, text: str) -> None:
    assert await Table(answer).told("spin 50") == text


@pytest.mark.parametrize(
    ("won", "payout", "text"), [(True, 100, "Heads! You won 50 Z. You have 7 Z."), (False, 0, "Tails. You lost 50 Z. You have 7 Z.")]
)
async def test_a_flip_is_told_with_its_net_and_the_balance(won: bool, payout: int, text: str) -> None:
    assert await Table(FlipAnswer(won=won, wager=50, payout=payout, balance=7, proof=PROOF)).told("flip 50") == text


@pytest.mark.parametrize(
    ("code", "values", "text"),
    [
        ("cooldown", {"seconds": 7}, "Not so fast: again in 7 s."),
        ("daily_limit", {"limit": 50}, "That was it for today: 50 a day."),
        ("free_spin_used", {}, "You had your free spin of today. Spin for a stake, such as: spin 50"),
    ],
)
async def test_what_is_declined_is_told_kindly(code: str, values: dict[str, Any], text: str) -> None:
    assert await Table(Declined(code=code, values=values)).told("spin 50") == text


async def test_totals_are_told_by_game_and_together() -> None:
    games = [
        GameTotals(game="spin", rounds=2, wagered=100, won=150, biggest_win=100, biggest_loss=50),
        GameTotals(game="free_spin", rounds=1, wagered=0, won=0),
    ]

    assert (await Table(TotalsAnswer(games=games)).told("stats")).splitlines() == [
        "Spins: 2, +50 Z, best 100 Z, worst -50 Z",
        "Free spins: 1, ±0 Z, best 0 Z, worst 0 Z",
        "All together: staked 100 Z, won 150 Z, +50 Z.",
    ]


async def test_who_never_played_is_told_so() -> None:
    assert await Table(TotalsAnswer(games=[])).told("gambling") == "You have not played yet."


async def test_fair_shows_the_commitment_and_the_latest_draws() -> None:
    told = await Table(FairAnswer(client_seed="lucky", seed=SEED)).told("fair")

    assert "c0ffee" in told
    assert "Nonce 1, flip, your seed lucky: drew 44 of 100; paid 20" in told


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("fair seed my own words", {"client_seed": "my own words", "rotate": False}),
        ("fair rotate", {"rotate": True}),
        ("fair reveal", {"rotate": True}),
        ("fair", {"rotate": False}),
    ],
)
async def test_what_is_wanted_of_the_seeds_is_asked(words: str, wanted: dict[str, Any]) -> None:
    table = Table()
    await table.ask(words)

    assert {key: value for key, value in table.asked[0][1].items() if key in {"client_seed", "rotate"}} == wanted


async def test_a_rotation_shows_the_seed_that_was_used() -> None:
    before = SEED.model_copy(update={"revealed": "5eed"})
    told = await Table(FairAnswer(client_seed="lucky", seed=SEED, before=before)).told("fair rotate")

    assert "5eed" in told.splitlines()


async def test_a_draw_the_ledger_refused_is_told_as_not_played() -> None:
    last = [SEED.last[0].model_copy(update={"payout": None})]
    told = await Table(FairAnswer(client_seed="lucky", seed=SEED.model_copy(update={"last": last}))).told("fair")

    assert "drew 44 of 100; not played" in told


async def test_nothing_else_can_be_done_with_seeds() -> None:
    table = Table()

    assert (await table.told("fair please")).endswith("Use: fair, fair seed words, fair rotate")
    assert table.asked == []


async def test_odds_are_those_of_the_configuration() -> None:
    told = await Front(gambling={"flip": {"win_chance": 0.49}, "challenge": {"enabled": False}}).told("odds")

    assert told.splitlines() == [
        "On average, in the long run:",
        "spin: of 100 staked 95 come back; won 22.2 times in 100",
        "flip: of 100 staked 98 come back; won 49 times in 100",
    ]


def test_a_duel_gives_back_all_but_the_rake() -> None:
    assert returns(rules(gambling={"challenge": {"rake_percent": 4}}))["challenge"] == (Decimal("0.96"), Decimal("0.5"))


@pytest.mark.parametrize(("gambling", "listed"), [({}, True), ({"enabled": False}, False), ({"spin": {"enabled": False}}, False)])
async def test_help_lists_a_game_only_where_it_is_played(gambling: dict[str, Any], listed: bool) -> None:
    assert ("spin" in (await Front(gambling=gambling).told("help"))) is listed
