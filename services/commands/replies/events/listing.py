"""What `events` answers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from libs.common.contracts.earning.events import Coming, EventsAnswer, Holding, Kind
from services.commands.replies.events.shown import times, until, when

_NAMES: Final[Mapping[Kind, str]] = {"off_peak": "Quiet hours", "population": "A full room", "rank": "Your rank"}
"""Of what has no name of its own."""


def listed(answer: EventsAnswer, now: datetime, zone: ZoneInfo) -> str:
    """Tell what holds, what it comes to, and what comes next."""
    lines = [_total(answer), *(_holding(each, now, zone) for each in answer.holding)]
    if answer.hidden:
        lines.append("And there is something extra. What, is for you to find out.")
    if answer.night_watch is not None:
        lines.append(f"Minutes count {times(answer.night_watch)} beside that: it is night.")
    if answer.coming:
        lines.append(f"Coming (times in {zone.key}):")
    return "\n".join([*lines, *(coming(each, zone) for each in answer.coming)])


def coming(event: Coming, zone: ZoneInfo) -> str:
    """Tell when an event comes."""
    return f"{when(event.begins, zone)} to {until(event.ends, event.begins, zone)}: {event.name} {times(event.factor)}"


def _total(answer: EventsAnswer) -> str:
    match answer.covers:
        case "nothing":
            return "Nothing is multiplied here."
        case "rain":
            return f"Rain counts {times(answer.combined)} now; nothing else is multiplied here."
        case "all":
            return f"What you earn counts {times(answer.combined)} now."


def _holding(each: Holding, now: datetime, zone: ZoneInfo) -> str:
    end = "" if each.ends is None else f", until {until(each.ends, now, zone)}"
    return f"{_NAMES.get(each.kind, each.name)}: {times(each.factor)}{end}"
