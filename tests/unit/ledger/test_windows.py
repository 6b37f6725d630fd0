"""Figures of a time: right by event time, and at a cost that does not grow with the books."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from libs.common.contracts.ledger import Open
from libs.common.contracts.ledger_requests import ActionsRequest, HistoryRequest, LeaderboardRequest, StatsRequest
from libs.common.database import Database
from services.ledger import queries
from services.ledger.audit import audit
from services.ledger.reports.queries import actions
from services.ledger.schema import MIGRATIONS
from tests.support.teller import CHANNEL, START, Teller, capture, give, hold, pay, reverse

DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)

LOOKS: dict[str, Callable[[sqlite3.Connection], object]] = {
    "earners": lambda db: queries.leaderboard(db, CHANNEL, LeaderboardRequest(by="earners", since=START)),
    "figures of a day": lambda db: queries.stats(db, CHANNEL, StatsRequest(since=START, until=START + DAY)),
    "the history of one": lambda db: queries.history(db, CHANNEL, HistoryRequest(account="alice")),
    "the history of all": lambda db: queries.history(db, CHANNEL, HistoryRequest()),
    "a time in the history of one": lambda db: queries.history(
        db, CHANNEL, HistoryRequest(account="alice", since=START, until=START + DAY)
    ),
    "a time in the history of all": lambda db: queries.history(db, CHANNEL, HistoryRequest(since=START, until=START + DAY)),
    "what was done by hand": lambda db: actions(db, CHANNEL, ActionsRequest()),
    "what was done by hand to one": lambda db: actions(db, CHANNEL, ActionsRequest(user="alice")),
    "how coins are spread": lambda db: queries.stats(db, CHANNEL, StatsRequest(active_since=START)),
    "an account": lambda db: queries.account(db, CHANNEL, "alice"),
    "an account of the past": lambda db: queries.account(db, CHANNEL, "alice", START),
    "a posting by its key": lambda db: queries.transaction(db, CHANNEL, "viewer:alice", None),
    "a posting by its number": lambda db: queries.transaction(db, CHANNEL, None, 1),
}


def earned(teller: Teller, since: timedelta, until: timedelta) -> list[tuple[str, int]]:
    request = LeaderboardRequest(by="earners", since=START + since, until=START + until)
    return [(row["account"], row["earned"]) for row in teller.ask("leaderboard", request)["rows"]]


@pytest.mark.parametrize("look", LOOKS)
def test_no_look_goes_through_the_whole_books(teller: Teller, look: str) -> None:
    teller.viewers(alice=5)
    asked: list[str] = []
    teller.db.set_trace_callback(asked.append)
    LOOKS[look](teller.db)
    teller.db.set_trace_callback(None)
    plans = [row[3] for query in asked for row in teller.db.execute(f"EXPLAIN QUERY PLAN {query}")]
    tables = {"entries", "journal", "quarters", "reversals", "limits", "e", "j", "q", "o", "r"}
    assert plans
    assert [step for step in plans if step.startswith("SCAN") and step.split()[1] in tables] == []


@pytest.mark.parametrize("look", [look for look in LOOKS if "history" in look or "by hand" in look])
def test_the_newest_are_read_from_the_end_and_not_sorted_out(teller: Teller, look: str) -> None:
    teller.viewers(alice=5)
    asked: list[str] = []
    teller.db.set_trace_callback(asked.append)
    LOOKS[look](teller.db)
    teller.db.set_trace_callback(None)
    plans = [row[3] for query in asked for row in teller.db.execute(f"EXPLAIN QUERY PLAN {query}")]
    assert [step for step in plans if "TEMP B-TREE" in step and "ORDER BY" in step] == []


def test_what_is_passed_over_of_a_history_is_passed_over_in_the_index(teller: Teller) -> None:
    teller.viewers(alice=5)
    asked: list[str] = []
    teller.db.set_trace_callback(asked.append)
    queries.history(teller.db, CHANNEL, HistoryRequest(account="alice", offset=1))
    teller.db.set_trace_callback(None)
    plan = [row[3] for row in teller.db.execute(f"EXPLAIN QUERY PLAN {asked[-1]}")]
    assert "SEARCH entries USING COVERING INDEX entries_account (account=?)" in plan


def test_a_window_ends_before_its_last_moment(teller: Teller) -> None:
    teller.viewers(alice=0, bob=0)
    teller.done(give("alice", 5, "earn"))
    teller.now = START + QUARTER - timedelta(microseconds=1)
    teller.done(give("alice", 2, "earn"))
    teller.now = START + QUARTER
    teller.done(give("bob", 1, "earn"))
    assert (earned(teller, timedelta(), QUARTER), earned(teller, QUARTER, DAY)) == ([("alice", 7)], [("bob", 1)])


def test_what_is_told_late_counts_when_it_happened(teller: Teller) -> None:
    teller.viewers(alice=0)
    late = teller.posting(give("alice", 5, "earn"))
    teller.pass_time(days=2)
    teller.list_of(late)
    assert (earned(teller, timedelta(), DAY), earned(teller, DAY, 3 * DAY)) == ([("alice", 5)], [])


@pytest.mark.parametrize("kind", ["admin_grant", "admin_adjust", "welcome_wallet"])
def test_gifts_are_no_days_earnings(teller: Teller, kind: str) -> None:
    teller.viewers(alice=0)
    teller.done(give("alice", 5, kind), give("alice", 2, "earn"))
    assert (earned(teller, timedelta(), DAY), teller.account("alice").lifetime_earned) == ([("alice", 2)], 7)


def test_what_is_undone_lowers_the_day_on_which_it_is_undone(teller: Teller) -> None:
    teller.viewers(alice=0)
    teller.done(give("alice", 5, "earn"), key="k")
    teller.now = START + DAY
    teller.done(reverse("k"), give("alice", 7, "earn"))
    assert (earned(teller, timedelta(), DAY), earned(teller, DAY, 2 * DAY)) == ([("alice", 5)], [("alice", 2)])


def test_another_channel_earns_for_itself(teller: Teller) -> None:
    teller.done(Open(account="alice"), give("alice", 5, "earn"), channel="other")
    assert earned(teller, timedelta(), DAY) == []


@pytest.mark.parametrize("ends", [(timedelta(seconds=1), DAY), (timedelta(), timedelta(minutes=20))])
def test_a_window_that_cuts_a_quarter_is_refused(teller: Teller, ends: tuple[timedelta, timedelta]) -> None:
    request = LeaderboardRequest(by="earners", since=START + ends[0], until=START + ends[1])
    assert teller.ask("leaderboard", request)["refusal"] == "invalid"


def test_older_books_get_their_sums(tmp_path: Path) -> None:
    teller = Teller(tmp_path / "ledger.db")
    teller.viewers(alice=100, bob=100)
    for name in ("h", "i"):
        teller.pass_time(minutes=10)
        teller.done(hold(name, "alice", 5), key=name)
        teller.done(give("bob", 1, "earn"))
    teller.done(capture("h"), pay("@house", "bob", 3, "gamble_win"), pay("bob", "@burn", 9))
    teller.pass_time(minutes=10)
    teller.done(reverse("i"))
    kept = teller.db.execute("SELECT * FROM quarters").fetchall()
    teller.db.executescript(
        "DROP TABLE quarters; DROP INDEX journal_postings; DROP INDEX journal_late; DROP INDEX journal_by_hand; PRAGMA user_version = 1"
    )
    teller.close()
    Database(teller.path, MIGRATIONS).open().close()
    assert audit(teller.path) == []
    with sqlite3.connect(teller.path) as db:
        assert db.execute("SELECT * FROM quarters").fetchall() == kept
    db.close()
