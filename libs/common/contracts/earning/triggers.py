"""What came of triggers being looked at: how often each paid, carried a fraction, or was capped.

| verb | request | answer |
|---|---|---|
| `tallies` | `TalliesRequest` | `TalliesAnswer` |
"""

from datetime import date
from typing import Final

from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Asked, Done

TALLIES: Final = "tallies"
"""The verb."""


class TalliesRequest(Asked):
    """Ask about a span of days."""

    since: date
    """The first, in the economy's time zone. The last is that of `at`."""


class TriggerTally(Contract):
    """One trigger within those days; `presence.base`, which every minute pays, is not among them."""

    trigger: str
    paid: int
    """How often it gave whole coins."""
    carried: int
    """How often only a fraction, kept for the next time."""
    capped: int
    """How often nothing, since a limit was reached."""
    coins: int
    viewers: int
    """How many different ones."""


class TalliesAnswer(Done):
    triggers: list[TriggerTally]
    """By name; those that came to be looked at."""
