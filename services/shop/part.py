"""A part of the shop: one thing it does, in a folder of its own."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from libs.common.accounts import Accounts
from libs.common.aliases import Aliases
from libs.common.asking import Ask
from libs.common.config import Rules
from libs.common.contracts.events import Event
from libs.common.contracts.facts import Arrival
from libs.common.contracts.owners import Asked
from libs.common.durable import Unit
from libs.common.owner import Verb, Wanted
from libs.common.service import Channel

T = TypeVar("T")

CALLER = "shop"
"""Our name where the ledger is asked."""


class Tools(Protocol):
    """What a part may use of its surroundings."""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The configured channels."""

    @property
    def accounts(self) -> Accounts:
        """Who has what, by the ledger."""

    @property
    def aliases(self) -> Aliases:
        """Who is who under another name."""

    @property
    def ask(self) -> Ask:
        """Ask anybody anything, with a deadline."""

    def begin(self, unit: Unit, channel: str, verb: str, request: Asked, wanted: Wanted) -> None:
        """Begin an errand of our own within the transaction of its cause (see `Owner.begin`)."""

    async def write(self, work: Callable[[Unit], T]) -> T:
        """Do something within a transaction."""

    def rules(self, unit: Unit) -> Rules | None:
        """Give the configuration in force; None before the first."""

    def version(self, unit: Unit) -> str:
        """Give its version: what a posting's metadata names, so that its price can be explained."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one part offers and hears. Its handlers run on the writer thread, within the transaction of what they hear."""

    verbs: tuple[Verb[Any], ...] = ()
    """What it can be asked."""
    on_event: Callable[[Unit, Event, Rules], None] | None = None
    """Hears every event, from the first configuration on."""
    on_arrival: Callable[[Unit, Arrival, Rules], None] | None = None
    """Hears of each arrival, likewise."""
    run: Callable[[], Awaitable[None]] | None = None
    """Goes on in the background, until cancelled."""
