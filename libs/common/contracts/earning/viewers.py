"""How earning sees viewers: who wants to be spared what, what keeps somebody from earning, and how many were there.

| verb | request | answer |
|---|---|---|
| `quiet` | `QuietRequest` | `QuietAnswer` |
| `why` | `WhyRequest` | `WhyAnswer` |
| `attendance` | `AttendanceRequest` | `AttendanceAnswer` |

A request that can't be served is answered with a `Failure` (see `health`).
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Done


class QuietRequest(Contract):
    """Say whether a viewer wants to be spared what nobody asked for. The one said last (by `at`) holds, whichever comes first."""

    user: str
    quiet: bool
    at: datetime
    """When the viewer said so (event time)."""


class QuietAnswer(Contract):
    quiet: bool
    """How it stands now."""


class WhyRequest(Contract):
    """Ask what keeps a viewer from earning, or does not."""

    user: str
    at: datetime
    """As of when (event time)."""


Obstacle = Literal["outsider", "no_name", "away", "robot_away", "rank_unknown", "guest", "banned", "too_new", "just_came"]
"""Why the minutes of a viewer bring nothing: what would have to change first."""


class WhyAnswer(Done):
    """How earning sees a viewer."""

    obstacle: Obstacle | None = None
    """None: every minute is paid."""
    since: datetime | None = None
    """Here: since when. Not here: since when not. `robot_away`: when the robot was last known to be in the room."""
    afk: bool = False
    active: bool = False
    """Whether they spoke a short while ago, and so have the bonus for it."""
    rank: float | None = None
    minutes_left: int = 0
    """`too_new`: minutes until they are known long enough."""
    messages_left: int = 0
    """`too_new`: lines they have yet to write."""
    paid_until: datetime | None = None
    """Up to when the minutes of those who are here are counted: the robot's last sign."""
    present_minutes: int
    """Counted today."""
    active_minutes: int
    """Of them, with the bonus for being active."""
    carried: dict[str, Decimal] = {}
    """Fractions of a coin waiting for the next award, by trigger."""
    claimed: list[str] = []
    """What can be had once a day and was, today, by trigger."""
    capped: dict[str, int] = {}
    """How often nothing was paid today since a limit was reached, by trigger."""


class AttendanceRequest(Contract):
    """Ask who was there on a day of the economy's time zone."""

    day: date


class AttendanceAnswer(Done):
    now: int
    """Viewers who are here and may earn."""
    day: int
    """Viewers with at least one minute counted on that day."""
