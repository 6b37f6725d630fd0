"""What comes back of the stakes: the figures of the specification, by the formulas."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common import odds
from libs.common.config.gambling import Gambling

OLDER_TABLE = [("3", "0.1"), ("5", "0.05"), ("10", "0.02"), ("50", "0.002"), ("2", "0.15"), ("0", "0.678")]
FIRST_PROFILE = [racer.win_chance for racer in Gambling().race.odds_profiles[0].racers]


def test_the_older_slot_table_made_coins_from_nothing() -> None:
    assert odds.slots([(Decimal(multiplier), Decimal(chance)) for multiplier, chance in OLDER_TABLE]) == Decimal("1.15")


def test_what_lies_beyond_a_probability_of_one_never_comes() -> None:
    assert odds.slots([(Decimal(1), Decimal("0.8")), (Decimal(10), Decimal("0.8"))]) == Decimal("2.8")


@given(st.lists(st.decimals(0, 1, places=4)))
def test_chances_never_add_up_to_more_than_one(probabilities: list[Decimal]) -> None:
    given_ = odds.chances(probabilities)
    assert sum(given_) == min(Decimal(1), sum(probabilities, Decimal(0)))
    assert all(0 <= chance <= probability for chance, probability in zip(given_, probabilities, strict=True))


def test_a_coin_that_lands_badly_keeps_a_tenth() -> None:
    assert odds.flip(Decimal("0.45")) == Decimal("0.9")


def test_of_a_duel_the_house_keeps_its_rake() -> None:
    assert odds.duel(Decimal(5)) == Decimal("0.95")


@pytest.mark.parametrize(("crew", "returned"), [(3, "0.9425"), (4, "1.0425"), (5, "1.1425"), (8, "1.4425"), (10, "1.6425")])
def test_a_heist_returns_more_to_larger_crews(crew: int, returned: str) -> None:
    assert Gambling().heist.returned(crew) == Decimal(returned)


@pytest.mark.parametrize(("multiplier", "returned"), [("1.5", "0.375"), ("2", "0.5"), ("3", "0.75")])
def test_trivia_by_guessing(multiplier: str, returned: str) -> None:
    assert odds.trivia(Decimal(multiplier)) == Decimal(returned)


def test_a_race_with_every_car_backed_returns_all_but_the_rake() -> None:
    assert odds.race_pool(Decimal("0.05"), FIRST_PROFILE, FIRST_PROFILE) == Decimal("0.95")


def test_a_lone_bet_in_a_pool_can_only_lose() -> None:
    assert odds.race_pool(Decimal("0.05"), [Decimal("0.26")], FIRST_PROFILE) == Decimal("0.247")


def test_fixed_odds_return_the_same_for_each_car() -> None:
    assert odds.race_fixed(Decimal("0.05"), FIRST_PROFILE) == Decimal("0.95")


@pytest.mark.parametrize(
    ("natural", "hits", "returned"), [("1.5", True, "0.9976"), ("1.2", True, "0.9837"), ("1", True, "0.9744"), ("1.5", False, "0.9996")]
)
def test_blackjack_by_its_rules(natural: str, hits: bool, returned: str) -> None:
    assert round(odds.blackjack(Decimal(natural), hits_soft_17=hits), 4) == Decimal(returned)
