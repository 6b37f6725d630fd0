"""`stats.*` and `gambling.stats`: the channel's money, from the ledger's own books at this moment."""

import asyncio
from datetime import timedelta
from typing import Final

from libs.common.contracts.ledger_requests import Flow, StatsAnswer, StatsRequest
from services.commands.api.calls import ApiCall, ApiCommand, Data, Surroundings
from services.commands.boards import day_start


async def circulation(call: ApiCall, house: Surroundings) -> Data:
    """Give how many coins are about."""
    return _money(call, await house.ledger.ask(call.room.token, "stats", StatsRequest(), StatsAnswer))


async def summary(call: ApiCall, house: Surroundings) -> Data:
    """Give the money, what today moved of it, and what games ever moved."""
    found, date = await _since(call, house, days_ago=0)
    today = found.window or Flow()
    return {
        **_money(call, found),
        "date": date,
        "totals": _totals(today),
        "gambling": _gambling(found),
        "net_flow_today": today.earned - today.spent,
    }


async def health(call: ApiCall, house: Surroundings) -> Data:
    """Give how the economy is doing: its money, who took part today, what today and a week moved."""
    (found, date), (weeks, _) = await asyncio.gather(_since(call, house, days_ago=0), _since(call, house, days_ago=6))
    today = found.window or Flow()
    return {
        "channel": call.room.name,
        "date": date,
        "circulation": found.circulation,
        "median_balance": found.median_balance,
        "accounts": found.accounts,
        "active_today": today.active,
        "daily": _totals(today),
        "weekly": _totals(weeks.window or Flow()),
        "daily_net": today.earned - today.spent,
    }


async def gambling(call: ApiCall, house: Surroundings) -> Data:
    """Give what games ever moved."""
    return _gambling(await house.ledger.ask(call.room.token, "stats", StatsRequest(), StatsAnswer))


async def inflation(_call: ApiCall, house: Surroundings) -> Data:
    """Tell that prices are as written: nothing moves them yet."""
    rules = house.rules.inflation
    return {
        "enabled": False,
        "multiplier": 1.0,
        "anchor_float": rules.anchor_float,
        "current_float": 0,
        "min_multiplier": float(rules.min_multiplier),
        "max_multiplier": float(rules.max_multiplier),
    }


async def _since(call: ApiCall, house: Surroundings, *, days_ago: int) -> tuple[StatsAnswer, str]:
    """Give the money, with what moved since a day began; and today's date."""
    zone = house.rules.economy.zone
    now = house.at.astimezone(zone)
    request = StatsRequest(since=day_start(now - timedelta(days=days_ago), zone))
    return await house.ledger.ask(call.room.token, "stats", request, StatsAnswer), f"{now:%Y-%m-%d}"


def _totals(flow: Flow) -> Data:
    return {"z_earned": flow.earned, "z_spent": flow.spent, "z_gambled_in": flow.wagered, "z_gambled_out": flow.won}


def _gambling(found: StatsAnswer) -> Data:
    return {
        "total_in": found.lifetime_wagered,
        "total_out": found.lifetime_won,
        "active_gamblers": found.gamblers,
        # Rounds are counted by the games, of which there are none yet.
        "total_games": 0,
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

_GAMBLING: Final = {
    "total_in": "coins ever wagered",
    "total_out": "coins ever won, stakes that came back included",
    "active_gamblers": "viewers who ever wagered",
    "total_games": "rounds ever played; 0, as there are no games yet",
}


def _flow(name: str, when: str) -> dict[str, str]:
    return {
        f"{name}.z_earned": f"coins earned {when}; gifts, the welcome and interest are none",
        f"{name}.z_spent": f"coins spent {when}, stakes of games aside",
        f"{name}.z_gambled_in": f"coins wagered {when}",
        f"{name}.z_gambled_out": f"coins won {when}, stakes that came back included",
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
            **_flow("totals", "today"),
            **{f"gambling.{field}": meaning for field, meaning in _GAMBLING.items()},
            "net_flow_today": "earned less spent",
        },
    ),
    ApiCommand(
        "stats.health",
        "How the economy is doing. A day begins at midnight of `economy.timezone`.",
        health,
        {
            "channel": "as configured",
            "date": "the day, `YYYY-MM-DD`",
            "circulation": "coins in circulation, as `float` of `stats.float`",
            "median_balance": "as many viewers have more at hand as have less",
            "accounts": "viewers with an account",
            "active_today": "viewers whose accounts moved today",
            **_flow("daily", "today"),
            **_flow("weekly", "today and on the six days before"),
            "daily_net": "earned less spent, today",
        },
    ),
    ApiCommand(
        "stats.inflation",
        "What prices are multiplied by. They are as written: what `inflation` in the configuration says is not built yet.",
        inflation,
        {
            "enabled": "false: nothing moves prices yet",
            "multiplier": "1.0",
            "anchor_float": "coins in circulation at which prices would be as written, as configured",
            "current_float": "0, as nothing is worked out from it",
            "min_multiplier": "as configured",
            "max_multiplier": "as configured",
        },
        needs_channel=False,
    ),
    ApiCommand("gambling.stats", "What games have moved so far.", gambling, _GAMBLING),
)
