"""`stats.*`: the channel's money, from the ledger's own books at this moment."""

from typing import Final

from libs.common.contracts.ledger_requests import Flow, StatsAnswer, StatsRequest
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.boards import day_start


async def circulation(call: ApiCall, house: Surroundings) -> Data:
    """Give how many coins are about."""
    return _money(call, await house.ledger.ask(call.room.token, "stats", StatsRequest(), StatsAnswer))


async def summary(call: ApiCall, house: Surroundings) -> Data:
    """Give the money, what today moved of it, and what games ever moved."""
    at, zone = house.at, house.rules.economy.zone
    found = await house.ledger.ask(call.room.token, "stats", StatsRequest(since=day_start(at, zone)), StatsAnswer)
    today = found.window or Flow()
    return {
        **_money(call, found),
        "date": f"{at.astimezone(zone):%Y-%m-%d}",
        "totals": {"z_earned": today.earned, "z_spent": today.spent, "z_gambled_in": today.wagered, "z_gambled_out": today.won},
        "gambling": {
            "total_in": found.lifetime_wagered,
            "total_out": found.lifetime_won,
            "active_gamblers": found.gamblers,
            # Rounds are counted by the games, of which there are none yet.
            "total_games": 0,
        },
        "net_flow_today": today.earned - today.spent,
    }


def _money(call: ApiCall, found: StatsAnswer) -> Data:
    return {
        "channel": call.room.name,
        "float": found.circulation,
        "spendable": found.spendable,
        "escrow": found.escrow,
        "accounts": found.accounts,
    }


_MONEY: Final = {
    "channel": "as configured",
    "float": "coins in circulation: what viewers have at hand, and what is held for them",
    "spendable": "of it, at hand",
    "escrow": "of it, held: stakes of games that run, bounties that are open",
    "accounts": "viewers with an account",
}

COMMANDS: Final = (
    ApiCommand("stats.float", "How many coins are in circulation.", circulation, _MONEY),
    ApiCommand(
        "stats.summary",
        "The channel's money, and what this day did to it. A day begins at midnight of `economy.timezone`.",
        summary,
        {
            **_MONEY,
            "date": "the day, `YYYY-MM-DD`",
            "totals.z_earned": "coins earned today",
            "totals.z_spent": "coins spent today, stakes of games aside",
            "totals.z_gambled_in": "coins wagered today",
            "totals.z_gambled_out": "coins won today, stakes that came back included",
            "gambling.total_in": "coins ever wagered",
            "gambling.total_out": "coins ever won, stakes that came back included",
            "gambling.active_gamblers": "viewers who ever wagered",
            "gambling.total_games": "rounds ever played; 0, as there are no games yet",
            "net_flow_today": "earned less spent",
        },
    ),
)
