import json

from libs.common.contracts.games import GameTotals, TotalsAnswer
from libs.common.contracts.ledger_requests import Flow, StatsAnswer
from libs.common.contracts.shop.prices import InflationAnswer
from tests.support.api import Bench
from tests.support.commands import rules

STATS = StatsAnswer(
    accounts=3,
    circulation=900,
    spendable=850,
    escrow=50,
    house=0,
    minted=1000,
    burnt=100,
    median_balance=200,
    lifetime_earned=1000,
    lifetime_spent=100,
    lifetime_wagered=70,
    lifetime_won=60,
    gamblers=2,
    postings=40,
    window=Flow(earned=90, spent=30, wagered=7, won=6, active=2),
)
PLAYED = TotalsAnswer(
    games=[GameTotals(game="spin", rounds=9, wagered=60, won=50), GameTotals(game="free_spin", rounds=3, wagered=0, won=10)]
)


async def test_the_float_is_what_is_in_circulation() -> None:
    assert await Bench(stats=STATS).ask("stats.float") == {"channel": "Room", "float": 900, "spendable": 850, "escrow": 50, "accounts": 3}


async def test_the_summary_has_the_documented_fields() -> None:
    bench = Bench(stats=STATS, channel_totals=PLAYED)
    assert await bench.ask("stats.summary") == {
        "channel": "Room",
        "date": "2026-11-22",
        "float": 900,
        "spendable": 850,
        "escrow": 50,
        "accounts": 3,
        "totals": {"z_earned": 90, "z_spent": 30, "z_gambled_in": 7, "z_gambled_out": 6},
        "gambling": {"total_in": 70, "total_out": 60, "active_gamblers": 2, "total_games": 12},
        "net_flow_today": 60,
    }
    assert json.loads(bench.ledger.of("stats")[0])["since"] == "2026-11-22T00:00:00Z"


async def test_a_day_of_the_summary_is_one_of_where_the_economy_lives() -> None:
    bench = Bench(stats=STATS, channel_totals=PLAYED)
    bench.clerk.rules = rules(economy={"timezone": "Pacific/Auckland"})
    assert (await bench.ask("stats.summary"))["date"] == "2026-11-23"
    assert json.loads(bench.ledger.of("stats")[0])["since"] == "2026-11-22T11:00:00Z"


async def test_the_health_of_the_economy_is_told_by_the_day_and_by_the_week() -> None:
    week = STATS.model_copy(update={"window": Flow(earned=900, spent=300, wagered=70, won=60, active=3)})
    bench = Bench(stats=lambda body: STATS if json.loads(body)["since"].startswith("2026-11-22") else week)
    assert await bench.ask("stats.health") == {
        "channel": "Room",
        "date": "2026-11-22",
        "circulation": 900,
        "median_balance": 200,
        "accounts": 3,
        "active_today": 2,
        "daily": {"z_earned": 90, "z_spent": 30, "z_gambled_in": 7, "z_gambled_out": 6},
        "weekly": {"z_earned": 900, "z_spent": 300, "z_gambled_in": 70, "z_gambled_out": 60},
        "daily_net": 60,
    }
    assert {json.loads(body)["since"] for body in bench.ledger.of("stats")} == {"2026-11-22T00:00:00Z", "2026-11-16T00:00:00Z"}


async def test_what_games_moved_comes_from_the_lifetimes() -> None:
    data = await Bench(stats=STATS, channel_totals=PLAYED).ask("gambling.stats")
    assert data == {"total_in": 70, "total_out": 60, "active_gamblers": 2, "total_games": 12}


GOVERNED = InflationAnswer(enabled=True, multiplier=1.5, anchor=1_000, circulation=1_500, seconds=60, minimum=0.25, maximum=8, samples=[])


async def test_what_prices_are_multiplied_by_is_told() -> None:
    assert await Bench(inflation=GOVERNED).ask("stats.inflation") == {
        "enabled": True,
        "multiplier": 1.5,
        "anchor_float": 1_000,
        "current_float": 1_500,
        "min_multiplier": 0.25,
        "max_multiplier": 8.0,
    }


async def test_without_a_channel_it_is_that_of_the_first() -> None:
    bench = Bench(inflation=GOVERNED)
    assert (await bench.raw(b'{"command":"stats.inflation"}'))["data"]["multiplier"] == 1.5


async def test_it_is_of_no_channel_nobody_serves() -> None:
    assert await Bench(inflation=GOVERNED).refused("stats.inflation", channel="anywhere") == "unknown_channel"
