"""`content.like_current`: the PM `like`, once for each play and viewer."""

from collections.abc import Iterator
from typing import Final

from libs.common.config import Rules
from services.earning.media.acts import Like
from services.earning.pay.awards import Award
from services.earning.pay.caps import DAY_US, Cap

_TRIGGER: Final = "content.like_current"
_LIVE_US: Final = 366 * DAY_US
"""What is live may play for months, and is one play all the time."""


def like_current(like: Like, rules: Rules) -> Iterator[Award]:
    """Pay a like."""
    viewer, play = like.viewer, like.play
    keep_us = _LIVE_US if play.is_live else play.length + DAY_US
    yield Award(
        user=viewer.user,
        name=viewer.name,
        key=f"like:{like.channel}:{play.id}:{viewer.user}",
        type="earn",
        trigger=_TRIGGER,
        amount=rules.content_triggers.like_current.reward,
        at=like.at,
        reason=f"Liked {play.name}",
        cause=like.cause,
        caps=(Cap(_TRIGGER, 1, user=viewer.user, scope=play.id, keep_us=keep_us),),
    )
