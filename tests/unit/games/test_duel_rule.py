"""The money and the draw of a duel."""

import hashlib
import hmac
from datetime import UTC, datetime
from decimal import Decimal
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.contracts.ledger import MAX_AMOUNT, Capture, Transfer
from services.games.duel import postings, rule
from services.games.duel.duel import WAGER_MAX, Duel
from services.games.fair.draws import Draws

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PERCENTS = st.decimals(0, 100, places=4)
WAGERS = st.integers(1, WAGER_MAX)


class Scripted:
    """Numbers as they are told."""

    def __init__(self, *numbers: int) -> None:
        self._numbers = list(numbers)

    def below(self, bound: int) -> int:
        number = self._numbers.pop(0)
        assert number < bound
        return number


def duel(wager: int = 50, percent: Decimal = Decimal(5)) -> Duel:
    return Duel("pm-1", "room", "alice", "Bob", wager, percent, True, NOON, "v1")


def fought(wager: int = 50, percent: Decimal = Decimal(5), number: int = 0) -> rule.Fight:
    asked = duel(wager, percent)
    return rule.read(rule.recipe(asked.rule, asked.terms, Scripted(number)), wager)


@pytest.mark.parametrize(
    ("wager", "percent", "rake", "prize"),
    [
        (50, "5", 5, 95),
        (51, "5", 5, 97),
        (9, "5", 0, 18),
        (10, "5", 1, 19),
        (1, "0", 0, 2),
        (1, "100", 2, 0),
        (3, "33.3333", 1, 5),
        (5_000, "2.5", 250, 9_750),
        (WAGER_MAX, "0.0001", WAGER_MAX * 2 // 1_000_000, WAGER_MAX * 2 - WAGER_MAX * 2 // 1_000_000),
    ],
)
def test_the_rake_is_rounded_down_and_the_winner_has_the_rest(wager: int, percent: str, rake: int, prize: int) -> None:
    fight = fought(wager, Decimal(percent))

    assert (fight.rake, fight.prize) == (rake, prize)
    assert duel(wager, Decimal(percent)).prize == prize


@pytest.mark.parametrize(("number", "winner", "loser"), [(0, "alice", "Bob"), (1, "Bob", "alice")])
def test_zero_is_the_challengers_and_one_the_targets(number: int, winner: str, loser: str) -> None:
    fight = fought(number=number)

    assert (fight.winner, fight.loser) == (winner, loser)


@given(WAGERS, PERCENTS, st.integers(0, 1))
def test_what_both_stake_is_what_is_paid_and_kept(wager: int, percent: Decimal, number: int) -> None:
    fight = fought(wager, percent, number)
    moved = {"alice": wager, "Bob": wager, "@house": 0, "@burn": 0, "@escrow": -wager}
    moved["alice"] -= wager  # her stake is in escrow since the offer
    for line in postings.settlement(duel(wager, percent), fight, NOON, {}).lines:
        if isinstance(line, Capture):
            moved["@escrow"] += wager
            moved["@house"] += wager
        elif isinstance(line, Transfer):
            assert 1 <= line.amount <= MAX_AMOUNT
            moved[line.source] -= line.amount
            moved[line.target] += line.amount

    assert moved == {"alice": fight.payout("alice"), "Bob": fight.payout("Bob"), "@house": 0, "@burn": fight.rake, "@escrow": 0}


def test_the_draw_can_be_worked_out_with_nothing_but_what_both_are_told() -> None:
    asked, seed = duel(), bytes(range(32))
    client_seed = asked.client_seed("pm-2")
    result = rule.recipe(asked.rule, asked.terms, Draws(seed, client_seed, 1, "challenge"))

    digest = hmac.new(seed, f"{client_seed}:1:challenge:0".encode(), hashlib.sha256).hexdigest()
    assert result["winner"] == ("alice", "Bob")[int(digest[-1], 16) % 2]


def test_who_takes_the_offer_and_when_changes_the_draw() -> None:
    asked = duel()

    assert len({asked.client_seed(f"pm-{number}") for number in range(100)}) == 100


def test_the_draw_favours_nobody() -> None:
    asked, rounds = duel(), 20_000
    won = 0
    for number in range(rounds):
        draws = Draws(number.to_bytes(32), asked.client_seed(f"pm-{number}"), 1, "challenge")
        won += rule.recipe(asked.rule, asked.terms, draws)["winner"] == "alice"

    assert abs(won - rounds / 2) < 4 * sqrt(rounds / 4)
