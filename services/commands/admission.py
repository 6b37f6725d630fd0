"""Which private messages are taken in, how many a minute, and which are too old to move money. Plain decisions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from libs.common.contracts.events import PrivateMessage
from libs.common.names import fold, is_valid

WINDOW = timedelta(seconds=60)
"""The rate limit's sliding window, in event time."""
CAUGHT_UP = timedelta(seconds=30)
"""A tick no older than this by our own clock says that all before it has been read."""

Verdict = Literal["take", "warn", "drop"]


def is_for_us(message: PrivateMessage, outsiders: Collection[str]) -> bool:
    """Tell whether a viewer asks something: no echo of ours, nobody ignored or shadow-muted, a name that can be, a word at least.

    `outsiders` holds the folded names of the robot and of those who are ignored.
    """
    return not message.shadow and fold(message.user) not in outsiders and is_valid(message.user) and bool(message.text.strip())


@dataclass(frozen=True, slots=True)
class Window:
    """What the limiter remembers of one viewer, with times inside the window only."""

    taken: Sequence[datetime]
    warned: datetime | None


def limit(at: datetime, window: Window, per_minute: int, *, exempt: bool) -> Verdict:
    """Decide on one more message: take it, or refuse it; one warning a window, silence for the rest.

    Refused messages do not count. Times are event times, so a message `at` the end of a window 60 seconds ago is out of it.
    """
    if exempt:
        return "take"
    recent = sum(1 for taken in window.taken if at - taken < WINDOW)
    if recent < per_minute:
        return "take"
    if window.warned is not None and at - window.warned < WINDOW:
        return "drop"
    return "warn"


Age = Literal["fresh", "stale", "unknown"]


def age(at: datetime, last_tick: datetime | None, now: datetime, max_age: timedelta) -> Age:
    """Tell whether a message said `at` may still move money.

    The ticks decide. `now`, our own clock, only spares the wait for the next one: no tick can be ahead of it, so a message younger than
    `max_age` by that clock is fresh. `unknown` until the ticks read have caught up with that clock.
    """
    if last_tick is not None and last_tick - at > max_age:
        return "stale"
    if now - at <= max_age:
        return "fresh"
    if last_tick is not None and now - last_tick <= CAUGHT_UP:
        return "fresh"
    return "unknown"
