"""The parts of earning beside presence, and at what each of them looks. What stands earlier looks earlier."""

from collections.abc import Callable
from typing import Final

from libs.common.contracts.events import Chat, Event
from services.earning.achievements.awarding import award
from services.earning.chat.answers import reply
from services.earning.chat.following import keep_up, meet
from services.earning.chat.hearing import hear
from services.earning.digests.coming import come
from services.earning.media.follow import come_or_go, follow, lose
from services.earning.people.career import Career
from services.earning.people.viewer import Viewer
from services.earning.presence.minutes import Slot
from services.earning.presence.standing import Standing, Turn
from services.earning.ranks.climb import climb
from services.earning.scene import Scene
from services.earning.streaks.qualifying import qualify

FOLLOW: Final[tuple[Callable[[Scene, Event], None], ...]] = (come, follow, keep_up)
"""Every event of the channel, once presence has taken it in: what plays, emotes, the clock."""

HEAR: Final[tuple[Callable[[Scene, Chat, Viewer], None], ...]] = (hear, reply)
"""Every line (not repeated), with who said it: also the robot's, lines of shadow-muted viewers, and what was said without the robot."""

TURN: Final[tuple[Callable[[Scene, Viewer, Standing, Turn], None], ...]] = (come_or_go,)
"""Every time somebody comes, goes or turns out to be here, or gone: with how they stood before."""

BREAK: Final[tuple[Callable[[Scene, int | None, list[tuple[Viewer, Standing]]], None], ...]] = (lose,)
"""Every time the robot's session breaks: with its last proof, and who was present until then, as they stood."""

ARRIVE: Final[tuple[Callable[[Scene, Viewer, Turn], None], ...]] = (meet,)
"""Every genuine arrival."""

COUNT: Final[tuple[Callable[[Scene, Slot], None], ...]] = (qualify,)
"""Every counted minute of somebody, once it is paid."""

REACH: Final[tuple[Callable[[Scene, Career, Career], None], ...]] = (climb, award)
"""Every career that changed: as it was when it was last looked at, and as it is."""


def reached(scene: Scene, before: Career, career: Career) -> None:
    """Have everything looked at that a changed career may have reached."""
    for part in REACH:
        part(scene, before, career)
