"""How fast the robot may speak: a token bucket inside CyTube's own (burst 20, then 10 a second, chat and PMs together)."""

from typing import Final

_ROUNDING: Final = 1e-9
"""What floats may lose of a token: nobody need wait for that."""


class Bucket:
    """A token bucket on a clock of the caller's, in seconds.

    Starts with a third of its burst: the process before this one may have just spoken.
    """

    def __init__(self, burst: int, per_second: float, now_seconds: float) -> None:
        self._burst = float(burst)
        self._per_second = per_second
        self._tokens = max(1.0, burst / 3)
        self._filled_at = now_seconds

    def change(self, burst: int, per_second: float, now_seconds: float) -> None:
        """Take another burst and rate from now on; what was said counts."""
        self._fill(now_seconds)
        self._burst = float(burst)
        self._per_second = per_second

    def wait_seconds(self, now_seconds: float) -> float:
        """Give how long from now one line must wait; 0 when it may go at once."""
        self._fill(now_seconds)
        missing = 1.0 - self._tokens
        return missing / self._per_second if missing > _ROUNDING else 0.0

    def take(self, now_seconds: float) -> None:
        """Spend the token of one line that is said now."""
        self._fill(now_seconds)
        self._tokens -= 1.0

    def drain(self, now_seconds: float) -> None:
        """Forget all tokens: CyTube said we were too fast."""
        self._fill(now_seconds)
        self._tokens = min(self._tokens, 0.0)

    def _fill(self, now_seconds: float) -> None:
        gone = max(0.0, now_seconds - self._filled_at)
        self._filled_at = max(self._filled_at, now_seconds)
        self._tokens = min(self._burst, self._tokens + gone * self._per_second)
