"""The proof of the draws finds whatever was drawn, kept or paid otherwise."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from libs.cli.main import app
from libs.common.contracts.ledger import Transfer
from services.games.audit import verify
from tests.support.games_stage import Kept, opened


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    kept.viewers(alice=1_000, bob=1_000)
    asyncio.run(evening(kept))
    yield kept
    kept.close()


async def evening(kept: Kept) -> None:
    """Play a little of everything, under two configurations, one refused, one seed shown."""
    async with opened(kept) as stage:
        for win_chance in ("0.45", "1"):
            stage.configure(flip={"cooldown_seconds": 0, "win_chance": win_chance}, spin={"cooldown_seconds": 0, "max_wager": 5_000})
            for user in ("alice", "bob"):
                await stage.say("flip", user, wager=10)
                await stage.say("spin", user, wager=20)
                await stage.say("spin", user)
            await stage.say("fair", rotate=True)
        assert (await stage.say("spin", wager=5_000))["code"] == "too_dear"


def findings(kept: Kept) -> list[str]:
    return verify(kept.path, kept.teller.path).findings


def tamper(kept: Kept, statement: str) -> None:
    with closing(sqlite3.connect(kept.path, isolation_level=None)) as db:
        db.executescript("DROP TRIGGER IF EXISTS draws_stand; DROP TRIGGER IF EXISTS draws_keep;" + statement)


def test_what_was_drawn_and_paid_as_drawn_agrees(kept: Kept) -> None:
    assert verify(kept.path, kept.teller.path) == (11, [])


def test_a_changed_number_is_found(kept: Kept) -> None:
    tamper(kept, "UPDATE draws SET numbers = '[[0, 100]]' WHERE id = 1")

    assert ["the seeds give" in each for each in findings(kept)] == [True]


def test_a_changed_result_is_found(kept: Kept) -> None:
    tamper(kept, "UPDATE draws SET result = json_set(result, '$.payout', 21) WHERE id = (SELECT max(id) FROM draws WHERE game = 'flip')")

    assert sorted(each.partition(": ")[2].split()[0] for each in findings(kept)) == ["it", "the"]


def test_another_seed_is_found(kept: Kept) -> None:
    tamper(kept, "UPDATE seeds SET seed = zeroblob(32)")

    assert sum("the seeds give" in each for each in findings(kept)) >= 7  # a certain number is the same by any seed


def test_another_rule_is_found(kept: Kept) -> None:
    tamper(kept, """UPDATE rules SET contents = '{"win_chance":"0.46"}' WHERE contents = '{"win_chance":"0.45"}'""")

    assert any("what it was played by" in each for each in findings(kept))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE draws SET terms = '{}' WHERE id = 1",
        "UPDATE draws SET terms = '[' WHERE id = 1",
        "UPDATE draws SET numbers = '' WHERE id = 1",
        "UPDATE draws SET result = '[]' WHERE id = 1",
        "UPDATE draws SET result = '{}' WHERE id = 1",
    ],
)
def test_what_can_not_be_read_is_found_beside_all_else(kept: Kept, statement: str) -> None:
    tamper(kept, statement)
    tamper(kept, "UPDATE draws SET numbers = '[[0, 100]]' WHERE id = 7")

    assert {each.partition(": ")[0] for each in findings(kept)} == {"room/pm-1", "room/pm-8"}


def test_a_draw_that_is_missing_is_found(kept: Kept) -> None:
    tamper(kept, "DELETE FROM draws WHERE key = (SELECT key FROM draws WHERE game = 'flip' ORDER BY id DESC)")

    assert sorted(each.partition(": ")[2].split()[0] for each in findings(kept)) == ["a", "the"]


def test_winnings_without_a_draw_are_found(kept: Kept) -> None:
    kept.teller.done(Transfer(source="@house", target="alice", amount=5, type="gamble_win"), key="gift", caller="games")

    assert findings(kept) == ["room/gift: the ledger paid winnings that nothing was drawn for"]


def test_what_the_ledger_lost_is_found(kept: Kept) -> None:
    kept.db.execute("UPDATE draws SET done = 1 WHERE done = 0")

    assert [each.partition(": ")[2] for each in findings(kept)] == ["the ledger knows nothing of it"]


def test_a_round_under_way_is_no_finding(kept: Kept) -> None:
    async def interrupted() -> None:
        async with opened(kept) as stage:
            stage.deaf = True
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(stage.say("flip", "bob", wager=10), 0.05)

    asyncio.run(interrupted())

    assert verify(kept.path, kept.teller.path) == (12, [])


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    for name in ("games.db", "ledger.db"):
        (tmp_path / name).write_text("no database at all, not even of the size of a page")

    done = CliRunner().invoke(app, ["verify-fair", "--state-dir", str(tmp_path)])

    assert done.exit_code == 1
    assert "can't be read: file is not a database" in done.output
