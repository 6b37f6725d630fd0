"""Slots: the minutes somebody was there, one by one, as the triggers see them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from libs.common.config import Rules
from services.earning.eligibility import admits, too_new
from services.earning.people.viewer import Day, Viewer
from services.earning.times import MINUTE_US, slot_time


class Slot(NamedTuple):
    """One counted minute of somebody, judged at its end."""

    channel: str
    viewer: Viewer
    minute: int
    """Since 1970."""
    begins: datetime
    ends: datetime
    hour: int
    """Of the minute's start, in the economy's time zone."""
    day: Day
    """This minute included."""
    active: bool
    """Spoke a short while ago, and is not AFK."""
    payable: bool
    """False for somebody too new: the minute counts and pays nothing, now or later."""


def slots(channel: str, viewer: Viewer, minutes: range, rules: Rules, day_of: Callable[[str, str], Day]) -> Iterator[Slot]:
    """Count these minutes, where the viewer has a part in the economy; `day_of` gives the counters of (user, date)."""
    if not admits(viewer.user, viewer.rank, rules):
        return
    zone = rules.economy.zone
    threshold_us = rules.presence.afk_threshold_minutes * MINUTE_US
    first_seen = viewer.first_seen
    day: Day | None = None
    for minute in minutes:
        begins, ends, date, hour = slot_time(minute, zone)
        if day is None or day.date != date:
            day = day_of(viewer.user, date)
        ends_us = (minute + 1) * MINUTE_US
        active = viewer.last_spoke is not None and not viewer.afk and ends_us - viewer.last_spoke <= threshold_us
        day.present += 1
        day.active += active
        payable = not too_new(ends_us - (ends_us if first_seen is None else first_seen), viewer.messages, rules)
        yield Slot(channel, viewer, minute, begins, ends, hour, day, active, payable)
