"""How earning sees a viewer: whether their minutes are paid, and if not, why not. And how many there are."""

from dataclasses import dataclass

from libs.common.config import Rules
from libs.common.contracts.earning import AttendanceAnswer, AttendanceRequest, Obstacle, WhyAnswer, WhyRequest
from libs.common.names import fold, is_valid
from services.earning.eligibility import admits, too_new
from services.earning.people.viewer import Viewer
from services.earning.presence.standing import State, minutes
from services.earning.store import Store
from services.earning.store.careers import CareerTable
from services.earning.store.days import Days
from services.earning.store.tallies import Tallies
from services.earning.streaks.qualifying import CLAIM as QUALIFIED
from services.earning.times import MINUTE_US, micros, moment, slot_time


@dataclass(frozen=True, slots=True)
class _Sight:
    """What bears on it."""

    viewer: Viewer
    banned: bool
    proof: int | None
    """When the robot was last known to be in the room."""
    at: int


def why(store: Store, channel: str, request: WhyRequest, rules: Rules) -> WhyAnswer:
    """Tell how a viewer stands."""
    user, at = fold(request.user), micros(request.at)
    clock = store.clock(channel)
    viewer = store.viewer(channel, user) or Viewer(user, request.user)
    sight = _Sight(viewer, bool(CareerTable(store.db).one(channel, user).banned), None if clock is None else clock.proof, at)
    day = Days(store.db).one(channel, user, slot_time(at // MINUTE_US, rules.economy.zone).date)
    known = viewer.standing.since
    here = viewer.standing.state is State.PRESENT
    return WhyAnswer(
        obstacle=obstacle(sight, rules),
        since=None if known is None else moment(known),
        afk=viewer.afk,
        active=is_active(viewer, at, rules),
        rank=viewer.rank,
        minutes_left=_minutes_left(viewer, at, rules),
        messages_left=max(0, rules.onboarding.min_messages_to_earn - viewer.messages),
        paid_until=moment(sight.proof // MINUTE_US * MINUTE_US) if here and sight.proof is not None else None,
        present_minutes=day.present,
        active_minutes=day.active,
        carried={trigger: amount for trigger, amount in store.fractions(channel, user).items() if amount},
        claimed=sorted(day.claimed - {QUALIFIED}),
        capped={trigger: tally.capped for trigger, tally in Tallies(store.db).of_user(channel, user, day.date).items() if tally.capped},
    )


def obstacle(sight: _Sight, rules: Rules) -> Obstacle | None:
    """Give what would have to change first for the minutes of a viewer to be paid; None if they are."""
    viewer = sight.viewer
    if viewer.user in rules.outsiders:
        return "outsider"
    if not is_valid(viewer.user):
        return "no_name"
    if sight.banned:
        return "banned"
    if viewer.standing.state is State.AWAY:
        return "away"
    if viewer.standing.state is State.SUSPENDED:
        return "robot_away"
    if viewer.rank is None:
        return "rank_unknown"
    if not admits(viewer.user, viewer.rank, rules):
        return "guest"
    if too_new(sight.at - (viewer.first_seen or sight.at), viewer.messages, rules):
        return "too_new"
    return None if minutes(viewer.standing.since or 0, sight.at) else "just_came"


def is_active(viewer: Viewer, at: int, rules: Rules) -> bool:
    """Tell whether a minute that ended now would have the bonus for being active."""
    threshold_us = rules.presence.afk_threshold_minutes * MINUTE_US
    return viewer.last_spoke is not None and not viewer.afk and at - viewer.last_spoke <= threshold_us


def attendance(store: Store, channel: str, request: AttendanceRequest, rules: Rules) -> AttendanceAnswer:
    """Count who is here, and who was here for a minute of the day; the robot and whom the economy ignores are none."""
    now = sum(admits(viewer.user, viewer.rank, rules) for viewer in store.present(channel))
    return AttendanceAnswer(now=now, day=len(Days(store.db).there_on(channel, request.day.isoformat()) - rules.outsiders))


def _minutes_left(viewer: Viewer, at: int, rules: Rules) -> int:
    known = 0 if viewer.first_seen is None else at - viewer.first_seen
    return max(0, -((known - rules.onboarding.min_account_age_minutes * MINUTE_US) // MINUTE_US))
