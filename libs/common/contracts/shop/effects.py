"""Things whose effect shows in the room: lines the robot says for somebody, colors for names. Paid once their effect was seen.

| verb | request | answer |
|---|---|---|
| `shoutout` | `ShoutoutRequest` | `Ordered` |
| `color` | `ColorRequest` | `Ordered` |
| `check_color` | `CheckColorRequest` | `ColorVerdict` |
| `resync_colors` | `ResyncRequest` | `Resynced` |
| `sale` | `SaleRequest` | `SaleState` |
"""

from typing import Annotated, Literal

from pydantic import Field

from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import Key
from libs.common.contracts.owners import Asked, Done

Level = Literal["ok", "warn"]
"""`warn`: a color that can be read, but not well."""
Text = Annotated[str, Field(max_length=2_000)]


class ShoutoutRequest(Asked):
    """Have the robot say something."""

    text: Text


class ColorRequest(Asked):
    """Have one's name shown in a color."""

    value: Text
    """`#RRGGBB`, with `#` or without, or one of CSS's names."""


class CheckColorRequest(Asked):
    """Ask how well a color can be read; nothing is bought."""

    value: Text


class ResyncRequest(Asked):
    """Take over colors that stand only in the style sheet, and have it say what was bought."""

    apply: bool = True
    """Whether the sheet is written, where it says otherwise."""


class SaleRequest(Asked):
    """Ask what has become of something that was ordered."""

    order: Key
    """The key of the request that ordered it."""


class Ordered(Done):
    """The coins are held, and it is under way. Where it can't be done, they go back, and the buyer is told."""

    user: str
    """As the room spells it."""
    item: str
    """As the configuration calls it."""
    value: str
    price: int
    discount: float
    """The part of the usual price that is let off, 0 to 1."""
    balance: int
    """What the buyer has left at hand."""
    level: Level = "ok"


class Readability(Contract):
    """How well a color can be read."""

    color: str
    """`#RRGGBB`."""
    lc: float
    """Its contrast by APCA, without a sign."""
    score: float
    level: Literal["ok", "warn", "reject"]


class ColorVerdict(Done):
    background: str
    enforced: bool
    """Whether colors that can't be read are refused."""
    minimum: float
    """The score below which they are."""
    found: Readability | None = None
    """None where it is no color."""
    nearest: str | None = None
    """Where it does not read well: the nearest color that does."""
    price: int | None = None
    """What the asker would pay; None where nothing is sold."""


class Resynced(Done):
    imported: int
    """Colors taken over from the sheet."""
    managed: int
    """Colors there are now."""
    applied: bool
    """Whether the sheet is being written."""


class SaleState(Done):
    state: Literal["delivering", "paid", "returned"]
    """`paid`: the room showed it. `returned`: it came to nothing, and cost nothing."""
