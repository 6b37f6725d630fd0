"""CyTube's patience: so many at once, so many a second after that."""

from datetime import datetime


class Bucket:
    """A token bucket on the clock it is given."""

    def __init__(self, burst: int, per_second: float, now: datetime) -> None:
        """Start full."""
        self._burst = float(burst)
        self._per_second = per_second
        self._tokens = float(burst)
        self._at = now

    def allows(self, now: datetime) -> bool:
        """Take one token, if there is one."""
        passed = max((now - self._at).total_seconds(), 0.0)
        self._tokens = min(self._burst, self._tokens + passed * self._per_second)
        self._at = max(now, self._at)
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
