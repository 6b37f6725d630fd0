"""`content.survived_full_media`: staying for most of what played, once for each play."""

from collections.abc import Iterator
from typing import Final

from libs.common.config import Rules
from services.earning.media.acts import Stay
from services.earning.pay.awards import Award
from services.earning.times import moment

_TRIGGER: Final = "content.survived_full_media"


def survived_full_media(stay: Stay, rules: Rules) -> Iterator[Award]:
    """Pay who was there for the percentage asked for of its whole length; what was skipped earlier than that can be survived by nobody."""
    survived, viewer, play = rules.content_triggers.survived_full_media, stay.viewer, stay.play
    if not survived.enabled or play.is_live or stay.watched_us * 100 < survived.min_presence_percent * play.length:
        return
    yield Award(
        user=viewer.user,
        name=viewer.name,
        key=f"survived:{stay.channel}:{play.id}:{viewer.user}",
        type="earn",
        trigger=_TRIGGER,
        amount=survived.reward,
        at=stay.at,
        reason=f"Stayed for {play.name}",
        cause=stay.cause,
        earned=moment(play.over),
    )
