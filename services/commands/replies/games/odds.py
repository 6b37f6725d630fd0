"""What `odds` answers."""

from collections.abc import Mapping
from decimal import Decimal


def odds(returns: Mapping[str, tuple[Decimal, Decimal]]) -> str:
    """Tell, by game, what comes back of 100 staked, and how often one wins."""
    if not returns:
        return "Nothing is played here."
    lines = [
        f"{game}: of 100 staked {_plain(100 * back)} come back; won {_plain(100 * won)} times in 100"
        for game, (back, won) in returns.items()
    ]
    return "\n".join(["On average, in the long run:", *lines])


def _plain(number: Decimal) -> str:
    text = f"{number:.2f}"
    return text.rstrip("0").rstrip(".")
