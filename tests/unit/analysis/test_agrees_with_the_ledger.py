"""Whatever the ledger did, the history says the same, coin for coin."""

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from libs.analysis.reading import history
from libs.analysis.reports.asked import Asked
from libs.analysis.reports.earners import earners
from libs.analysis.reports.money import money
from libs.analysis.reports.users import user
from libs.cli.reconcile import compare
from libs.common.contracts.ledger import Line
from libs.common.contracts.ledger_requests import LeaderboardRequest, StatsRequest
from services.ledger import queries
from tests.support import teller as books
from tests.support.teller import Teller
from tests.support.told import writer

VIEWERS = ("alice", "bob", "carol")
who = st.sampled_from(VIEWERS)
coins = st.integers(1, 60)
holds = st.integers(1, 5).map("h{}".format)
lines: st.SearchStrategy[Line] = st.one_of(
    st.builds(books.give, who, coins, st.sampled_from(("earn", "admin_grant", "welcome_wallet"))),
    st.builds(
        books.pay, who, st.sampled_from(("@burn", "@house", *VIEWERS)), coins, st.sampled_from(("spend", "tip_send", "gamble_wager"))
    ),
    st.builds(books.pay, st.just("@house"), who, coins, st.just("gamble_win")),
    st.builds(books.hold, holds, who, coins),
    st.builds(books.capture, holds, st.sampled_from(("@house", "@burn", *VIEWERS))),
    st.builds(books.release, holds),
    st.builds(books.reverse, st.integers(1, 12).map("key-{}".format)),
    st.builds(books.set_to, who, st.integers(0, 80)),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(lines, max_size=25))
def test_balances_totals_and_sums_are_the_ledgers(tmp_path_factory: pytest.TempPathFactory, postings: list[Line]) -> None:
    folder = tmp_path_factory.mktemp("books")
    ledger = Teller(folder / "ledger.db")
    ledger.viewers(Alice=100, bob=50, carol=0)
    for line in postings:
        ledger.post(line)
        ledger.pass_time(seconds=1)
    keep(ledger, folder / "analysis")

    outcome = compare(folder / "analysis", ledger.path)
    assert (outcome.differences, outcome.number) == ([], len(ledger.journal()))
    with history(folder / "analysis") as db:
        stats = ledger.ask("stats", StatsRequest())
        assert dataclasses.asdict(money(db, Asked(books.CHANNEL))[0]).items() <= stats.items()
        board = ledger.ask("leaderboard", LeaderboardRequest(by="earners", since=books.START))["rows"]
        found = [(each.account, each.earned) for each in earners(db, Asked(books.CHANNEL))]
        assert found == [(row["account"], row["earned"]) for row in board]
        for name in VIEWERS:
            (told,) = user(db, Asked(books.CHANNEL, user=name))
            kept = ledger.account(name)
            assert (told.balance, told.held) == (kept.balance, kept.held)
            assert (told.earned, told.spent) == (kept.lifetime_earned, kept.lifetime_spent)
            assert (told.wagered, told.won) == (kept.lifetime_wagered, kept.lifetime_won)
            then = books.START.replace(tzinfo=UTC) + (ledger.now - books.START) / 2
            past = queries.account(ledger.db, books.CHANNEL, name, then)
            assert past is not None
            assert [each.balance for each in user(db, Asked(books.CHANNEL, user=name, at=then))] == [past.balance]
    ledger.close()


def test_a_coin_too_many_is_found(tmp_path: Path) -> None:
    ledger = Teller(tmp_path / "ledger.db")
    ledger.viewers(alice=5)
    bodies = [json.dumps(told).encode() for told in ledger.journal()]
    writer(tmp_path / "analysis").load([body.replace(b'"balance": 5,', b'"balance": 6,') for body in bodies])
    (difference,) = compare(tmp_path / "analysis", ledger.path).differences
    assert (difference.account, difference.ledger, difference.history) == ("alice", 5, 6)
    ledger.close()


def keep(ledger: Teller, root: Path) -> None:
    made = writer(root)
    made.load([body for _, _, body in queries.journal(ledger.db, 0, 10_000)])
    made.close()


def test_times_are_the_ledgers(tmp_path: Path) -> None:
    ledger = Teller(tmp_path / "ledger.db")
    ledger.now = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
    ledger.viewers(alice=5)
    keep(ledger, tmp_path / "analysis")
    with history(tmp_path / "analysis") as db:
        assert user(db, Asked(books.CHANNEL, user="alice"))[0].first == ledger.now
    ledger.close()
