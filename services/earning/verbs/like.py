"""`like`: somebody in the room likes what plays."""

from typing import Final

from libs.common.contracts.base import Contract
from libs.common.contracts.earning.likes import LIKE, Liked
from libs.common.contracts.owners import Asked, Declined
from libs.common.names import fold
from services.earning.media.acts import Like
from services.earning.media.follow import playing
from services.earning.presence.standing import State
from services.earning.scene import Scene
from services.earning.triggers import FOR_LIKES
from services.earning.verbs.serving import deed


def like(scene: Scene, request: Asked) -> Contract:
    """Pay for it, once for each play; whoever is not paid has not used it up."""
    if not scene.rules.content_triggers.like_current.enabled:
        return Declined(code="off")
    viewer = scene.store.viewer(scene.channel, fold(request.user))
    if viewer is None or viewer.standing.state is not State.PRESENT:
        return Declined(code="like_absent")
    if viewer.rank is None:
        return Declined(code="level_unknown")
    if not scene.has_part(viewer):
        return Declined(code="like_no_part")
    play = playing(scene)
    if play is None:
        return Declined(code="like_nothing")
    if not scene.is_paid(viewer):
        return Declined(code="like_new")
    awards = (award for trigger in FOR_LIKES for award in trigger(Like(scene.channel, viewer, play, scene.now, scene.cause), scene.rules))
    paid = [scene.payroll.pay(award) for award in awards]
    if None in paid:
        return Declined(code="like_again", values={"title": play.name})
    return Liked(title=play.name, coins=sum(coins or 0 for coins in paid))


VERB: Final = deed(LIKE, Asked, like)
