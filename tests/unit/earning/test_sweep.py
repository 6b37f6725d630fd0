"""Tidying up: what nobody will ask for again goes, and nothing else."""

import pytest

from services.earning.store import Store
from tests.support.earning_stage import QUIET, ROOM, Stage


@pytest.fixture
def stage() -> Stage:
    """Give a room with a viewer, a guest and somebody whose rank nobody knows, all of whom leave after an hour."""
    stage = Stage({**QUIET, "presence": {"hourly_milestones": {1: 10}}})
    for user, rank in (("Alice", 1.0), ("guest", 0.0), ("nobody", None)):
        stage.join("12:00:00", user, rank)
        stage.leave("13:00:30", user)
    return stage


def claims(stage: Stage) -> set[str]:
    return {claim for (claim,) in stage.db.execute("SELECT claim FROM claims")}


def known(stage: Stage) -> list[str]:
    return [viewer.user for viewer in Store(stage.db).known(ROOM, ["alice", "guest", "nobody"])]


def pass_time(stage: Stage, until: str) -> None:
    """Have the room be swept on that day."""
    stage.tick(f"{until} 11:59")
    stage.tick(f"{until} 12:01")


def test_claims_and_strangers_are_kept_for_45_days(stage: Stage) -> None:
    pass_time(stage, "2027-01-05")

    assert claims(stage) == {"dwell.1h", "qualified"}
    assert known(stage) == ["alice", "guest", "nobody"]


def test_older_claims_and_strangers_go_but_neither_accounts_nor_counters(stage: Stage) -> None:
    pass_time(stage, "2027-01-08")

    assert claims(stage) == set()
    assert known(stage) == ["alice"]
    assert stage.day("alice").present == 60


def test_a_stranger_who_is_here_all_the_time_stays(stage: Stage) -> None:
    stage.join("13:05", "guest", 0)
    pass_time(stage, "2027-01-08")

    assert known(stage) == ["alice", "guest"]
