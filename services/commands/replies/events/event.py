"""What `event` answers."""

from libs.common.contracts.earning.events import EventStarted, EventStopped
from services.commands.replies.events.shown import times


def missing() -> str:
    """Tell what beginning one takes."""
    return "I need a multiplier, minutes and a name."


def no_multiplier() -> str:
    """Answer a multiplier that is no number."""
    return "The multiplier is a number such as 2 or 1.5."


def no_minutes() -> str:
    """Answer minutes that are no whole number."""
    return "The minutes are a whole number such as 60."


def what() -> str:
    """Ask what is meant."""
    return "Shall one start or stop?"


def started(event: EventStarted) -> str:
    """Tell that one has begun."""
    instead = "" if event.replaced is None else f" It takes the place of {event.replaced}."
    return f"{event.name} has begun: {times(event.multiplier)} for {event.minutes} min.{instead} The room is told."


def stopped(event: EventStopped) -> str:
    """Tell that one is over, or that none ran."""
    return "No event that was begun by hand is running." if event.name is None else f"{event.name} is over. The room is told."
