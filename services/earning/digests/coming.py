"""Who was not there when a digest was sent has it when they come."""

from libs.common.contracts.events import Event, Join, Rank, Roster, UserList
from libs.common.names import fold
from services.earning.digests import admin, user
from services.earning.people.viewer import Viewer
from services.earning.presence.standing import State
from services.earning.scene import Scene


def come(scene: Scene, event: Event) -> None:
    """Look at who came, and at whose rank became known: a join alone does not tell that of an administrator."""
    match event:
        case Join() | Rank():
            viewers = _one(scene, event.user)
        case UserList() | Roster():
            viewers = scene.here()
        case _:
            return
    user.tell(scene, viewers)
    admin.tell(scene, viewers)


def _one(scene: Scene, name: str) -> list[Viewer]:
    viewer = scene.store.viewer(scene.channel, fold(name))
    return [viewer] if viewer is not None and viewer.standing.state is State.PRESENT and scene.has_part(viewer) else []
