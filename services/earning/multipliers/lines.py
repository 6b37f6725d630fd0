"""What the room is told when events begin and end; the announcer has the words."""

from decimal import Decimal
from typing import Final

from services.earning.multipliers.sources import ONE, covers
from services.earning.notices import WORTH_SAYING
from services.earning.scene import Scene
from services.earning.times import MINUTE_US, SECOND_US

_WORTH_SAYING_US: Final = WORTH_SAYING.total_seconds() * SECOND_US


def say_begins(scene: Scene, key: str, name: str, factor: Decimal, ends: int) -> None:
    """Tell that an event has begun, what it multiplies, and how long it goes on from now."""
    what = "plain" if factor == ONE else covers(scene.rules.multipliers)
    line = {"all": "event_begins", "rain": "event_begins_rain"}.get(what, "event_begins_plain")
    minutes = max(1, -((scene.at - ends) // MINUTE_US))
    scene.say(f"{key}:begins", line, name=name, factor=shown(factor), minutes=minutes)


def say_ends(scene: Scene, key: str, name: str, at: int) -> None:
    """Tell that an event is over, if that is still news."""
    if scene.at - at < _WORTH_SAYING_US:
        scene.say(f"{key}:ends", "event_ends", name=name)


def shown(factor: Decimal) -> str:
    """Give a factor without zeros that say nothing."""
    return f"{factor.normalize():f}"
