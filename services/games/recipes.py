"""Every game's recipe: what it makes of numbers, now, and when a draw is checked later on."""

from collections.abc import Mapping
from typing import Final

from services.games.duel import rule as duel
from services.games.fair.book import Recipe
from services.games.flip import rule as flip
from services.games.spin import rule as spin

RECIPES: Final[Mapping[str, Recipe]] = {"spin": spin.recipe, "free_spin": spin.recipe, "flip": flip.recipe, "challenge": duel.recipe}
"""By the game's name."""
