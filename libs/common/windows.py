"""Hours that come again and again: from each time a cron expression names, so many hours. Plain and pure, to the second."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from cronsim import CronSim

_REMEMBERED: Final = 4_096
"""So many answers are kept: of one minute come many questions."""
_MINUTE: Final = timedelta(minutes=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCKS_CHANGE_BY: Final = timedelta(hours=3)
"""More than clocks are ever set back by."""


class Window(NamedTuple):
    """One time that it comes, in UTC; its last instant is no longer part of it."""

    begins: datetime
    ends: datetime


def open_at(cron: str, zone: ZoneInfo, hours: float, at: datetime) -> Window | None:
    """Give the window that is open at a moment: of several, which began last."""
    begins = _last(cron, zone, (at - _EPOCH) // _MINUTE)
    if begins is None or at >= begins + timedelta(hours=hours):
        return None
    return Window(begins, begins + timedelta(hours=hours))


def after(cron: str, zone: ZoneInfo, hours: float, at: datetime) -> Window | None:
    """Give the first window that begins after a moment."""
    begins = _next(cron, zone, (at - _EPOCH) // _MINUTE)
    return None if begins is None else Window(begins, begins + timedelta(hours=hours))


@lru_cache(_REMEMBERED)
def _last(cron: str, zone: ZoneInfo, minute: int) -> datetime | None:
    """Give the last instant named until (and with) a minute since 1970."""
    at = _EPOCH + minute * _MINUTE
    local = at.astimezone(zone)
    # In the hour that comes twice, cron names the first of the two: what is later by the clock may be earlier in truth.
    ahead = _CLOCKS_CHANGE_BY if local.fold else timedelta(seconds=1)
    for begins in CronSim(cron, local.replace(fold=0) + ahead, reverse=True):
        if begins.astimezone(UTC) <= at:
            return begins.astimezone(UTC)
    return None


@lru_cache(_REMEMBERED)
def _next(cron: str, zone: ZoneInfo, minute: int) -> datetime | None:
    """Give the first instant named after a minute since 1970."""
    at = _EPOCH + minute * _MINUTE
    for begins in CronSim(cron, at.astimezone(zone)):
        # Likewise: what was given may have been in the first of the two hours.
        if begins.astimezone(UTC) > at:
            return begins.astimezone(UTC)
    return None
