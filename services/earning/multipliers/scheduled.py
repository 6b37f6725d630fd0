"""Scheduled events: that they hold is a matter of time alone (`sources`); here stands what happens once when one begins and ends."""

from typing import Final

from libs.common.config.multipliers import ScheduledEvent
from libs.common.windows import Window
from services.earning.multipliers import bonus
from services.earning.multipliers.lines import say_begins, say_ends
from services.earning.multipliers.sources import after, open_at
from services.earning.pay.caps import DAY_US
from services.earning.scene import Scene
from services.earning.store.happenings import Happening, Happenings
from services.earning.times import MINUTE_US, micros, moment

JOB: Final = "events"
_LATE_US: Final = DAY_US
"""What began and ended longer ago than that is passed over."""


def plan(scene: Scene, _due: int | None) -> int | None:
    """Look at once what another configuration has open."""
    wanted = scene.rules.multipliers.scheduled_events or Happenings(scene.unit.db).running(scene.channel)
    return scene.at if wanted else None


def run(scene: Scene, due: int) -> int | None:
    """See to all that begins and ends at an instant; give the next one at which something does."""
    at = max(due, scene.at - _LATE_US)
    happenings = Happenings(scene.unit.db)
    for happening in happenings.running(scene.channel):
        _go_on(scene, happening, at)
    known = {(happening.name, happening.begins) for happening in happenings.running(scene.channel)}
    for event in scene.rules.multipliers.scheduled_events:
        window = open_at(event, scene.rules.economy.zone, moment(at))
        if window is not None and (event.name, micros(window.begins)) not in known:
            _begin(scene, event, window, at)
            known.add((event.name, micros(window.begins)))
    return _next(scene, at)


def _begin(scene: Scene, event: ScheduledEvent, window: Window, at: int) -> None:
    """Tell the room, once; what was over before anybody could be told is passed over in silence."""
    begins, ends = micros(window.begins), micros(window.ends)
    told = event.announce and scene.at < ends
    if told:
        say_begins(scene, f"event:{scene.channel}:{event.name}:{begins}", event.name, event.multiplier, ends)
    # Who was there is known only if it is looked at in time: an event that comes into the configuration while it runs pays nothing.
    pays = event.presence_bonus and at == begins
    due = min(begins + event.arrive_within_minutes * MINUTE_US, ends) if pays else None
    happening = Happening(event.name, begins, told, due)
    Happenings(scene.unit.db).keep(scene.channel, happening)
    if due is not None and due <= at:
        _pay(scene, event, happening, at)


def _go_on(scene: Scene, happening: Happening, at: int) -> None:
    """Pay for being there, when latecomers are in; tell the room of the end."""
    found = _event_of(scene, happening)
    if found is not None and happening.bonus_due is not None and happening.bonus_due <= at:
        _pay(scene, found[0], happening, at)
    if found is not None and at < micros(found[1].ends):
        return
    Happenings(scene.unit.db).forget(scene.channel, happening)
    if happening.told:
        say_ends(scene, f"event:{scene.channel}:{happening.name}:{happening.begins}", happening.name, at)


def _pay(scene: Scene, event: ScheduledEvent, happening: Happening, at: int) -> None:
    bonus.pay(scene, event, happening.begins, at)
    Happenings(scene.unit.db).keep(scene.channel, happening._replace(bonus_due=None))


def _event_of(scene: Scene, happening: Happening) -> tuple[ScheduledEvent, Window] | None:
    """Give the event as it is configured now, and its window; None where it is no more, or begins at another time."""
    begins = moment(happening.begins)
    for event in scene.rules.multipliers.scheduled_events:
        if event.name == happening.name:
            window = open_at(event, scene.rules.economy.zone, begins)
            if window is not None and window.begins == begins:
                return event, window
    return None


def _next(scene: Scene, at: int) -> int | None:
    """Give the next instant at which something begins, ends or is paid."""
    edges = []
    for event in scene.rules.multipliers.scheduled_events:
        window = after(event, scene.rules.economy.zone, moment(at))
        if window is not None:
            edges.append(micros(window.begins))
    for happening in Happenings(scene.unit.db).running(scene.channel):
        found = _event_of(scene, happening)
        if found is not None:
            edges.append(micros(found[1].ends))
        if happening.bonus_due is not None:
            edges.append(happening.bonus_due)
    return min((edge for edge in edges if edge > at), default=None)
