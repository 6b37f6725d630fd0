"""Which play something is."""

import pytest

from services.earning.media.playing import Media, Play, begun
from services.earning.times import SECOND_US

NOON_US = 1_795_348_800 * SECOND_US


def film(position: float, seconds: float = 1_800, *, media_id: str = "film") -> Media:
    return Media("cm", media_id, "Film", seconds, position)


def playing(seconds: float = 1_800) -> Play:
    """Give a play that began at noon."""
    return begun("e1", film(0, seconds), NOON_US)


@pytest.mark.parametrize(("begins", "still"), [(-11, False), (-10, True), (0, True), (10, True), (11, False)])
def test_beginnings_within_ten_seconds_are_one(begins: int, *, still: bool) -> None:
    assert playing().is_still(film(600 - begins), NOON_US + 600 * SECOND_US) is still


def test_another_thing_is_another_play() -> None:
    assert not playing().is_still(film(600, media_id="other"), NOON_US + 600 * SECOND_US)


def test_live_media_are_the_same_wherever_they_stand() -> None:
    assert playing(0).is_still(film(0, 0), NOON_US + 86_400 * SECOND_US)


@pytest.mark.parametrize(
    ("position", "at", "moved"),
    [(300, 1_500, True), (1_700, 300, True), (10, 1_500, False), (0, 1_500, False), (300, 2_099, True), (300, 2_100, False)],
)
def test_what_stands_elsewhere_has_been_paused_or_moved_unless_it_is_the_next_play(position: float, at: int, *, moved: bool) -> None:
    assert playing().is_moved(film(position), NOON_US + at * SECOND_US) is moved


def test_a_play_counts_from_no_earlier_than_the_one_before_it_ended() -> None:
    before = playing()._replace(ended=NOON_US + 60 * SECOND_US)

    after = begun("e2", film(600, media_id="other"), NOON_US + 61 * SECOND_US, before)

    assert (after.since, after.changed) == (NOON_US + 60 * SECOND_US,) * 2


@pytest.mark.parametrize("number", [-(2.0**53), 2.0**53])
def test_numbers_beyond_belief_fit_into_a_database(number: float) -> None:
    play = begun("e1", film(number, number), NOON_US)

    assert all(abs(value) < 2**63 for value in play if isinstance(value, int))
    assert play.length >= 0
