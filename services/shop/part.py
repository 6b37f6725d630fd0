"""A part of the shop: one thing it does, in a folder of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from libs.common import parts
from libs.common.aliases import Aliases
from libs.common.config import Rules
from libs.common.contracts.facts import Arrival, RankHeld
from libs.common.durable import Unit
from libs.common.service import Channel

CALLER = "shop"
"""Our name where the ledger is asked."""


class Tools(parts.Tools, Protocol):
    """What a part may use of its surroundings."""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The configured channels."""

    @property
    def aliases(self) -> Aliases:
        """Who is who under another name."""


@dataclass(frozen=True, slots=True)
class Part(parts.Part):
    """What one part offers and hears, arrivals and ranks too."""

    on_arrival: Callable[[Unit, Arrival, Rules], None] | None = None
    """Hears of each arrival, as of events."""
    on_rank: Callable[[Unit, RankHeld, Rules], None] | None = None
    """Hears of each rank that somebody came to hold, likewise."""
