"""Coins for being there when a scheduled event begins: who was, what each gets, and paying it."""

import structlog

from libs.common.config.multipliers import ScheduledEvent
from services.earning.pay.occasions import Attendance
from services.earning.presence.standing import Standing, State
from services.earning.scene import Scene
from services.earning.times import MINUTE_US, SECOND_US
from services.earning.triggers.event_bonus import event_bonus

log = structlog.get_logger()


def was_here(standing: Standing, begins: int, until: int) -> bool:
    """Tell whether somebody was in the room at some moment from `begins` to `until`, as far as is known."""
    match standing.state:
        case State.PRESENT:
            return standing.since is not None and standing.since <= until
        case State.SUSPENDED:
            return standing.since is not None and standing.since >= begins
        case _:
            return standing.left is not None and standing.left >= begins


def share(event: ScheduledEvent, viewers: int) -> int:
    """Give what each of so many gets: the bonus itself, or an even share of it, so that never more is paid than there is."""
    if event.presence_bonus_mode == "per_user":
        return event.presence_bonus
    return event.presence_bonus // viewers if viewers else 0


def pay(scene: Scene, event: ScheduledEvent, begins: int, until: int) -> None:
    """Pay those who may earn and were here when an event began, or came in time for it."""
    known = scene.store.clock(scene.channel)
    proof = 0 if known is None else known.proof or 0
    if proof < begins - scene.rules.presence.join_debounce_minutes * MINUTE_US:
        return  # the robot was not in the room: nobody can say who was
    seen = scene.store.here_since(scene.channel, begins)
    viewers = sorted((each for each in seen if was_here(each.standing, begins, until) and scene.is_paid(each)), key=lambda each: each.user)
    coins = share(event, len(viewers))
    if not coins:
        if viewers:
            cure = "raise its presence_bonus, or set presence_bonus_mode to per_user"
            log.warning(
                "too many were there to share an event's bonus", channel=scene.channel, name=event.name, viewers=len(viewers), cure=cure
            )
        return
    for attendance in (
        Attendance(scene.channel, viewer.user, viewer.name, event.name, begins // SECOND_US, coins, scene.now, scene.cause)
        for viewer in viewers
    ):
        for award in event_bonus(attendance, scene.rules):
            scene.payroll.pay(award)
