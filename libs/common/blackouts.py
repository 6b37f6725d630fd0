"""The hours in which nothing can be queued, by one rule for all who tell or refuse. Plain and pure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from libs.common import windows
from libs.common.config.shop import Blackout, Spending
from libs.common.windows import Window

_REMEMBERED: Final = 64
"""So many answers are kept: of a second come many questions."""


def closed_by(at: datetime, rules: Spending) -> Blackout | None:
    """Give what closes the queue at a moment; None while it is open.

    It is closed from `blackout_lockout_minutes` before a window begins until that window ends, its last second no longer included.
    """
    if not rules.blackout_windows:
        return None
    return _closed_by(rules.blackout_windows, rules.blackout_lockout_minutes, at.astimezone(UTC).replace(microsecond=0))


def coming(at: datetime, rules: Spending) -> tuple[Blackout, Window] | None:
    """Give what closes the queue next after a moment, and when; None where nothing ever does."""
    ahead = [(each, _after(each, at)) for each in rules.blackout_windows]
    known = [(each, window) for each, window in ahead if window is not None]
    return min(known, key=lambda found: found[1].begins, default=None)


def window_of(blackout: Blackout, at: datetime) -> Window | None:
    """Give the time a blackout closes the queue for, at a moment at which it does: the one that runs, or else the next."""
    return windows.open_at(blackout.cron, ZoneInfo(blackout.timezone), blackout.duration_hours, at) or _after(blackout, at)


@lru_cache(_REMEMBERED)
def _closed_by(blackouts: Sequence[Blackout], lockout_minutes: int, second: datetime) -> Blackout | None:
    ahead = second + timedelta(minutes=lockout_minutes)
    for blackout in blackouts:
        window = window_of(blackout, second)
        if window is not None and window.begins <= ahead:
            return blackout
    return None


def _after(blackout: Blackout, at: datetime) -> Window | None:
    return windows.after(blackout.cron, ZoneInfo(blackout.timezone), blackout.duration_hours, at)
