"""Events begun by hand: one in a channel at a time, kept with its end, so that no restart ends or prolongs it."""

from typing import Final

from services.earning.multipliers.lines import say_begins, say_ends
from services.earning.pay.caps import DAY_US
from services.earning.scene import Scene
from services.earning.store.happenings import Adhoc, Happenings
from services.earning.store.plans import Plans

JOB: Final = "adhoc_event"
_KEPT_US: Final = DAY_US
"""How long one that is over is kept: minutes may be paid late, by what held then."""


def plan(_scene: Scene, due: int | None) -> int | None:
    """Leave its end where it is under another configuration."""
    return due


def run(scene: Scene, _due: int) -> None:
    """See to the end of the one whose time is over."""
    running(scene)


def running(scene: Scene) -> Adhoc | None:
    """Give the one that runs; one whose time is over is seen to first."""
    event = Happenings(scene.unit.db).ending(scene.channel)
    if event is None or scene.at < event.ends:
        return event
    end(scene, event, event.ends)
    return None


def begin(scene: Scene, event: Adhoc) -> None:
    """Begin one, and tell the room. None may run."""
    Happenings(scene.unit.db).begin_adhoc(scene.channel, event, over_before=scene.at - _KEPT_US)
    Plans(scene.unit.db).keep(scene.channel, JOB, event.ends)
    say_begins(scene, _key(scene, event), event.name, event.factor, event.ends)


def end(scene: Scene, event: Adhoc, at: int, *, told: bool = True) -> None:
    """End one, and tell the room, unless another takes its place."""
    Happenings(scene.unit.db).end_adhoc(scene.channel, event, at)
    Plans(scene.unit.db).keep(scene.channel, JOB, None)
    if told:
        say_ends(scene, _key(scene, event), event.name, at)


def _key(scene: Scene, event: Adhoc) -> str:
    return f"adhoc:{scene.channel}:{event.begins}:{event.name}"
