"""The rules of spin and flip: what every wager is worth, worked out by another way than theirs."""

import random
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.config.gambling import Flip, Spin
from libs.common.contracts.ledger import MAX_AMOUNT
from services.games.flip import rule as flip
from services.games.spin import rule as spin

TABLE = [spin.Row(row.symbols, row.multiplier, row.probability) for row in Spin().payouts]
RETURN = Fraction(95, 100)
"""Of the table as it ships."""
ROUNDS = 100_000
CHI_SQUARE_5 = 25.7
"""Passed by chance once in 10,000 times, with five degrees of freedom."""


class Each:
    """Draws every number below the bound, one after another."""

    def __init__(self) -> None:
        self.next = 0
        self.bound = 0

    def below(self, bound: int) -> int:
        self.bound = bound
        self.next += 1
        return self.next - 1


class Seeded:
    """Draws as chance does, the same on every run."""

    def __init__(self) -> None:
        self._random = random.Random(20261122)

    def below(self, bound: int) -> int:
        return self._random.randrange(bound)


def all_turns(table: list[spin.Row]) -> list[spin.Row]:
    """Give what comes of every number that can be drawn."""
    source = Each()
    rows = [spin.turn(table, source)]
    rows += [spin.turn(table, source) for _ in range(source.bound - 1)]
    return rows


def test_every_row_comes_as_often_as_the_table_says() -> None:
    assert Counter(row.symbols for row in all_turns(TABLE)) == {row.symbols: int(1000 * row.probability) for row in TABLE}


@pytest.mark.parametrize("multiplier", [row.multiplier for row in TABLE])
def test_a_row_pays_every_legal_wager_times_its_multiplier(multiplier: Decimal) -> None:
    wagers = range(Spin().min_wager, Spin().max_wager + 1)

    assert [spin.payout(wager, multiplier) for wager in wagers] == [floor(wager * Fraction(multiplier)) for wager in wagers]


def test_every_legal_wager_has_the_return_of_the_table() -> None:
    turns = all_turns(TABLE)
    for wager in range(Spin().min_wager, Spin().max_wager + 1):
        assert Fraction(sum(spin.payout(wager, row.multiplier) for row in turns), wager * len(turns)) == RETURN


@given(st.integers(1, MAX_AMOUNT), st.decimals(0, 1_000, allow_nan=False, places=9))
def test_payouts_are_rounded_down_in_exact_numbers(wager: int, multiplier: Decimal) -> None:
    assert spin.payout(wager, multiplier) == min(floor(wager * Fraction(multiplier)), MAX_AMOUNT)


def test_what_the_table_leaves_of_one_loses() -> None:
    turns = all_turns([spin.Row("🍒🍒🍒", Decimal(2), Decimal("0.25"))])

    assert Counter(row.multiplier for row in turns) == {Decimal(2): 25, Decimal(0): 75}


def test_what_goes_beyond_one_never_comes() -> None:
    table = [spin.Row("a", Decimal(1), Decimal("0.7")), spin.Row("b", Decimal(2), Decimal("0.7")), spin.Row("c", Decimal(3), Decimal(1))]

    assert Counter(row.symbols for row in all_turns(table)) == {"a": 7, "b": 3}


def test_a_certain_row_always_comes() -> None:
    assert [row.symbols for row in all_turns([spin.Row("sure", Decimal(2), Decimal(1))])] == ["sure"]


@pytest.fixture(scope="module")
def observed() -> Counter[str]:
    """Give how often each row came."""
    source = Seeded()
    return Counter(spin.turn(TABLE, source).symbols for _ in range(ROUNDS))


def test_observed_rows_fit_the_table(observed: Counter[str]) -> None:
    expected = {row.symbols: float(ROUNDS * row.probability) for row in TABLE}

    assert sum((observed[row] - often) ** 2 / often for row, often in expected.items()) < CHI_SQUARE_5


def test_the_observed_return_is_within_four_standard_errors(observed: Counter[str]) -> None:
    returned = sum(observed[row.symbols] * float(row.multiplier) for row in TABLE) / ROUNDS
    variance = sum(float(row.probability * row.multiplier**2) for row in TABLE) - float(RETURN) ** 2

    assert abs(returned - float(RETURN)) < 4 * (variance / ROUNDS) ** 0.5


@pytest.mark.parametrize("row", ["partial", "loss"])
def test_what_is_shown_means_nothing_else(row: str) -> None:
    table = [*TABLE, spin.Row("🍒🍋💎", Decimal(9), Decimal(0)), spin.Row("🍒🍒🍋", Decimal(9), Decimal(0))]

    faces = {spin.shown(row, table, str(salt)) for salt in range(2_000)}

    assert not faces & {each.symbols for each in table}
    assert {len({symbol for symbol in spin.SYMBOLS if symbol in face}) for face in faces} == {2 if row == "partial" else 3}


def test_a_row_written_with_blanks_is_not_shown_for_two_alike() -> None:
    table = [spin.Row("🍒 🍒 🍋", Decimal(9), Decimal("0.1"))]

    assert "🍒🍒🍋" not in {spin.shown(spin.PARTIAL, table, str(salt)) for salt in range(2_000)}


def test_where_every_face_is_taken_none_is_shown() -> None:
    table = [spin.Row(face, Decimal(9), Decimal(0)) for face in spin._faces("loss", frozenset())]

    assert spin.shown("loss", table, "x") == "· · ·"


@pytest.mark.parametrize(
    ("multiplier", "net", "result"),
    [(50, 1, "jackpot"), (49, 1, "win"), (1, 0, "push"), ("0.5", -5, "loss"), (0, -10, "loss"), (60, 0, "push")],
)
def test_a_round_is_called_after_what_it_brought(multiplier: int | str, net: int, result: str) -> None:
    assert spin.result(Decimal(multiplier), net) == result


@pytest.mark.parametrize("chance", ["0", "0.45", "0.5", "1", "0.1234"])
def test_a_coin_is_won_as_often_as_it_says(chance: str) -> None:
    source = Each()
    tosses = [flip.is_won(Decimal(chance), source)]
    tosses += [flip.is_won(Decimal(chance), source) for _ in range(source.bound - 1)]

    assert Fraction(sum(tosses), len(tosses)) == Fraction(chance)


def test_every_legal_flip_has_its_return() -> None:
    chance = Fraction(Flip().win_chance)
    for wager in range(Flip().min_wager, Flip().max_wager + 1):
        assert chance * flip.payout(wager, won=True) + (1 - chance) * flip.payout(wager, won=False) == 2 * chance * wager
