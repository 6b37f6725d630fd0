"""What `vanity` answers."""

from typing import Final

from libs.common.contracts.shop.removal import TakenAway
from libs.common.contracts.shop.vanity import Belongings

_NAMES: Final = {"custom_greeting": "greeting", "chat_color": "color", "rename_currency": "own name for the coin"}


def listed(user: str, found: Belongings) -> str:
    """Tell what somebody has."""
    if not found.values:
        return f"{user} has nothing of the shop."
    return "\n".join([f"{user} has:", *(f"{_NAMES.get(item, item)}: {value}" for item, value in sorted(found.values.items()))])


def taken(gone: TakenAway) -> str:
    """Tell what was taken away."""
    return f"Taken away from {gone.target}, {_NAMES.get(gone.item, gone.item)}: {gone.value}"


def which() -> str:
    """Answer words that name nothing to take away."""
    return "What shall go?"
