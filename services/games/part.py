"""A part of the games: one game, or what goes with all of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from libs.common.accounts import Accounts
from libs.common.asking import Ask
from libs.common.config import Rules
from libs.common.contracts.events import Event
from libs.common.contracts.owners import Asked
from libs.common.durable import Unit
from libs.common.owner import Verb, Wanted
from services.games.fair.book import Book

T = TypeVar("T")

CALLER = "games"
"""Our name where the ledger is asked."""


class Tools(Protocol):
    """What a part may use of its surroundings."""

    @property
    def accounts(self) -> Accounts:
        """Who has what, by the ledger."""

    @property
    def ask(self) -> Ask:
        """Ask anybody anything, with a deadline."""

    @property
    def book(self) -> Book:
        """Where every draw is made and kept."""

    def begin(self, unit: Unit, channel: str, verb: str, request: Asked, wanted: Wanted) -> None:
        """Begin an errand of our own within the transaction of its cause (see `Owner.begin`)."""

    async def write(self, work: Callable[[Unit], T]) -> T:
        """Do something within a transaction."""

    def rules(self, unit: Unit) -> Rules | None:
        """Give the configuration in force; None before the first."""

    def version(self, unit: Unit) -> str:
        """Give its version; empty before the first."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one part offers and hears. Its handlers run on the writer thread, within the transaction of what they hear."""

    verbs: tuple[Verb[Any], ...] = ()
    """What it can be asked."""
    on_event: Callable[[Unit, Event, Rules], None] | None = None
    """Hears every event, from the first configuration on."""
    run: Callable[[], Awaitable[None]] | None = None
    """Goes on in the background, until cancelled."""
