"""Two that read the same rules and share no line: what the earning service pays, and what our own reckoning says."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import pytest

from tests.support.earnings import Payment, reckon
from tests.support.earnings.service import paid, translated
from tests.support.earnings.tales.stories import STORIES, Story

Coins = Counter[tuple[str, str, int]]
"""How often somebody got so many coins for something."""


def coins(payments: Iterable[Payment]) -> Coins:
    return Counter((payment.user, payment.trigger, payment.coins) for payment in payments)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_the_service_pays_what_our_own_reckoning_says(story: Story) -> None:
    events = translated(story.tell())

    due, given = coins(reckon(events)), coins(paid(events))

    assert len(due) > 100
    assert sorted((given - due).items()) == [], "paid, but not due"
    assert sorted((due - given).items()) == [], "due, but not paid"


def test_a_service_that_starts_anew_before_each_event_pays_the_same() -> None:
    odd = STORIES[1]
    events = translated(replace(odd, plot=replace(odd.plot, hours=1)).tell())

    assert paid(events, forgetful=True) == paid(events)
