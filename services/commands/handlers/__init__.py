"""The commands, one file each. `COMMANDS` is the whole list: a new one is its file and its line here."""

from services.commands.handlers import (
    about,
    announce,
    balance,
    ban,
    deduct,
    grant,
    help,  # noqa: A004
    history,
    like,
    quiet,
    rain,
    reload,
    reports,
    set_balance,
    top,
)
from services.commands.handlers.career import achievements, profile, rank, rewards, set_rank
from services.commands.handlers.events import event, status
from services.commands.handlers.events import listing as events
from services.commands.handlers.games import duel, fair, flip, gambling, odds, spin
from services.commands.handlers.shop import bounty, buy, color, fortune, inflation, listing, shoutout, tip, vanity
from services.commands.registry import Registry

COMMANDS = Registry(
    (
        balance.COMMAND,
        history.COMMAND,
        like.COMMAND,
        reports.WHY,
        rewards.COMMAND,
        top.COMMAND,
        events.COMMAND,
        status.COMMAND,
        rank.COMMAND,
        profile.COMMAND,
        achievements.COMMAND,
        tip.COMMAND,
        spin.COMMAND,
        flip.COMMAND,
        duel.OFFER,
        duel.TAKE,
        duel.REFUSE,
        listing.COMMAND,
        buy.COMMAND,
        color.COMMAND,
        shoutout.COMMAND,
        fortune.COMMAND,
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
        rain.COMMAND,
        set_balance.COMMAND,
        set_rank.COMMAND,
        ban.BAN,
        ban.UNBAN,
        announce.COMMAND,
        event.COMMAND,
        reload.COMMAND,
        inflation.COMMAND,
        vanity.COMMAND,
        *reports.COMMANDS,
    )
)
