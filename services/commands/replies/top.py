"""What `top` answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from libs.common.config.economy import Currency
from services.commands.boards import Board
from services.commands.replies.coins import coins

_HEADS: Final[dict[Board, str]] = {"earners": "Earned today:", "rich": "Most coins:", "lifetime": "Earned in a lifetime:"}
_MEDALS: Final = {1: "🥇", 2: "🥈", 3: "🥉"}


@dataclass(frozen=True, slots=True)
class Line:
    """One place on a board."""

    place: int
    name: str
    amount: int


def top(board: Board, lines: Sequence[Line], own: Line | None, currency: Currency) -> str:
    """Tell the first ones, and where the asker stands, if further down."""
    if not lines:
        return f"{_HEADS[board]} nobody yet."
    told = [f"{_MEDALS.get(line.place) or f'{line.place}.'} {line.name} {coins(line.amount, currency)}" for line in lines]
    if own is not None:
        told.append(f"You are number {own.place} with {coins(own.amount, currency)}.")
    return "\n".join([_HEADS[board], *told])


def ranks(holders: dict[str, int]) -> str:
    """Tell how many hold each rank, given lowest first; the highest stands first."""
    if not holders:
        return "Nobody holds a rank yet."
    return "\n".join(["Ranks:", *(f"{name}: {count:,}" for name, count in reversed(holders.items()))])


def unknown_board() -> str:
    """Tell which boards there are."""
    return "There is top earners (of today), top rich, top lifetime and top ranks."
