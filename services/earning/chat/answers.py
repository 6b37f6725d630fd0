"""The robot's own lines: who of those that called it is answered."""

from typing import Final

from libs.common.contracts.events import Chat
from libs.common.names import fold
from services.earning.chat import words
from services.earning.chat.hearing import CALL_US, can_be_paid
from services.earning.chat.line import Answer, Person
from services.earning.people.viewer import Viewer
from services.earning.presence.standing import State
from services.earning.scene import Scene
from services.earning.store.lines import Lines
from services.earning.times import micros
from services.earning.triggers import ANSWERED

_OWN_US: Final = CALL_US
"""So long after the economy asked for a public line, a line that does not name whom it answers may be that one."""


def reply(scene: Scene, event: Chat, viewer: Viewer) -> None:
    """Pay whoever the robot answers with this line, if anybody: an announcement answers nobody."""
    if event.shadow or viewer.user != fold(scene.rules.bot.username):
        return
    lines, said = Lines(scene.unit.db, scene.channel), min(event.time, event.at)
    at = micros(said)
    asker = _asker(scene, lines, words.named(event.text), at)
    if asker is None:
        return
    lines.answered(asker.user)
    if not can_be_paid(scene, asker):
        return
    answered = Answer(
        channel=scene.channel,
        id=words.identity(viewer.user, micros(event.time) // 1_000, event.html),
        cause=event.id,
        at=said,
        date=scene.date(said),
        speaker=Person(asker.user, asker.name),
    )
    for trigger in ANSWERED:
        for award in trigger(answered, scene.rules):
            if scene.payroll.pay(award) is not None:
                scene.calendar.day(asker.user, answered.date).bot_interactions += 1


def _asker(scene: Scene, lines: Lines, named: list[str], at: int) -> Viewer | None:
    """Give whom the robot answers: of those who called it the one it names, else, where it names nobody in the room, the last one."""
    calling = lines.calling(at - CALL_US, at)
    if not calling:
        return None
    asker = next((user for user in calling if user in named), None)
    if asker is None:
        others = [viewer for viewer in scene.store.known(scene.channel, named) if viewer.standing.state is State.PRESENT]
        if any(viewer.user != fold(scene.rules.bot.username) for viewer in others) or lines.have_said(at - _OWN_US):
            return None
        asker = calling[0]
    return scene.store.viewer(scene.channel, asker)
