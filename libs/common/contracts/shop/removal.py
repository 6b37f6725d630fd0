"""Taking away what somebody has of the shop; for administrators. What one has is told by `belongings` (see `vanity`).

| verb | request | answer |
|---|---|---|
| `take_away` | `TakeAwayRequest` | `TakenAway` |
"""

from typing import Literal

from libs.common.contracts.owners import Asked, Done, Name

Removable = Literal["custom_greeting", "chat_color", "rename_currency"]


class TakeAwayRequest(Asked):
    """Take something away for good. No coins move: what is to be given back is granted."""

    target: Name
    item: Removable


class TakenAway(Done):
    target: str
    """As the room spells it."""
    item: str
    value: str
    """What it was."""
