"""How fast the robot may speak, chat and PMs together: inside CyTube's own patience of 20 lines and then 10 a second.

CyTube's is no token bucket: it counts what came, and forgets the count only after a pause. A slow trickle uses the burst up too, and from
then on each line needs its distance to the one before (`RateLimiter` in CyTube's `src/utilities.js`; its pause is burst / rate, 2 s).
"""

from typing import Final

PAUSE_SECONDS: Final = 2.5
"""After such a silence CyTube has forgotten, even if the way there made it look shorter."""


class Pace:
    """So many lines without a pause, then one each `1 / per_second`, on a clock of the caller's, in seconds.

    Starts with a third of its burst: the process before this one may have just spoken.
    """

    def __init__(self, burst: int, per_second: float, now_seconds: float) -> None:
        self._burst = burst
        self._distance_seconds = 1.0 / per_second
        self._said = burst - max(1, burst // 3)
        self._last = now_seconds

    def change(self, burst: int, per_second: float) -> None:
        """Take another burst and rate from now on; what was said counts."""
        self._burst = burst
        self._distance_seconds = 1.0 / per_second

    def wait_seconds(self, now_seconds: float) -> float:
        """Give how long from now one line must wait; 0 when it may go at once."""
        if self._said < self._burst or self._rested(now_seconds):
            return 0.0
        return max(0.0, self._last + self._distance_seconds - now_seconds)

    def take(self, now_seconds: float) -> None:
        """Count one line that is said now."""
        if self._rested(now_seconds):
            self._said = 0
        self._said = min(self._said + 1, self._burst)
        self._last = max(self._last, now_seconds)

    def drain(self, now_seconds: float) -> None:
        """Take that CyTube said we were too fast: only a pause will change that."""
        self._said = self._burst
        self._last = max(self._last, now_seconds)

    def _rested(self, now_seconds: float) -> bool:
        return now_seconds - self._last >= max(PAUSE_SECONDS, self._burst * self._distance_seconds)
