"""What the announcer counts."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

OVER: Final = Counter("economy_announcer_announcements", "Announcements that are over", ("lane", "result"))
"""`result`: said (its echo came), unheard (no echo, said twice), stale, absent (the person was not there), repeated, unreadable."""
LINES: Final = Counter("economy_announcer_lines", "Lines handed to the robot", ("lane",))
WAITING: Final = Gauge("economy_announcer_waiting", "Announcements not over yet")
SECONDS: Final = Histogram(
    "economy_announcer_seconds",
    "From storing an announcement to its end",
    ("lane",),
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300),
)
