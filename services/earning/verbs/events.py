"""`events`, `event_start`, `event_stop`: what makes everything count for more, and events begun by hand."""

from decimal import Decimal
from typing import Final, cast

from libs.common.contracts.earning.events import Coming, EventsAnswer, EventStarted, EventStartRequest, EventStopped, Holding, Kind
from libs.common.contracts.owners import Asked, Declined
from libs.common.names import fold
from services.earning.multipliers import adhoc
from services.earning.multipliers.sources import ONE, Source, after, combined, covers
from services.earning.scene import Scene
from services.earning.store.happenings import Adhoc
from services.earning.times import MINUTE_US, slot_time
from services.earning.verbs.serving import deed, question

MULTIPLIER_MAX: Final = Decimal(10)
MINUTES_MAX: Final = 1_440
NAME_CHARACTERS_MAX: Final = 60
_COMING: Final = 3


def events(scene: Scene, request: Asked) -> EventsAnswer:
    """Tell what holds now for whoever asks, as far as viewers may know of it, and what comes next."""
    scope = covers(scene.rules.multipliers)
    everything = [source for source in scene.boosts.of(fold(request.user), scene.now).sources if scope == "all" or source.is_event]
    told = [source for source in everything if not source.hidden]
    night, hour = scene.rules.presence.night_watch, slot_time(scene.at // MINUTE_US, scene.rules.economy.zone).hour
    return EventsAnswer(
        holding=[_holding(source) for source in told],
        combined=ONE if scope == "nothing" else combined(told, scene.rules.multipliers).factor,
        hidden=len(told) < len(everything),
        covers=scope,
        night_watch=night.multiplier if night.enabled and hour in night.hours else None,
        coming=coming(scene),
    )


def coming(scene: Scene) -> list[Coming]:
    """Give the scheduled events that begin next."""
    zone, found = scene.rules.economy.zone, []
    for event in scene.rules.multipliers.scheduled_events:
        at = scene.now
        for _ in range(_COMING):
            window = after(event, zone, at)
            if window is None:
                break
            found.append(Coming(name=event.name, factor=event.multiplier, begins=window.begins, ends=window.ends))
            at = window.begins
    return sorted(found, key=lambda each: (each.begins, each.name))[:_COMING]


def start(scene: Scene, request: EventStartRequest) -> EventStarted | Declined:
    """Begin an event by hand; another one ends for it only if that is asked for."""
    name = " ".join(request.name.split())
    wrong = _wrong(request.multiplier, request.minutes, name)
    if wrong is not None:
        return wrong
    running = adhoc.running(scene)
    if running is not None and not request.replace:
        left = -((scene.at - running.ends) // MINUTE_US)
        return Declined(code="event_running", values={"name": running.name, "minutes": left})
    if running is not None:
        adhoc.end(scene, running, scene.at, told=False)
    event = Adhoc(scene.at, scene.at + request.minutes * MINUTE_US, name, request.multiplier)
    adhoc.begin(scene, event)
    replaced = None if running is None else running.name
    return EventStarted(name=name, multiplier=request.multiplier, minutes=request.minutes, ends=event.until, replaced=replaced)


def stop(scene: Scene, _request: Asked) -> EventStopped:
    """End the event that was begun by hand, if one runs."""
    running = adhoc.running(scene)
    if running is None:
        return EventStopped()
    adhoc.end(scene, running, scene.at)
    return EventStopped(name=running.name)


def _wrong(multiplier: Decimal, minutes: int, name: str) -> Declined | None:
    if not 1 < multiplier <= MULTIPLIER_MAX:
        return Declined(code="event_multiplier", values={"maximum": int(MULTIPLIER_MAX)})
    if not 1 <= minutes <= MINUTES_MAX:
        return Declined(code="event_minutes", values={"maximum": MINUTES_MAX})
    if not 1 <= len(name) <= NAME_CHARACTERS_MAX:
        return Declined(code="event_name", values={"maximum": NAME_CHARACTERS_MAX})
    return None


def _holding(source: Source) -> Holding:
    kind, _, name = source.id.partition(":")
    return Holding(kind=cast("Kind", kind), name=name, factor=source.factor, ends=source.ends)


VERBS: Final = (
    question("events", Asked, events),
    deed("event_start", EventStartRequest, start),
    deed("event_stop", Asked, stop),
)
