"""What the parts of the games share: a part is one game, or what goes with all of them."""

from typing import Protocol

from libs.common import parts
from services.games.fair.book import Book

CALLER = "games"
"""Our name where the ledger is asked."""


class Tools(parts.Tools, Protocol):
    """What a part may use of its surroundings."""

    @property
    def book(self) -> Book:
        """Where every draw is made and kept."""
