"""Events and whatever else makes everything count for more.

| verb | request | answer |
|---|---|---|
| `events` | `Asked` | `EventsAnswer` |
| `event_start` | `EventStartRequest` | `EventStarted` |
| `event_stop` | `Asked` | `EventStopped` |
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Asked, Done

Kind = Literal["off_peak", "population", "holiday", "scheduled", "adhoc", "rank"]


class Holding(Contract):
    """One reason why everything counts for more now."""

    kind: Kind
    name: str = ""
    """Of an event or a holiday."""
    factor: Decimal
    ends: datetime | None = None
    """Of an event."""


class Coming(Contract):
    """A scheduled event that has not begun."""

    name: str
    factor: Decimal
    begins: datetime
    ends: datetime


class EventsAnswer(Done):
    holding: list[Holding]
    """What viewers may know of."""
    combined: Decimal
    """What these come to together."""
    hidden: bool
    """Whether there is something beside them that viewers are to find out by themselves."""
    covers: Literal["all", "rain", "nothing"]
    """What is multiplied: what is earned day by day, or rain alone, by events."""
    night_watch: Decimal | None = None
    """What minutes count for beside all that, in the hours of night watch."""
    coming: list[Coming] = []
    """The next few, soonest first."""


class EventStartRequest(Asked):
    multiplier: Decimal
    minutes: int
    name: Annotated[str, Field(max_length=1_000)]
    replace: bool = False
    """Whether it takes the place of one that runs."""


class EventStarted(Done):
    """Declined with `event_multiplier`, `event_minutes`, `event_name` where these don't fit, `event_running` where one runs."""

    name: str
    multiplier: Decimal
    minutes: int
    ends: datetime
    replaced: str | None = None
    """The one that ran until then."""


class EventStopped(Done):
    name: str | None = None
    """What ran until then; None where nothing did."""
