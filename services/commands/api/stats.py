"""`stats.*` and `gambling.stats`: the channel's money, from the ledger's own books at this moment."""

import asyncio
from datetime import timedelta
from typing import Final

from libs.common.contracts.games import CHANNEL_TOTALS, TotalsAnswer
from libs.common.contracts.ledger_requests import Flow, StatsAnswer, StatsRequest
from libs.common.contracts.owners import Declined
from libs.common.contracts.shop.prices import InflationAnswer
from services.commands.api.calls import ApiCall, ApiCommand, Data, Room, Surroundings
from services.commands.api.declining import error
from services.commands.api.parameters import ApiError
from services.commands.boards import day_start

_NOBODY: Final = "api"
"""Who asks where it is nobody in the room."""


async def circulation(call: ApiCall, house: Surroundings) -> Data:
    """Give how many coins are about."""
    return _money(call, await house.ledger.ask(call.room.token, "stats", StatsRequest(), StatsAnswer))


async def summary(call: ApiCall, house: Surroundings) -> Data:
    """Give the money, what today moved of it, and what games ever moved."""
    (found, date), rounds = await asyncio.gather(_since(call, house, days_ago=0), _rounds(call, house))
    today = found.window or Flow()
    return {
        **_money(call, found),
        "date": date,
        "totals": _totals(today),
        "gambling": _gambling(found, rounds),
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
    found, rounds = await asyncio.gather(house.ledger.ask(call.room.token, "stats", StatsRequest(), StatsAnswer), _rounds(call, house))
    return _gambling(found, rounds)


async def inflation(call: ApiCall, house: Surroundings) -> Data:
    """Tell what prices are multiplied by; of the first channel, where none is named."""
    found = await house.look(_room(call, house), "shop", "inflation", _NOBODY, InflationAnswer)
    if isinstance(found, Declined):
        raise error(found, house.rules.currency)
    return {
        "enabled": found.enabled,
        "multiplier": found.multiplier,
        "anchor_float": found.anchor,
        "current_float": found.circulation or 0,
        "min_multiplier": found.minimum,
        "max_multiplier": found.maximum,
    }


def _room(call: ApiCall, house: Surroundings) -> Room:
    named = call.given.get("channel")
    if named is None:
        return house.rooms[0]
    found = next((room for room in house.rooms if room.name.casefold() == str(named).strip().casefold()), None)
    if found is None:
        raise ApiError("unknown_channel", "there is no such channel")
    return found


async def _since(call: ApiCall, house: Surroundings, *, days_ago: int) -> tuple[StatsAnswer, str]:
    """Give the money, with what moved since a day began; and today's date."""
    zone = house.rules.economy.zone
    now = house.at.astimezone(zone)
    request = StatsRequest(since=day_start(now - timedelta(days=days_ago), zone))
    return await house.ledger.ask(call.room.token, "stats", request, StatsAnswer), f"{now:%Y-%m-%d}"


def _totals(flow: Flow) -> Data:
    return {"z_earned": flow.earned, "z_spent": flow.spent, "z_gambled_in": flow.wagered, "z_gambled_out": flow.won}


async def _rounds(call: ApiCall, house: Surroundings) -> int:
    """Give how many rounds were ever played, by those who count them."""
    answer = await house.look(call.room, "games", CHANNEL_TOTALS, _NOBODY, TotalsAnswer)
    if isinstance(answer, Declined):
        raise error(answer, house.rules.currency)
    return sum(game.rounds for game in answer.games)


def _gambling(found: StatsAnswer, rounds: int) -> Data:
    return {
        "total_in": found.lifetime_wagered,
        "total_out": found.lifetime_won,
        "active_gamblers": found.gamblers,
        "total_games": rounds,
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
    "total_games": "rounds ever played, free spins too; a round of several is one",
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
        "What prices are multiplied by. `channel` may be left out: it is the first one then.",
        inflation,
        {
            "enabled": "whether prices follow the coins in circulation",
            "multiplier": "the factor; 1.0 while it is switched off, or nothing was counted yet",
            "anchor_float": "coins in circulation at which prices are as configured",
            "current_float": "coins in circulation when they were last counted; 0 while it is switched off, or before that",
            "min_multiplier": "as configured",
            "max_multiplier": "as configured",
        },
        needs_channel=False,
    ),
    ApiCommand("gambling.stats", "What games have moved so far.", gambling, _GAMBLING),
)
