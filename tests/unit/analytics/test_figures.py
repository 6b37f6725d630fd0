"""What is shown of a picture: names, values, escaping, health."""

import time
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from libs.common.contracts.health import Health
from libs.common.contracts.ledger_requests import Held, StatsAnswer
from services.analytics.exposition import LAST_BACKUP, Figures, health
from services.analytics.figures import OLDER, OURS
from services.analytics.store import Kept
from services.analytics.watch import Picture, StreamState

OLDER_NAMES = """
z_earned_total z_spent_total events_processed_total commands_processed_total tips_total tips_z_total queues_total
vanity_purchases_total fortunes_total shoutouts_total rain_drops_total rain_z_distributed_total gambling_spins_total
gambling_flips_total gambling_challenges_total gambling_heists_total gambling_z_wagered_total gambling_z_won_total
achievements_awarded_total competition_awards_total bounties_claimed_total bounties_created_total rank_promotions_total
pm_queue_depth pending_confirms active_users total_accounts total_circulation median_balance participation_rate
active_multiplier rank_distribution daily_z_earned daily_z_spent daily_z_gambled_in daily_z_gambled_out
daily_active_economy_users gambling_lifetime_wagered gambling_lifetime_won gambling_active_gamblers gambling_total_games
open_bounties inflation_multiplier uptime_seconds service_status nats_connected
"""

KEPT = Kept(
    counters={
        ("earned", "lounge", ""): 40,
        ("earned", "bar", ""): 2,
        ("events_processed", "", ""): 33,
        ("commands_processed", "", ""): 5,
        ("postings", "lounge", "earning"): 9,
        ("refused", "bar", "banned"): 1,
    },
    movements={
        ("lounge", "tip_receive", "earn.tip"): (3, 30),
        ("lounge", "spend", "spend.vanity.fortune"): (2, 20),
        ("lounge", "spend", "spend.vanity.custom_title"): (1, 500),
        ("lounge", "spend", "spend.queue"): (4, 400),
        ("bar", "gamble_wager", "gambling.spin"): (5, 50),
        ("bar", "gamble_wager", "gambling.challenge"): (4, 80),
        ("bar", "rain", "rain.ambient"): (2, 11),
        ("bar", "admin_rain", "admin.rain"): (2, 4),
    },
    today={("lounge", "earned"): 12},
    active={"lounge": (4, 1)},
    ranks={("lounge", 'A "Grip"\n\\'): 2},
    present={"lounge": 3},
)
STATS = StatsAnswer(
    accounts=7,
    circulation=90,
    spendable=80,
    escrow=10,
    house=-5,
    minted=100,
    burnt=15,
    median_balance=11,
    lifetime_earned=42,
    lifetime_spent=0,
    lifetime_wagered=50,
    lifetime_won=0,
    postings=9,
    held=[
        Held(type="bounty_create", holds=2, coins=7),
        Held(type="gamble_wager", holds=1, coins=2),
        Held(type="spend", holds=1, coins=1),
    ],
)


def state(service: str, *problems: str, **details: object) -> Health:
    return Health(
        service=service,
        ready=not problems,
        was_ready=True,
        problems=list(problems),
        version="1",
        uptime_seconds=1,
        configuration="abc",
        details=details,
    )


PICTURE = Picture(
    channels=("lounge", "bar"),
    kept=KEPT,
    healths={
        "ingest": state("ingest", robots={"lounge": "away"}),
        "commands": state("commands"),
        "announcer": state("announcer", waiting=2),
        "analytics": state("analytics", history=7),
        "shop": state("shop", price_multipliers={"lounge": 1, "bar": 1.25}),
    },
    money={"lounge": STATS},
    streams={"LETTERS": StreamState(1, 10, 100, {"x.ledger": 1}, {"ledger": (4, 2)})},
    robot_gone_seconds={"lounge": 0.0, "bar": 7.5},
)


