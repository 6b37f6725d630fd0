"""What earning, games and shop found out, for whoever cares: `economy.facts.<channel>.<kind>`."""

from datetime import datetime
from typing import Literal

from libs.common.contracts.base import Contract


class Arrival(Contract):
    """A viewer truly arrived: never seen before, or away for at least `join_debounce_minutes`."""

    kind: Literal["arrival"] = "arrival"
    id: str
    channel: str
    user: str
    at: datetime
    absent_seconds: float | None = None
    """How long the viewer was away; None when never seen."""
