"""`rain`: an administrator shares coins out among everybody who is here."""

import hashlib
from typing import Final

from libs.common.contracts.base import Contract
from libs.common.contracts.earning.rain import RAIN, Rained, RainRequest
from libs.common.contracts.owners import Declined
from services.earning.pay.occasions import Drop
from services.earning.scene import Scene
from services.earning.triggers.admin_rain import admin_rain
from services.earning.verbs.serving import deed

_KEY_CHARACTERS_MAX: Final = 100
"""Of a request's key in that of a posting, which has channel and name beside it."""


def rain(scene: Scene, request: RainRequest) -> Contract:
    """Pay everybody the same, and what does not divide one coin each to the first by name: all of it is paid."""
    viewers = [viewer for viewer in scene.here() if scene.is_paid(viewer)]
    if not viewers:
        return Declined(code="rain_nobody")
    if request.total < len(viewers):
        return Declined(code="rain_small", values={"total": request.total, "count": len(viewers)})
    each, more = divmod(request.total, len(viewers))
    for place, viewer in enumerate(viewers):
        drop = Drop(
            channel=scene.channel,
            user=viewer.user,
            name=viewer.name,
            rain=_short(request.key),
            coins=each + (place < more),
            at=scene.now,
            cause=scene.cause,
            giver=request.user,
        )
        for award in admin_rain(drop, scene.rules):
            scene.payroll.pay(award)
    key, by = f"adminrain:{scene.channel}:{_short(request.key)}", request.user
    scene.say(key, "rain", "result", count=len(viewers), amount=request.total, per_user=each, sender=by, user=by)
    return Rained(total=request.total, recipients=len(viewers), each=each, more=more)


def _short(key: str) -> str:
    return key if len(key) <= _KEY_CHARACTERS_MAX else hashlib.sha256(key.encode()).hexdigest()


VERB: Final = deed(RAIN, RainRequest, rain)
