"""The commands, one file each. `COMMANDS` is the whole list: a new one is its file and its line here."""

from services.commands.handlers import balance, grant
from services.commands.registry import Registry

COMMANDS = Registry(
    (
        balance.COMMAND,
        grant.COMMAND,
    )
)
