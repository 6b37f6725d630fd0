"""Acceptance examples of ranks."""

from libs.common.contracts.ledger import Entry
from tests.support.earning_stage import Stage, transaction
from tests.unit.earning.test_ranks import LADDER, configured, facts, rise


def test_the_rank_is_kept_when_thresholds_rise() -> None:
    """A18: thresholds are raised in the configuration above a viewer's lifetime."""
    stage = Stage(configured())
    stage.listed("12:00", "Alice")
    rise(stage, "12:01", "Alice", 100)
    stage.configure("12:02", configured(LADDER[0], {**LADDER[1], "min_lifetime_earned": 5_000}))
    rise(stage, "12:03", "Alice", 1)

    assert stage.career("alice").tier_name == "Known"
    assert len(facts(stage)) == 1


def test_flipping_coins_raises_nobody() -> None:
    """A19: 1,000 are won and lost in turn, fifty times."""
    stage = Stage(configured())
    stage.listed("12:00", "Alice")
    for number in range(50):
        won = number % 2 == 0
        staked = Entry(account="Alice", amount=-1_000, balance=0, type="gamble_wager", counts="wagered")
        paid = [Entry(account="Alice", amount=2_000, balance=2_000, type="gamble_win", counts="won")] if won else []
        stage.transact(transaction(1_000 + number, "posting", caller="games", entries=[staked, *paid]))
    stage.tick("12:01")

    career = stage.career("alice")
    assert (career.earned, career.tier, career.wagered) == (0, 0, 50_000)
