"""What bears on lines beside lines: who arrives, the room's emotes, and what nobody heard."""

from libs.common.contracts.events import Emotes, Event, Gap
from services.earning.people.viewer import Viewer
from services.earning.presence.standing import Turn
from services.earning.scene import Scene
from services.earning.store.lines import Lines
from services.earning.times import SECOND_US


def keep_up(scene: Scene, event: Event) -> None:
    """Keep the room's emotes; where events are missing, nobody knows how long it has been silent."""
    if isinstance(event, Emotes):
        _emotes(Lines(scene.unit.db, scene.channel), event)
    elif isinstance(event, Gap):
        Lines(scene.unit.db, scene.channel).forget_silence()


def meet(scene: Scene, viewer: Viewer, _turn: Turn) -> None:
    """Remember a newcomer for as long as they can be greeted."""
    window_us = scene.rules.social_triggers.greeted_newcomer.window_seconds * SECOND_US
    arrival = f"arrival:{scene.channel}:{viewer.user}:{scene.at // 1_000}"
    Lines(scene.unit.db, scene.channel).arrive(viewer.user, arrival, scene.at, scene.at - window_us)


def _emotes(lines: Lines, event: Emotes) -> None:
    if event.change == "list":
        lines.list_emotes(event.names)
        return
    if event.change == "remove":
        lines.remove_emotes(event.names)
        return
    if event.old is not None:
        lines.remove_emotes([event.old])
    lines.add_emotes(event.names)
