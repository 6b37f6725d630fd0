"""What the announcer counts."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

SAID: Final = Counter("economy_announcer_said", "Announcements that were said and heard, the robot's echo being the proof", ("lane",))
DROPPED: Final = Counter("economy_announcer_dropped", "Announcements that are over without having been heard", ("lane", "reason"))
"""`reason`: unheard (said, twice where the robot is known to echo, but no echo came), absent (the viewer was not there), stale (no longer
worth saying), robot_away (for too long), repeated (said before), gated (switched off), overflow (too much waited), unreadable."""
LINES: Final = Counter("economy_announcer_lines", "Lines handed to the robot", ("lane",))
RESENT: Final = Counter("economy_announcer_resent", "Lines handed to the robot once more, since they were not heard", ("lane",))
WAITING: Final = Gauge("economy_announcer_waiting", "Announcements not over yet")
OLDEST: Final = Gauge("economy_announcer_oldest_seconds", "How long the one that waits longest has waited")
SECONDS: Final = Histogram(
    "economy_announcer_seconds",
    "From storing an announcement to its end",
    ("lane",),
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300),
)
ECHO: Final = Histogram(
    "economy_announcer_echo_seconds",
    "From handing a line to the robot to hearing it",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
