"""Who does not want to hear what nobody asked for."""

from tests.support.earning_stage import Stage, transaction
from tests.support.script import DRY

MILESTONES = {
    **DRY,
    "onboarding": {"welcome_wallet": 0},
    "presence": {"base_rate_per_minute": 0, "hourly_milestones": {1: 10, 2: 20, 3: 30}},
}


def stay(stage: Stage, since: str, until: str, *users: str) -> None:
    """Let viewers be there so long."""
    for user in users:
        stage.join(since, user)
    stage.tick(until)


def told(stage: Stage) -> list[str | None]:
    return [announcement.to for announcement in stage.announcements()]


def test_a_milestone_is_told_with_a_hint_how_to_stop_it() -> None:
    stage = Stage(MILESTONES)
    stay(stage, "12:00:00", "13:00:00", "Alice")

    (notice,) = stage.announcements()
    assert (notice.text or "").endswith("('quiet' stops these messages.)")
    assert notice.kind == "notice"


def test_who_is_banned_is_not_told_of_a_milestone_the_ledger_refuses() -> None:
    stage = Stage(MILESTONES)
    stage.transact(transaction(1, "banned", account="alice"))
    stay(stage, "12:00:00", "13:00:00", "Alice", "bob")

    assert told(stage) == ["bob"]


def test_who_is_quiet_is_paid_and_not_told() -> None:
    stage = Stage(MILESTONES)
    stage.wish("11:00:00", "ALICE", quiet=True)
    stay(stage, "12:00:00", "13:00:00", "Alice", "bob")

    assert stage.paid("dwell.1h") == [10, 10]
    assert told(stage) == ["bob"]


def test_who_is_quiet_no_longer_is_told_again() -> None:
    stage = Stage(MILESTONES)
    stage.wish("11:00:00", "alice", quiet=True)
    stay(stage, "12:00:00", "13:00:00", "alice")
    stage.wish("13:30:00", "Alice", quiet=False)
    stage.tick("14:00:00")

    assert len(told(stage)) == 1


def test_the_welcome_is_told_all_the_same() -> None:
    stage = Stage({"onboarding": {"welcome_wallet": 100, "welcome_delay_seconds": 0}})
    stage.wish("11:00:00", "alice", quiet=True)
    stage.join("12:00:00", "alice")

    (notice,) = stage.announcements()
    assert "quiet" not in (notice.text or "")


def test_what_was_said_last_holds_whichever_comes_first() -> None:
    stage = Stage()
    assert stage.wish("12:00:00", "alice", quiet=True)
    assert not stage.wish("12:05:00", "alice", quiet=False)
    assert not stage.wish("12:00:00", "alice", quiet=True)


def test_it_can_be_said_twice() -> None:
    stage = Stage()
    assert stage.wish("12:00:00", "alice", quiet=True)
    assert stage.wish("12:00:00", "alice", quiet=True)
