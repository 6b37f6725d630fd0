"""What `status` answers."""

from datetime import datetime
from typing import Final

from libs.common import blackouts
from libs.common.config import Rules
from libs.common.contracts.earning.events import EventsAnswer, Holding
from services.commands.replies.events.listing import coming
from services.commands.replies.events.shown import times, until, when

_EVENTS: Final = ("scheduled", "adhoc")


def told(answer: EventsAnswer, now: datetime, rules: Rules) -> str:
    """Tell whether anything can be queued, and which events run or come."""
    running = [each for each in answer.holding if each.kind in _EVENTS]
    lines = [queue(now, rules), *(_runs(each, answer, now, rules) for each in running)]
    if not running and answer.coming:
        lines.append(f"The next event: {coming(answer.coming[0], rules.economy.zone)} ({rules.economy.zone.key})")
    return "\n".join(lines)


def queue(now: datetime, rules: Rules) -> str:
    """Tell whether the queue is open, and until or from when."""
    zone, closed = rules.economy.zone, blackouts.closed_by(now, rules.spending)
    window = None if closed is None else blackouts.window_of(closed, now)
    if closed is not None and window is not None:
        return f"The queue is closed for {closed.name}; it opens {until(window.ends, now, zone)} ({zone.key})."
    ahead = blackouts.coming(now, rules.spending)
    if ahead is None:
        return "The queue is open."
    blackout, window = ahead
    span = f"{when(window.begins, zone)} to {until(window.ends, window.begins, zone)}"
    return f"The queue is open. It closes for {blackout.name}, {span} ({zone.key})."


def _runs(event: Holding, answer: EventsAnswer, now: datetime, rules: Rules) -> str:
    end = "" if event.ends is None else f" until {until(event.ends, now, rules.economy.zone)}"
    what = {"all": f": what you earn counts {times(event.factor)}", "rain": f": rain counts {times(event.factor)}"}.get(answer.covers, "")
    return f"{event.name} is on{end}{what}."
