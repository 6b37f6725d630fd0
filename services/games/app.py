"""Wiring: what is played, and the book of draws."""

from collections.abc import Callable
from typing import Final

from libs.common.parts import Assembly, Part
from libs.common.service import Runtime
from services.games import metrics, totals
from services.games.duel import play as duel
from services.games.fair import desk
from services.games.fair.book import Book
from services.games.flip import play as flip
from services.games.part import Tools
from services.games.recipes import RECIPES
from services.games.spin import play as spin
from services.games.store import MIGRATIONS

PARTS: Final[tuple[Callable[[Tools], Part], ...]] = (spin.part, flip.part, duel.part, desk.part, totals.part)
"""All that is played. What stands earlier hears of an event earlier."""


def build(runtime: Runtime) -> None:
    """Register all that the games do."""
    games = _Games(runtime)
    games.open([make(games) for make in PARTS])
    metrics.UNDER_WAY.set_function(lambda: games.under_way)


class _Games(Assembly[Part]):
    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime, MIGRATIONS)
        self.book = Book(RECIPES)
