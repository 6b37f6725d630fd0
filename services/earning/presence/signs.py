"""What an event says of the robot: that it is in a room, or that nobody knows any more who is there."""

from libs.common.contracts.events import Event, Gap, Robot, Tick


def proves(event: Event, channel: str) -> bool:
    """Tell whether the robot was in the room when this happened."""
    return event.proof or (isinstance(event, Tick) and event.robots.get(channel) == "connected")


def breaks(event: Event, channel: str) -> bool:
    """Tell whether a robot session ended or began here, or events are missing: who is present is open until the next sign."""
    match event:
        case Robot():
            return event.what != "kicked"
        case Tick():
            return event.robots.get(channel) == "away"
        case Gap():
            return True
        case _:
            return False
