"""Who was in the room while something played."""

from services.earning.media.playing import Span
from services.earning.presence.standing import Standing, State, Turn


def until_gone(before: Standing, turn: Turn, at: int, grace_us: int) -> Span | None:
    """Give the time in the room that a turn brings to an end, or, after an outage of the robot, to light.

    What is shorter than the grace was no outage to somebody there on both sides of it, as with the minutes. A bounce is an absence.
    """
    after = turn.standing
    until = at if after.state is State.PRESENT else after.left
    if before.since is None or until is None or until <= before.since:
        return None
    match before.state:
        case State.PRESENT:
            return None if after.state is State.PRESENT else (before.since, until)
        case State.SUSPENDED:
            return None if turn.arrived or until - before.since > grace_us else (before.since, until)
        case _:
            return None


def until_unknown(before: Standing, proof: int | None) -> Span | None:
    """Give the time in the room that is certain of somebody present when the robot's session breaks, its last proof having been then."""
    if before.state is not State.PRESENT or before.since is None or proof is None or proof <= before.since:
        return None
    return before.since, proof
