"""Factors and times, as they are shown."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo


def times(factor: Decimal) -> str:
    """Give a factor: `x1.5`."""
    return f"x{factor.normalize():f}"


def when(at: datetime, zone: ZoneInfo) -> str:
    """Give a time with its day."""
    return f"{at.astimezone(zone):%a %d %b %H:%M}"


def until(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Give a time, with its day where that is not today."""
    local = at.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == now.astimezone(zone).date() else when(at, zone)