def scraped(picture: Picture, folder: Path, *, connected: bool = True) -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(Figures(lambda: (picture, connected, 5.0), folder))
    lines = generate_latest(registry).decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("z_earned_total", 42),
        ("z_spent_total", 0),
        ("events_processed_total", 33),
        ("commands_processed_total", 5),
        ("pm_queue_depth", 2),
        ("tips_total", 3),
        ("tips_z_total", 30),
        ("queues_total", 4),
        ("vanity_purchases_total", 1),
        ("fortunes_total", 2),
        ("rain_z_distributed_total", 15),
        ("gambling_spins_total", 5),
        ("gambling_challenges_total", 2),
        ("pending_confirms", 1),
        ('open_bounties{channel="lounge"}', 2),
        ('inflation_multiplier{channel="bar"}', 1.25),
        ('held_coins{channel="lounge",type="bounty_create"}', 7),
        ('holds{channel="lounge",type="gamble_wager"}', 1),
        ("history_missing", 2),
        ('gambling_total_games{channel="bar"}', 9),
        ('gambling_total_games{channel="lounge"}', 0),
        ('active_users{channel="lounge"}', 3),
        ('active_users{channel="bar"}', 0),
        ('daily_z_earned{channel="lounge"}', 12),
        ('daily_active_economy_users{channel="lounge"}', 4),
        ('participation_rate{channel="lounge"}', 25),
        ('participation_rate{channel="bar"}', 0),
        ('total_circulation{channel="lounge"}', 90),
        ('median_balance{channel="lounge"}', 11),
        ('reconciliation_difference{channel="lounge"}', 0),
        ('presence_gap_seconds{channel="bar"}', 7.5),
        ('postings_total{caller="earning",channel="lounge"}', 9),
        ('postings_refused_total{channel="bar",reason="banned"}', 1),
        ('consumer_lag{consumer="ledger",stream="LETTERS"}', 4),
        ('consumer_redelivered{consumer="ledger",stream="LETTERS"}', 2),
        ('deadletters{service="ledger"}', 1),
        ("service_status", 1),
        ("nats_connected", 1),
    ],
)
def test_a_figure_is_what_the_picture_says(name: str, value: float, tmp_path: Path) -> None:
    assert scraped(PICTURE, tmp_path)[f"economy_{name}"] == value


def test_every_figure_of_the_older_program_is_there(tmp_path: Path) -> None:
    found = {name.partition("{")[0] for name in scraped(PICTURE, tmp_path)}
    assert {f"economy_{name}" for name in OLDER_NAMES.split()} - found == set()


def test_no_name_is_given_twice() -> None:
    names = [figure.name for figure in (*OLDER, *OURS)]
    assert sorted(set(names)) == sorted(names)


def test_labels_are_escaped(tmp_path: Path) -> None:
    assert 'economy_rank_distribution{channel="lounge",rank="A \\"Grip\\"\\n\\\\"}' in scraped(PICTURE, tmp_path)


def test_what_a_silent_owner_would_say_is_absent(tmp_path: Path) -> None:
    silent = Picture(channels=("lounge",), kept=KEPT, healths={"ledger": None, "ingest": None})
    found = scraped(silent, tmp_path)

    assert 'economy_total_circulation{channel="lounge"}' not in found
    assert found["economy_events_processed_total"] == 33
    assert (found['economy_up{service="ledger"}'], found["economy_z_earned_total"]) == (0, 42)


def test_the_age_of_the_last_backup_is_told_where_there_was_one(tmp_path: Path) -> None:
    assert "economy_backup_age_seconds" not in scraped(PICTURE, tmp_path)
    (tmp_path / LAST_BACKUP).touch()
    assert 0 <= scraped(PICTURE, tmp_path)["economy_backup_age_seconds"] < time.time()


def test_health_has_the_older_programs_keys() -> None:
    status, body = health(PICTURE, True, 5.129, channels=2)

    assert status == 200
    assert body == {
        "service": "economy",
        "status": "healthy",
        "uptime_seconds": 5.13,
        "nats_connected": True,
        "database": "connected",
        "channels_configured": 2,
        "active_sessions": 3,
        "robots": {"lounge": "away", "bar": "unknown"},
        "problems": [],
    }


def test_health_knows_nothing_of_robots_while_ingest_is_silent() -> None:
    assert health(Picture(channels=("lounge",), healths={"ingest": None}), True, 1, channels=1)[1]["robots"] == {"lounge": "unknown"}


@pytest.mark.parametrize(
    ("picture", "connected", "problem"),
    [
        (PICTURE, False, "NATS not connected"),
        (Picture(), True, "nobody was asked yet"),
        (Picture(healths={"ledger": None}), True, "ledger: does not answer"),
        (Picture(healths={"ledger": state("ledger", "database: full")}), True, "ledger: database: full"),
    ],
)
def test_health_says_what_is_wrong(picture: Picture, connected: bool, problem: str) -> None:
    status, body = health(picture, connected, 1, channels=1)

    assert (status, body["status"]) == (503, "degraded")
    assert problem in body["problems"]
