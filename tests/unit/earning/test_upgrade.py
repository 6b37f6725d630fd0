"""A state of the version that knew presence alone goes on under this one."""

import json
import sqlite3

import pytest

from libs.common.config import version
from libs.common.contracts.ledger import Entry
from libs.common.database import migrate
from services.earning.store import MIGRATIONS
from services.earning.store.plans import Plans
from services.earning.times import micros
from tests.support.earning_stage import QUIET, ROOM, Stage, clock, settings, transaction

FIRST_VERSIONS = 3
ACHIEVEMENTS = [
    {"id": "hour", "condition": {"type": "lifetime_presence_hours", "threshold": 1}, "reward": 100},
    {"id": "two", "condition": {"type": "lifetime_presence_hours", "threshold": 2}, "reward": 100},
]
TIERS = [{"name": name, "min_lifetime_earned": coins} for name, coins in (("New", 0), ("Known", 100), ("Old", 5_000))]


@pytest.fixture
def stage() -> Stage:
    """Give a room in which alice has been since 11:00, to 12:00, all of it kept by the older version; bob was there the day before."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    migrate(db, MIGRATIONS[:FIRST_VERSIONS])
    kept = settings({**QUIET, "achievements": ACHIEVEMENTS, "ranks": {"tiers": TIERS}, "rain": {"interval_minutes": 10}})
    noon, eleven = micros(clock("12:00")), micros(clock("11:00"))
    db.execute("INSERT INTO configuration VALUES (1, ?, ?)", (version(kept), json.dumps(kept)))
    db.execute("INSERT INTO channels (channel, proof, epoch) VALUES (?, ?, 1)", (ROOM, noon))
    viewers = [("alice", "Alice", 1, eleven, None), ("bob", "Bob", 0, eleven, eleven), ("guest", "guest", 0, eleven, eleven)]
    for user, name, state, since, left in viewers:
        values = (ROOM, user, name, state, since, left, eleven, 0 if user == "guest" else 1, eleven, user != "guest")
        db.execute("INSERT INTO viewers VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, NULL, 7, ?, 0, 0, 0)", values)
    db.executemany("INSERT INTO accounts VALUES (?, ?, ?, ?)", [(ROOM, "alice", 160, 0), (ROOM, "bob", 5, 1)])
    days = [("2026-11-21", "alice", 50), ("2026-11-22", "alice", 60), ("2026-11-21", "bob", 5)]
    db.executemany("INSERT INTO days VALUES (?, ?, ?, ?, 0)", [(ROOM, *day) for day in days])
    db.execute("INSERT INTO claims VALUES (?, '2026-11-22', 'alice', 'dwell.1h')", (ROOM,))
    return Stage(None, db)


def test_minutes_go_on_and_nothing_is_paid_twice(stage: Stage) -> None:
    stage.tick("12:02")

    assert stage.minutes("alice") == ["12:00", "12:01"]
    assert {posting.key.split(":")[0] for posting in stage.postings()} <= {"presence", "streak", "bridge"}


def test_what_was_reached_is_kept_and_its_coins_are_not_paid_after_the_event(stage: Stage) -> None:
    stage.tick("12:02")
    career = stage.career("alice")

    assert (career.minutes, career.messages, career.tier_name) == (112, 7, "Known")
    assert career.earned == 160 + sum(sum(stage.paid(trigger)) for trigger in ("presence.base", "bridge.weekly"))
    assert stage.db.execute("SELECT id, coins FROM badges").fetchall() == [("hour", 0)]
    assert [said for said in stage.announcements() if said.line in {"rank_up", "achievement"}] == []


def test_what_is_reached_later_is_paid(stage: Stage) -> None:
    stage.tick("12:11")

    assert stage.paid("achievement.two") == [100]


def test_bans_hold(stage: Stage) -> None:
    stage.join("12:01", "Bob")
    stage.chat("12:02", "Bob")

    assert stage.career("bob").banned
    assert stage.day("bob").messages_sent == 0


def test_what_happens_by_the_clock_begins_without_another_configuration(stage: Stage) -> None:
    stage.tick("12:01")
    assert "rain" in Plans(stage.db).all(ROOM)

    stage.tick("12:20")
    assert len(stage.paid("rain.ambient")) == 1


def test_who_had_an_account_before_has_a_balance_once_the_ledger_tells_it(stage: Stage) -> None:
    stage.tick("12:01")
    assert stage.career("alice").balance is None

    [posting] = [posting for posting in stage.postings() if posting.key.startswith("presence:")]
    stage.transact(transaction(1, "posting", key=posting.key, entries=[Entry(account="Alice", amount=1, balance=161, type="earn")]))
    assert stage.career("alice").balance == 161
