"""Overnight: interest and decay, once for a date."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.common.contracts.ledger import Entry, Transfer
from tests.support.earning_stage import QUIET, Stage, posted, transaction

NO_STREAKS = {"daily": {"enabled": False}, "weekend_weekday_bridge": {"enabled": False}}


def nightly(mode: str = "interest", zone: str = "UTC", **section: Any) -> dict[str, Any]:
    presence = {"base_rate_per_minute": 0, "hourly_milestones": {}}
    maintenance = {"mode": mode, **section}
    return {**QUIET, "presence": presence, "streaks": NO_STREAKS, "economy": {"timezone": zone}, "balance_maintenance": maintenance}


def endow(stage: Stage, user: str, coins: int) -> None:
    """Let an administrator give them so much."""
    entry = Entry(account=user, amount=coins, balance=coins, type="admin_grant", counts="earned")
    stage.transact(transaction(1, "posting", key=f"grant-{user}", caller="commands", entries=[entry]))


def keys(stage: Stage) -> list[str]:
    """Give for which dates somebody was paid interest, or paid a fee."""
    return [posting.key.split(":")[2] for posting in stage.postings() if posting.key.startswith(("interest:", "decay:"))]


def rich(changes: dict[str, Any], coins: int = 5_000, user: str = "Alice") -> Stage:
    """Let somebody with so many coins be there."""
    stage = Stage(changes)
    stage.join("12:00:00", user)
    endow(stage, user, coins)
    return stage


def fees(stage: Stage) -> list[Transfer]:
    return [line for posting in stage.postings() for line in posting.lines if isinstance(line, Transfer) and line.type == "decay"]


@pytest.mark.parametrize(("balance", "interest"), [(999, []), (1_000, [1]), (10_000, [10]), (50_000, [10])])
def test_interest_is_a_thousandth_and_ten_at_most(balance: int, interest: list[int]) -> None:
    """A13."""
    stage = rich(nightly(), balance)
    stage.tick("2026-11-23 03:00")

    assert stage.paid("maintenance.interest") == interest


def test_decay_takes_a_part_and_nothing_of_what_is_exempt() -> None:
    """A14."""
    stage = rich(nightly("decay", decay={"label": "Vault fee"}), 50_010)
    stage.tick("2026-11-23 03:00")
    (fee,) = fees(stage)

    assert (fee.source, fee.target, fee.amount, fee.reason) == ("Alice", "@burn", 10, "Vault fee")
    assert stage.career("alice").balance == 50_000


def test_decay_lowers_neither_what_was_earned_nor_counts_as_spent() -> None:
    stage = rich(nightly("decay"), 100_000)
    stage.tick("2026-11-23 03:00")

    assert [fee.amount for fee in fees(stage)] == [500]
    assert (stage.career("alice").earned, stage.career("alice").spent, stage.day("alice", "2026-11-23").spent) == (100_000, 0, 0)


def test_a_fee_that_the_ledger_refuses_is_given_back() -> None:
    stage = rich(nightly("decay"), 100_000)
    stage.tick("2026-11-23 03:00")
    fee = next(posting for posting in stage.postings() if posting.key.startswith("decay:"))
    stage.transact(posted(2, fee, kind="refused"))

    assert stage.career("alice").balance == 100_000


def test_interest_counts_towards_ranks_and_not_as_the_days_work() -> None:
    stage = rich(nightly())
    stage.tick("2026-11-23 03:00")

    assert stage.career("alice").earned == 5_005
    assert stage.day("alice", "2026-11-23").earned == 0


def test_who_is_not_here_is_paid_as_well_but_no_robot_no_guest_and_nobody_banned() -> None:
    stage = Stage({**nightly(), "ignored_users": ["Helper"]})
    stage.join("12:00:00", "guest", rank=0)
    for user in ("Alice", "helper", "ZCoinBot", "banned"):
        stage.join("12:00:00", user)
    for user in ("Alice", "helper", "ZCoinBot", "banned", "guest", "stranger"):
        endow(stage, user, 5_000)
    stage.transact(transaction(9, "banned", account="banned"))
    stage.leave("13:00:00", "Alice")
    stage.tick("2026-11-23 03:00")

    assert [posting.key.rsplit(":", 1)[1] for posting in stage.postings() if posting.key.startswith("interest:")] == ["alice"]


def test_who_was_away_for_too_long_has_no_interest_where_that_matters() -> None:
    stage = Stage(nightly(interest={"requires_seen_within_days": 2}))
    stage.join("2026-11-22 02:00", "Alice")
    endow(stage, "Alice", 5_000)
    stage.leave("2026-11-22 03:00", "Alice")
    for day in (23, 24, 25):
        stage.tick(f"2026-11-{day} 03:00")

    assert keys(stage) == ["2026-11-22", "2026-11-23", "2026-11-24"]


def test_a_night_comes_once_however_many_ticks_there_are() -> None:
    stage = rich(nightly())
    for second in range(5):
        stage.tick(f"2026-11-23 03:00:0{second}")

    assert keys(stage) == ["2026-11-23"]


def test_of_several_nights_that_were_missed_the_last_is_made_up_for() -> None:
    stage = rich(nightly())
    stage.tick("2026-11-26 17:00")
    stage.tick("2026-11-27 03:00")

    assert keys(stage) == ["2026-11-26", "2026-11-27"]


def test_another_hour_on_the_same_date_does_not_pay_twice() -> None:
    stage = rich(nightly())
    stage.tick("2026-11-23 03:00")
    stage.configure("2026-11-23 04:00", nightly(run_at="05:00"))
    stage.tick("2026-11-23 05:00")
    assert keys(stage) == ["2026-11-23"]

    stage.tick("2026-11-24 04:59")
    assert keys(stage) == ["2026-11-23"]
    stage.tick("2026-11-24 05:00")
    assert keys(stage) == ["2026-11-23", "2026-11-24"]


def test_put_to_a_later_hour_at_the_very_moment_it_waits_for_that() -> None:
    stage = rich(nightly())
    stage.configure("2026-11-23 03:00", nightly(run_at="05:00"))
    assert keys(stage) == []
    stage.tick("2026-11-23 05:00")
    assert keys(stage) == ["2026-11-23"]


def test_switched_off_and_on_again_it_does_not_pay_a_date_twice() -> None:
    stage = rich(nightly())
    stage.tick("2026-11-23 03:00")
    stage.configure("2026-11-23 03:10", nightly("none"))
    stage.configure("2026-11-23 03:20", nightly(run_at="03:30"))
    stage.tick("2026-11-23 03:30")
    stage.tick("2026-11-24 03:30")

    assert keys(stage) == ["2026-11-23", "2026-11-24"]


def test_another_time_zone_does_not_pay_a_date_twice() -> None:
    stage = rich(nightly())
    stage.tick("2026-11-23 03:00")
    stage.configure("2026-11-23 03:10", nightly(zone="America/New_York"))
    stage.tick("2026-11-23 08:00")  # 03:00 in New York, of the same date
    stage.tick("2026-11-24 08:00")

    assert keys(stage) == ["2026-11-23", "2026-11-24"]


@pytest.mark.parametrize(
    ("zone", "run_at", "before", "due"),
    [
        ("America/New_York", "02:30", "2027-03-13", "2027-03-14 07:30"),  # the clocks go from 02:00 to 03:00
        ("America/New_York", "01:30", "2027-11-06", "2027-11-07 05:30"),  # from 02:00 to 01:00
        ("Europe/Berlin", "02:30", "2027-10-30", "2027-10-31 00:30"),
    ],
)
def test_when_the_clocks_change_a_night_comes_once(zone: str, run_at: str, before: str, due: str) -> None:
    stage = Stage(None)
    stage.configure(f"{before} 12:00", nightly(zone=zone, run_at=run_at))
    stage.join(f"{before} 13:00", "Alice")
    endow(stage, "Alice", 5_000)
    then = datetime.fromisoformat(due).replace(tzinfo=UTC)
    for minutes in (-1, 0, 1, 59, 60, 61, 180):
        stage.tick(f"{then + timedelta(minutes=minutes):%Y-%m-%d %H:%M}")
        if minutes == -1:
            assert keys(stage) == []
    assert keys(stage) == [due[:10]]


@settings(max_examples=25)
@given(
    st.sampled_from(["UTC", "America/New_York", "Europe/Berlin"]),
    st.integers(0, 23),
    st.lists(st.integers(1, 40 * 60), min_size=1, max_size=8),
)
def test_any_sequence_of_ticks_pays_each_date_that_is_due_once(zone: str, hour: int, steps: list[int]) -> None:
    stage = Stage(None)
    start = datetime(2026, 10, 23, 12, tzinfo=UTC)
    stage.configure(f"{start:%Y-%m-%d %H:%M}", nightly(zone=zone, run_at=f"{hour:02}:00"))
    stage.join(f"{start:%Y-%m-%d %H:%M}", "Alice")
    stage.leave(f"{start:%Y-%m-%d %H:%M}", "Alice")
    endow(stage, "Alice", 5_000)
    at, due = start, []
    for minutes in steps:
        before, at = at, at + timedelta(minutes=minutes)
        passed = [
            day.isoformat()
            for day in (before.date() + timedelta(days=n) for n in range(-1, 5))
            if before < datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC) <= at
        ]
        due += passed[-1:]
        stage.tick(f"{at:%Y-%m-%d %H:%M}")

    assert keys(stage) == due
