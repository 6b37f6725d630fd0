"""CyTube's patience: so many without a pause, then no more than so many a second, until there was a long enough pause."""

from datetime import datetime, timedelta


class Patience:
    """Counts what one sender sends, on the clock it is given.

    It is no token bucket: what was sent is forgotten only after a pause of `burst / per_second` seconds. So a slow trickle uses the
    burst up too, and from then on each message needs its distance to the last one that came through.
    """

    def __init__(self, burst: int, per_second: float) -> None:
        """Start with nothing sent."""
        self._burst = burst
        self._distance = timedelta(seconds=1 / per_second)
        self._pause = timedelta(seconds=burst / per_second)
        self._count = 0
        self._last: datetime | None = None

    def allows(self, now: datetime) -> bool:
        """Tell whether a message comes through, and count it if so."""
        if self._last is None or now - self._last > self._pause:
            self._count = 0
        if self._count < self._burst:
            self._count += 1
        elif self._last is not None and now - self._last < self._distance:
            return False
        self._last = now
        return True
