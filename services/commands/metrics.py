"""What `commands` counts."""

from typing import Final

from prometheus_client import Counter, Gauge

ANSWERED: Final = Counter("economy_commands_answered", "Commands answered", ("path", "command", "outcome"))
"""`path`: pm or api; `command`: its name, or `unknown`; `outcome`: ok, or why not."""
WAITING: Final = Gauge("economy_commands_waiting", "Private messages not answered yet")
