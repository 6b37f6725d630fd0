"""What `econ:gambling` answers."""

from collections.abc import Mapping, Sequence
from typing import Final

from libs.common.config.economy import Currency
from services.commands.replies.coins import coins
from services.commands.reports import Game

AMONG_VIEWERS: Final = frozenset({"challenge"})
"""Played by viewers among themselves: the house has its rake, and no edge."""


def gambling(games: Sequence[Game], expected: Mapping[str, float], days: int, currency: Currency) -> str:
    """Tell of each game what was played, and the edge in percent, as it was and as its rules have it; `expected` by game."""
    span = "today" if days == 1 else f"in {days} days"
    if not games:
        return f"Nothing was played {span}."
    return "\n".join([f"Played {span}:", *(_game(game, expected.get(game.game), currency) for game in games)])


def _game(game: Game, expected: float | None, currency: Currency) -> str:
    played = f"{game.game}: {game.rounds:,} rounds by {game.players:,}"
    if game.game in AMONG_VIEWERS:
        return f"{played}, staked {coins(game.staked, currency)}, rake {coins(game.rake, currency)}."
    if game.edge_percent is None:
        return f"{played}, nothing staked, paid {coins(game.paid, currency)}."
    return f"{played}, staked {game.staked:,}, paid {coins(game.paid, currency)}: {_edge(game, expected)}."


def _edge(game: Game, expected: float | None) -> str:
    edge, within = game.edge_percent or 0.0, game.edge_within_percent
    told = f"kept {edge:.1f} %"
    if within is not None:
        told = f"{told} ± {within:.1f}"
    if expected is None:
        return told
    told = f"{told}, by its rules {expected:.1f} %"
    return f"{told} (more than chance explains)" if within is not None and abs(edge - expected) > within else told
