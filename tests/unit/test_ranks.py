import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.config.ranks import Ranks
from libs.common.ranks import DEFAULT_TIERS, Tier, tier_of, tiers


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
