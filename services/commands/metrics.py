"""What `commands` counts."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

ANSWERED: Final = Counter("economy_commands_answered", "Commands answered", ("path", "command", "outcome"))
"""`path`: pm or api; `command`: its name, or `unknown`; `outcome`: ok, or why not."""
SECONDS: Final = Histogram(
    "economy_commands_seconds",
    "From a private message's event, or an API request's arrival, to its answer being kept (by PM) or given (by the API)",
    ("path", "command"),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
)
WAITING: Final = Gauge("economy_commands_waiting", "Private messages not answered yet")


def answered() -> int:
    """Give how many commands were answered, by either path."""
    samples = (sample for family in ANSWERED.collect() for sample in family.samples)
    return int(sum(sample.value for sample in samples if sample.name.endswith("_total")))
