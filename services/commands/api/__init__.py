"""The API for other services, `kryten.economy.command`: one file a family, and here the whole list."""

from typing import Final

from services.commands.api import (
    announcing,
    balance,
    configuration,
    effects,
    events,
    leaderboard,
    profile,
    raining,
    ranks,
    spending,
    stats,
    system,
    transactions,
    triggers,
    users,
    vanity,
)
from services.commands.api.calls import ApiCommand

_FAMILIES: Final = (
    system,
    balance,
    transactions,
    profile,
    vanity,
    effects,
    spending,
    leaderboard,
    stats,
    triggers,
    users,
    ranks,
    raining,
    announcing,
    events,
    configuration,
)

COMMANDS: Final[dict[str, ApiCommand]] = {command.name: command for family in _FAMILIES for command in family.COMMANDS}
