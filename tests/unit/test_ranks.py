from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.config.ranks import Ranks
from libs.common.ranks import DEFAULT_TIERS, Tier, described, held, perks, tier_of, tiers


@pytest.mark.parametrize(
    ("lifetime", "name"), [(0, "Extra"), (999, "Extra"), (1_000, "Grip"), (4_999_999, "Executive Producer"), (5_000_000, "Studio Mogul")]
)
def test_thresholds_are_inclusive(lifetime: int, name: str) -> None:
    assert tier_of(lifetime, DEFAULT_TIERS).name == name


def test_configured_tiers_are_taken_lowest_first() -> None:
    low, high = Tier(name="A", min_lifetime_earned=0), Tier(name="B", min_lifetime_earned=10)
    assert tiers(Ranks(tiers=(high, low))) == (low, high)


def test_without_tiers_the_usual_ones_hold() -> None:
    assert tiers(Ranks(tiers=())) == DEFAULT_TIERS


@given(st.integers(min_value=0), st.integers(min_value=0))
def test_more_earned_is_never_a_lower_rank(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert DEFAULT_TIERS.index(tier_of(low, DEFAULT_TIERS)) <= DEFAULT_TIERS.index(tier_of(high, DEFAULT_TIERS))


LADDER = Ranks(
    tiers=(
        Tier(name="New", min_lifetime_earned=0),
        Tier(name="Known", min_lifetime_earned=10, discount_percent=50, extra_queues_per_day=3, labels=("a chair",)),
        Tier(name="Old", min_lifetime_earned=20, rain_bonus_percent=5, labels=("a table",)),
    )
)


def test_a_rank_brings_the_most_of_what_those_up_to_it_have() -> None:
    brings = perks(2, LADDER)

    assert (brings.discount, brings.extra_queues_per_day, brings.rain_bonus_percent) == (Decimal("0.5"), 3, 5)
    assert brings.labels == ("a chair", "a table")


def test_what_a_rank_brings_is_told_by_its_numbers() -> None:
    assert list(described(perks(1, Ranks()))) == ["2% off in the shop", "the day's fortune for free"]


@pytest.mark.parametrize(
    ("words", "queues", "rain", "fortunes", "labels"),
    [
        ("+1 queue/day", 1, 0, 0, ()),
        ("rain drops +20%", 0, 20, 0, ()),
        ("1 free daily fortune", 0, 0, 1, ()),
        ("4% discount", 0, 0, 0, ()),
        ("legendary status", 0, 0, 0, ("legendary status",)),
    ],
)
def test_the_older_words_are_read_as_numbers_or_shown(words: str, queues: int, rain: int, fortunes: int, labels: tuple[str, ...]) -> None:
    found = perks(0, Ranks(tiers=(Tier(name="Only", min_lifetime_earned=0, perks=(words,)),)))

    numbers = (found.extra_queues_per_day, found.rain_bonus_percent, found.free_fortunes_per_day)
    assert (numbers, found.labels) == ((queues, rain, fortunes), labels)


def test_a_rank_that_was_told_of_is_kept_when_its_threshold_rises() -> None:
    assert held(5, "Known", LADDER.ladder) == 1


def test_a_rank_the_ladder_does_not_know_counts_for_nothing() -> None:
    assert held(25, "Gone", LADDER.ladder) == 2
