"""The commands, one file each. `COMMANDS` is the whole list: a new one is its file and its line here."""

from services.commands.handlers import about, announce, balance, ban, deduct, grant, help, history, quiet, reload, set_balance, top  # noqa: A004
from services.commands.handlers.games import fair, flip, gambling, odds, spin
from services.commands.handlers.shop import bounty
from services.commands.registry import Registry

COMMANDS = Registry(
    (
        balance.COMMAND,
        history.COMMAND,
        top.COMMAND,
        spin.COMMAND,
        flip.COMMAND,
        bounty.COMMAND,
        bounty.LIST,
        bounty.CLAIM,
        gambling.COMMAND,
        odds.COMMAND,
        fair.COMMAND,
        quiet.QUIET,
        quiet.UNQUIET,
        help.COMMAND,
        about.COMMAND,
        grant.COMMAND,
        deduct.COMMAND,
        set_balance.COMMAND,
        ban.BAN,
        ban.UNBAN,
        announce.COMMAND,
        reload.COMMAND,
    )
)
