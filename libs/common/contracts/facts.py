"""What earning, games and shop found out, for whoever cares: `economy.facts.<channel>.<kind>`."""

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter

from libs.common.contracts.base import Contract


class Arrival(Contract):
    """A viewer truly arrived: never seen before, or away for at least `join_debounce_minutes`."""

    kind: Literal["arrival"] = "arrival"
    id: str
    channel: str
    user: str
    at: datetime
    absent_seconds: float | None = None
    """How long the viewer was away; None when never seen."""


class Player(Contract):
    """One who took part in a round."""

    user: str
    wager: int
    """Coins staked; 0 where the round cost nothing."""
    payout: int
    """Coins paid, the stake included."""


class Round(Contract):
    """A round of a game came to its end, and its coins have moved."""

    kind: Literal["round"] = "round"
    id: str
    """The request behind it, or the round's own."""
    channel: str
    game: str
    """spin, free_spin, flip, challenge."""
    players: list[Player]
    rake: int = 0
    """What the house kept of the stakes by rule."""
    at: datetime


class Purchase(Contract):
    """Something was bought; or what was bought came to be delivered, or was given back."""

    kind: Literal["purchase"] = "purchase"
    id: str
    """The request behind it: the same for all that is told of one purchase."""
    channel: str
    user: str
    item: str
    """As the configuration calls it: custom_greeting, chat_color, shoutout, fortune, rename_currency, queue."""
    state: Literal["paid", "delivered", "refunded"]
    """`paid`: the coins have moved, and there is nothing to wait for. What is paid only on delivery is told of once it is `delivered`."""
    price: int
    """Coins charged; where it was refunded, given back."""
    value: str | None = None
    at: datetime


class RankHeld(Contract):
    """Somebody holds another rank of the economy than was told before."""

    kind: Literal["rank"] = "rank"
    id: str
    channel: str
    user: str
    rank: str
    """By name. Whatever the ladder comes to be, who held it does not fall below it."""
    tier: int
    """Its place on the ladder of that moment, from 0."""
    cause: Literal["earned", "given", "kept"]
    """`given`: by an administrator, or taken back by one. `kept`: it was reached before anybody looked."""
    at: datetime


Known = Annotated[Arrival | RankHeld, Field(discriminator="kind")]
"""What is told of viewers as such."""
KNOWN: Final[TypeAdapter[Known]] = TypeAdapter(Known)
