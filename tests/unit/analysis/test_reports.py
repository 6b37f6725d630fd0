"""What reports say of a small economy."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from libs.analysis.reading import history
from libs.analysis.reports.asked import Asked, NobodyNamed
from libs.analysis.reports.days import Day, days
from libs.analysis.reports.earners import Earner, earners
from libs.analysis.reports.games import games
from libs.analysis.reports.health import health
from libs.analysis.reports.money import Money, money
from libs.analysis.reports.triggers import Trigger, triggers
from libs.analysis.reports.users import User, user
from libs.common.contracts.ledger import Entry
from tests.support.told import CHANNEL, leg, load, told

MONDAY = datetime(2026, 11, 16, 23, 30, tzinfo=UTC)
"""In Berlin it is Tuesday already."""
TUESDAY = MONDAY + timedelta(days=1)
WAGER: dict[str, Any] = {"kind": "gamble_wager", "trigger": "gambling.flip"}
WIN: dict[str, Any] = {"kind": "gamble_win", "trigger": "gambling.flip"}


def stake(coins: int, before: int) -> list[Entry]:
    return [leg("@escrow", -coins, before, counts="wagered", owner="bob", **WAGER), leg("@house", coins, coins, **WAGER)]


POSTINGS = (
    told(1, kind="opened", account="Alice", at=MONDAY),
    told(2, kind="opened", account="Bob", at=MONDAY),
    told(3, leg("@mint", -10, -10), leg("Alice", 10, 10, counts="earned", trigger="presence.base"), at=MONDAY),
    told(4, leg("@mint", -90, -100, "admin_grant"), leg("Bob", 90, 90, "admin_grant", counts="earned", trigger="admin.grant"), at=MONDAY),
    told(5, leg("@mint", -2, -102), leg("ALICE", 2, 12, counts="earned", trigger="chat.long_message"), at=TUESDAY),
    told(6, leg("bob", -40, 50, **WAGER), leg("@escrow", 40, 40, owner="bob", **WAGER), at=TUESDAY),
    told(7, *stake(30, 10), leg("@house", -45, -15, **WIN), leg("bob", 45, 95, counts="won", **WIN), at=TUESDAY),
    told(8, leg("ALICE", -4, 8, "spend", counts="spent", trigger="spend.queue"), leg("@burn", 4, 4, "spend"), at=TUESDAY),
    told(9, kind="opened", account="carol", at=TUESDAY),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("history")
    load(folder, *POSTINGS, told(10, leg("@mint", -1, -1), leg("zoe", 1, 1, counts="earned"), channel="elsewhere", at=TUESDAY))
    return folder


@pytest.fixture
def db(root: Path) -> Iterator[DuckDBPyConnection]:
    with history(root) as opened:
        yield opened


def asked(**more: Any) -> Asked:
    return Asked(CHANNEL, **more)


def test_money_is_where_it_was_at_any_moment(db: DuckDBPyConnection) -> None:
    assert money(db, asked()) == [Money(3, 113, 103, 10, -15, 102, 4)]
    assert money(db, asked(at=MONDAY)) == [Money(2, 100, 100, 0, 0, 100, 0)]
    assert money(db, asked(at=MONDAY - timedelta(seconds=1))) == [Money(0, 0, 0, 0, 0, 0, 0)]


def test_days_say_what_moved_and_what_there_was_in_the_evening(db: DuckDBPyConnection) -> None:
    monday = Day(date(2026, 11, 16), 10, 0, 0, 0, 100, 0, 2, 2, 100, 0, 0)
    tuesday = Day(date(2026, 11, 17), 2, 4, 30, 45, 2, 4, 4, 2, 103, 10, -15)
    assert days(db, asked()) == [monday, tuesday]
    assert days(db, asked(since=TUESDAY)) == [tuesday]
    assert days(db, asked(until=TUESDAY)) == [monday]


def test_days_are_those_of_the_zone(root: Path) -> None:
    with history(root, "Europe/Berlin") as db:
        assert [each.day for each in days(db, asked())] == [date(2026, 11, 17), date(2026, 11, 18)]


def test_a_viewer_is_found_by_any_spelling_at_any_moment(db: DuckDBPyConnection) -> None:
    assert user(db, asked(user="aLiCe")) == [User("ALICE", 8, 0, 12, 4, 0, 0, 3, MONDAY, TUESDAY)]
    assert user(db, asked(user="alice", at=MONDAY)) == [User("Alice", 10, 0, 10, 0, 0, 0, 1, MONDAY, MONDAY)]


def test_what_is_held_and_staked_for_a_viewer_is_theirs(db: DuckDBPyConnection) -> None:
    assert user(db, asked(user="bob")) == [User("bob", 95, 10, 90, 0, 30, 45, 3, MONDAY, TUESDAY)]


def test_an_account_without_coins_is_an_account_and_a_stranger_is_none(db: DuckDBPyConnection) -> None:
    assert user(db, asked(user="Carol")) == [User("carol", 0, 0, 0, 0, 0, 0, 0, None, None)]
    assert user(db, asked(user="zoe")) == []


def test_somebody_has_to_be_named(db: DuckDBPyConnection) -> None:
    with pytest.raises(NobodyNamed):
        user(db, asked())


def test_triggers_tell_how_often_to_how_many_and_how_much(db: DuckDBPyConnection) -> None:
    assert triggers(db, asked()) == [
        Trigger("admin.grant", 1, 1, 90),
        Trigger("chat.long_message", 1, 1, 2),
        Trigger("presence.base", 1, 1, 10),
    ]
    assert triggers(db, asked(since=TUESDAY)) == [Trigger("chat.long_message", 1, 1, 2)]


def test_a_game_kept_what_was_staked_and_not_paid(db: DuckDBPyConnection) -> None:
    (flip,) = games(db, asked())
    assert (flip.game, flip.rounds, flip.stakes, flip.players, flip.staked, flip.paid, flip.kept) == ("flip", 1, 1, 1, 30, 45, -15)
    assert (flip.edge_percent, flip.edge_within_percent, flip.biggest_win) == (-50, None, 45)


def test_of_a_duel_the_rake_is_kept_and_nothing_else(tmp_path: Path) -> None:
    duel: dict[str, Any] = {"trigger": "gambling.challenge"}
    legs = [leg("@escrow", -50, 0, "gamble_wager", counts="wagered", owner=name, **duel) for name in ("ann", "ben")]
    prize = leg("ann", 95, 95, "gamble_win", counts="won", **duel)
    load(tmp_path, *(told(number, *legs, prize, leg("@burn", 5, 5 * number, "gamble_rake", **duel)) for number in (1, 2)))
    with history(tmp_path) as db:
        (found,) = games(db, asked())
    assert (found.rounds, found.stakes, found.players, found.staked, found.paid, found.rake, found.kept) == (2, 4, 2, 200, 190, 10, 10)
    assert (found.edge_percent, found.edge_within_percent) == (5, 0)


def test_earners_stand_by_what_they_worked_for(db: DuckDBPyConnection) -> None:
    assert earners(db, asked()) == [Earner("ALICE", 12)]


def test_health_knows_how_coins_are_spread(db: DuckDBPyConnection) -> None:
    (found,) = health(db, asked(at=TUESDAY))
    assert (found.accounts, found.active, found.median, found.median_active, found.circulation) == (3, 2, 8, 51, 113)
    assert found.participation_percent == 100
    assert found.gini == pytest.approx((-2 * 0 + 0 * 8 + 2 * 95) / (3 * 103))
    assert found.top_ten_percent == 100
    assert health(db, Asked("nowhere")) == []
