"""Tidying up: counters that say nothing any more, emotes of days that are over, and what triggers came to long ago."""

from datetime import timedelta
from typing import Final

from services.earning.pay.caps import DAY_US
from services.earning.scene import Scene
from services.earning.store.counters import Counters
from services.earning.store.lines import Lines
from services.earning.store.tallies import Tallies

NAME: Final = "sweep"
_EMOTES: Final = timedelta(days=3)
"""By then no line of a day can come any more."""
_TALLIES: Final = timedelta(days=90)
"""The longest report looks back 30."""


def plan(scene: Scene, due: int | None) -> int:
    """Give when it is due: once a day, at no time in particular."""
    return scene.at + DAY_US if due is None else due


def run(scene: Scene, _due: int) -> int:
    """Sweep."""
    Counters(scene.unit.db).sweep(scene.at)
    Lines(scene.unit.db, scene.channel).forget_emotes_before(scene.date(scene.now - _EMOTES))
    Tallies(scene.unit.db).forget_before(scene.channel, scene.date(scene.now - _TALLIES))
    return scene.at + DAY_US
