"""The triggers: what is paid for, one file each.

A trigger is a function of what happened and the configuration that gives awards; it knows neither store nor messages. Here stands, for
each kind of thing that can happen, which triggers look at it, in the order in which they pay.
"""

from collections.abc import Callable, Iterator
from typing import Final

from libs.common.config import Rules
from services.earning.chat.line import Answer, Line
from services.earning.media.acts import Like, Stay
from services.earning.pay.awards import Award, Fee
from services.earning.pay.occasions import Attendance, Drop, Night, Win
from services.earning.presence.minutes import Slot
from services.earning.presence.sights import Return, Sight
from services.earning.streaks.rules import QualifyingDay
from services.earning.triggers.admin_rain import admin_rain
from services.earning.triggers.bridge import bridge
from services.earning.triggers.competition import competition
from services.earning.triggers.decay import decay
from services.earning.triggers.dwell import dwell
from services.earning.triggers.event_bonus import event_bonus
from services.earning.triggers.interest import interest
from services.earning.triggers.lines.bot_interaction import bot_interaction
from services.earning.triggers.lines.comment_during_media import comment_during_media
from services.earning.triggers.lines.conversation_starter import conversation_starter
from services.earning.triggers.lines.first_after_media_change import first_after_media_change
from services.earning.triggers.lines.first_message_of_day import first_message_of_day
from services.earning.triggers.lines.greeted_newcomer import greeted_newcomer
from services.earning.triggers.lines.kudos_received import kudos_received
from services.earning.triggers.lines.laugh_received import laugh_received
from services.earning.triggers.lines.long_message import long_message
from services.earning.triggers.lines.mentioned_by_other import mentioned_by_other
from services.earning.triggers.media.like_current import like_current
from services.earning.triggers.media.survived_full_media import survived_full_media
from services.earning.triggers.presence_base import presence_base
from services.earning.triggers.rain import rain
from services.earning.triggers.streak import streak
from services.earning.triggers.wallet import wallet
from services.earning.triggers.welcome_back import welcome_back

EVERY_MINUTE: Final[tuple[Callable[[Slot, Rules], Iterator[Award]], ...]] = (
    presence_base,
    dwell,
)

EVERY_QUALIFYING_DAY: Final[tuple[Callable[[QualifyingDay, Rules], Iterator[Award]], ...]] = (streak, bridge)

AT_RETURN: Final[tuple[Callable[[Return, Rules], Iterator[Award]], ...]] = (welcome_back,)

IN_THE_RAIN: Final[tuple[Callable[[Drop, Rules], Iterator[Award]], ...]] = (rain, admin_rain)

OVERNIGHT: Final[tuple[Callable[[Night, Rules], Iterator[Award | Fee]], ...]] = (interest, decay)

AT_DAYS_END: Final[tuple[Callable[[Win, Rules], Iterator[Award]], ...]] = (competition,)

AT_EVENTS: Final[tuple[Callable[[Attendance, Rules], Iterator[Award]], ...]] = (event_bonus,)

AT_FIRST_SIGHT: Final[tuple[Callable[[Sight, Rules], Iterator[Award]], ...]] = (wallet,)

SAID: Final[tuple[Callable[[Line, Rules], Iterator[Award]], ...]] = (
    long_message,
    first_message_of_day,
    conversation_starter,
    first_after_media_change,
    comment_during_media,
    greeted_newcomer,
    mentioned_by_other,
    laugh_received,
    kudos_received,
)

ANSWERED: Final[tuple[Callable[[Answer, Rules], Iterator[Award]], ...]] = (bot_interaction,)

AFTER_MEDIA: Final[tuple[Callable[[Stay, Rules], Iterator[Award]], ...]] = (survived_full_media,)

FOR_LIKES: Final[tuple[Callable[[Like, Rules], Iterator[Award]], ...]] = (like_current,)
