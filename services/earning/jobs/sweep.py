"""Tidying up: counters and claims that say nothing any more, emotes of days gone by, what triggers came to long ago, and strangers."""

from datetime import timedelta
from typing import Final

from services.earning.pay.caps import DAY_US
from services.earning.scene import Scene
from services.earning.store.counters import Counters
from services.earning.store.days import Days
from services.earning.store.lines import Lines
from services.earning.store.tallies import Tallies
from services.earning.times import micros

NAME: Final = "sweep"
_EMOTES: Final = timedelta(days=3)
"""By then no line of a day can come any more."""
_CLAIMS: Final = timedelta(days=45)
"""The stream of events goes back 30 days: nothing of an older day can be counted any more."""
_STRANGERS: Final = timedelta(days=45)
"""So long guests, who may take a new name each time, are known by theirs."""
_TALLIES: Final = timedelta(days=90)
"""The longest report looks back 30."""


def plan(scene: Scene, due: int | None) -> int:
    """Give when it is due: once a day, at no time in particular."""
    return scene.at + DAY_US if due is None else due


def run(scene: Scene, _due: int) -> int:
    """Sweep."""
    Counters(scene.unit.db).sweep(scene.at)
    Lines(scene.unit.db, scene.channel).forget_emotes_before(scene.date(scene.now - _EMOTES))
    Days(scene.unit.db).forget_claims_before(scene.channel, scene.date(scene.now - _CLAIMS))
    scene.store.forget_strangers(scene.channel, micros(scene.now - _STRANGERS))
    Tallies(scene.unit.db).forget_before(scene.channel, scene.date(scene.now - _TALLIES))
    return scene.at + DAY_US
