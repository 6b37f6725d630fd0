"""The hours in which nothing can be queued. Plain and pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from cronsim import CronSim

from libs.common.config.shop import Blackout, Spending

_REMEMBERED: Final = 64
"""So many answers are kept: of a second come many questions."""


def closed_by(at: datetime, rules: Spending) -> Blackout | None:
    """Give what closes the queue at a moment; None while it is open.

    It is closed from `blackout_lockout_minutes` before a window begins until that window ends, its last second no longer included.
    """
    if not rules.blackout_windows:
        return None
    return _closed_by(rules.blackout_windows, rules.blackout_lockout_minutes, at.astimezone(UTC).replace(microsecond=0))


@lru_cache(_REMEMBERED)
def _closed_by(windows: Sequence[Blackout], lockout_minutes: int, second: datetime) -> Blackout | None:
    ahead = second + timedelta(minutes=lockout_minutes)
    for window in windows:
        begins = _next(window, second - timedelta(hours=window.duration_hours))
        if begins is not None and begins <= ahead:
            return window
    return None


def _next(window: Blackout, after: datetime) -> datetime | None:
    """Give when a window begins next, in UTC."""
    for begins in CronSim(window.cron, after.astimezone(ZoneInfo(window.timezone))):
        # Where clocks are set back an hour comes twice, and what was given may have been in the first of the two.
        if begins.astimezone(UTC) > after:
            return begins.astimezone(UTC)
    return None
