"""What `gambling` answers."""

from collections.abc import Mapping, Sequence
from typing import Final

from libs.common.config.economy import Currency
from libs.common.contracts.games import GameTotals
from services.commands.replies.coins import coins

_NAMES: Final[Mapping[str, str]] = {"spin": "Spins", "free_spin": "Free spins", "flip": "Flips", "challenge": "Duels"}


def totals(games: Sequence[GameTotals], currency: Currency) -> str:
    """Tell it game by game, and all together."""
    wagered, won = sum(game.wagered for game in games), sum(game.won for game in games)
    lines = [
        f"{_NAMES.get(game.game, game.game)}: {game.rounds:,}, {net(game.won - game.wagered, currency)}, "
        f"best {coins(game.biggest_win, currency)}, worst {coins(-game.biggest_loss, currency)}"
        for game in games
    ]
    staked = f"All together: staked {coins(wagered, currency)}, won {coins(won, currency)}, {net(won - wagered, currency)}."
    return "\n".join([*lines, staked])


def net(amount: int, currency: Currency) -> str:
    """Give `+40 Z`, `-40 Z`, `±0 Z`."""
    return f"{'±' if not amount else '+' if amount > 0 else ''}{coins(amount, currency)}"


def nothing_yet() -> str:
    """Answer somebody who never played."""
    return "You have not played yet."
