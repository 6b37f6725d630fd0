"""Tidying up: counters that say nothing any more."""

from typing import Final

from services.earning.pay.caps import DAY_US
from services.earning.scene import Scene
from services.earning.store.counters import Counters

NAME: Final = "sweep"


def plan(scene: Scene, due: int | None) -> int:
    """Give when it is due: once a day, at no time in particular."""
    return scene.at + DAY_US if due is None else due


def run(scene: Scene, _due: int) -> int:
    """Sweep."""
    Counters(scene.unit.db).sweep(scene.at)
    return scene.at + DAY_US
