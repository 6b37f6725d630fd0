"""What `commands` counts."""

from typing import Final

from prometheus_client import Counter, Gauge

ANSWERED: Final = Counter("economy_commands_answered", "Commands answered", ("path", "command", "outcome"))
"""`path`: pm or api; `command`: its name, or `unknown`; `outcome`: ok, or why not."""
WAITING: Final = Gauge("economy_commands_waiting", "Private messages not answered yet")


def answered() -> int:
    """Give how many commands were answered, by either path."""
    samples = (sample for family in ANSWERED.collect() for sample in family.samples)
    return int(sum(sample.value for sample in samples if sample.name.endswith("_total")))
