"""Events are missing: nobody is paid for what nobody saw."""

from tests.support.earning_stage import Stage, span


def test_a_new_epoch_alone_is_a_gap() -> None:
    """As when the streams were lost, and begin anew beside a database that was kept."""
    stage = Stage()
    stage.listed("12:00", "alice")
    stage.tick("12:05")
    stage.epoch, stage.raw = 2, 0

    stage.tick("18:00")
    stage.listed("18:01", "alice")
    stage.tick("18:03")

    assert stage.minutes("alice") == [*span("12:00", "12:04"), *span("18:01", "18:02")]


def test_a_roster_read_before_a_gap_is_not_taken() -> None:
    stage = Stage()
    stage.listed("12:00", "alice")
    stage.tick("12:01")
    before = stage.raw
    stage.gap("12:30")

    stage.roster("12:31", before, "alice")
    stage.tick("12:40")

    assert stage.minutes("alice") == span("12:00", "12:00")


def test_after_a_gap_the_next_list_decides() -> None:
    stage = Stage()
    stage.listed("12:00", "alice", "bob")
    stage.tick("12:01")
    stage.gap("12:01")

    stage.tick("12:03")
    stage.roster("12:04", stage.raw, "alice")
    stage.tick("12:05")

    assert (stage.minutes("alice"), stage.minutes("bob")) == (span("12:00", "12:04"), span("12:00", "12:00"))
