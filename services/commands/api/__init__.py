"""The API for other services, `kryten.economy.command`: one file a family, and here the whole list."""

from services.commands.api import balance, leaderboard, system, transactions
from services.commands.api.calls import ApiCommand

COMMANDS: dict[str, ApiCommand] = {
    command.name: command for family in (system, balance, transactions, leaderboard) for command in family.COMMANDS
}
