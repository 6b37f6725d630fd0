"""Presence: which minutes somebody was in the room.

Minutes are counted since 1970; a minute belongs to whoever is there at its end. What nobody can know yet stays open: the time since
the robot last proved to be in the room, an absence short enough to be a bounce, an outage of the robot. Each function takes how
somebody stands and what happened at `at`, and gives how they stand then and which open minutes are theirs after all.

Times are microseconds since 1970.
"""

from enum import IntEnum
from typing import Final, NamedTuple

from services.earning.times import MINUTE_US

NONE: Final = range(0)


class State(IntEnum):
    """Where somebody is."""

    AWAY = 0
    """Not here; until `join_debounce_minutes` after the last leave a return is a bounce."""
    PRESENT = 1
    SUSPENDED = 2
    """Was here when the robot was last known to be; whether that lasted is open until the next sign."""


class Standing(NamedTuple):
    """How somebody stands in a room."""

    state: State = State.AWAY
    since: int | None = None
    """Present: since when. Suspended: the robot's last proof. Away: when this absence began. None: never seen."""
    left: int | None = None
    """Away: the last leave, from which the grace and the absence count."""
    settled: int = 0
    """Suspended or away: minutes that ended until then are decided, whatever comes."""


NEVER_SEEN: Final = Standing()


class Turn(NamedTuple):
    """What comes of an event for one viewer."""

    standing: Standing
    owed: range = NONE
    """Minutes that are theirs now."""
    arrived: bool = False
    """Whether this is a genuine arrival: never seen, or away for the whole grace."""
    absent_us: int | None = None
    """How long an arrived viewer was away; None for never seen."""


def minutes(after: int, until: int) -> range:
    """Give the minutes that ended after `after` and not after `until`."""
    return range(after // MINUTE_US, until // MINUTE_US)


def proved(standing: Standing, proof: int | None, at: int) -> range:
    """Give the minutes of somebody present that the robot's new proof at `at` covers, the last one having been at `proof`."""
    if standing.state is not State.PRESENT or standing.since is None:
        return NONE
    return minutes(max(standing.since, proof or 0), at)


def suspend(standing: Standing, proof: int | None) -> Standing:
    """The robot's session broke: from its last proof on, nobody knows."""
    if standing.state is not State.PRESENT or standing.since is None:
        return standing
    known = standing.since if proof is None else proof
    return Standing(State.SUSPENDED, known, settled=max(standing.since, known))


def seen(standing: Standing, at: int, grace_us: int) -> Turn:
    """Somebody turns out to be here: a list has them, or they spoke. Never an arrival: that takes a join."""
    match standing.state:
        case State.PRESENT:
            return Turn(standing)
        case State.SUSPENDED:
            return Turn(_present(at), _open(standing, at) if at - (standing.since or 0) <= grace_us else NONE)
        case _:
            return Turn(_present(at), _open(standing, at) if _gone_for(standing, at, grace_us) < grace_us else NONE)


def join(standing: Standing, at: int, grace_us: int) -> Turn:
    """Somebody joined before our eyes."""
    if standing.state is State.PRESENT:
        return Turn(standing)
    gone = standing.since if standing.state is State.SUSPENDED else standing.left
    if gone is None:
        return Turn(_present(at), arrived=True)
    if at - gone < grace_us:
        return Turn(_present(at), _open(standing, at))
    return Turn(_present(at), arrived=True, absent_us=at - gone)


def leave(standing: Standing, at: int, grace_us: int) -> Turn:
    """Somebody left, and so was here until now."""
    if standing.state is State.AWAY:
        if _gone_for(standing, at, grace_us) < grace_us:
            return Turn(standing._replace(left=at))
        return Turn(standing)
    turn = seen(standing, at, grace_us)
    return Turn(_away(at), turn.owed)


def missing(standing: Standing, at: int) -> Turn:
    """A whole list does not have them: they left now, or, if suspended, when the robot's session broke."""
    match standing.state:
        case State.PRESENT:
            return Turn(_away(at))
        case State.SUSPENDED:
            return Turn(standing._replace(state=State.AWAY, left=standing.since))
        case _:
            return Turn(standing)


def returned(before: Standing, turn: Turn, at: int, grace_us: int) -> int | None:
    """Give when somebody had left who is here again after an absence that was no bounce; None for all others.

    Whoever was here when the robot's session broke, and is here when it is back, was not away, however long that took.
    """
    if turn.standing.state is not State.PRESENT or before.state is State.PRESENT:
        return None
    left = before.since if before.state is State.SUSPENDED and turn.arrived else before.left
    return left if left is not None and at - left >= grace_us else None


def _present(at: int) -> Standing:
    return Standing(State.PRESENT, at)


def _away(at: int) -> Standing:
    return Standing(State.AWAY, at, at, at)


def _open(standing: Standing, at: int) -> range:
    return minutes(max(standing.since or 0, standing.settled), at)


def _gone_for(standing: Standing, at: int, otherwise: int) -> int:
    return otherwise if standing.left is None else at - standing.left
