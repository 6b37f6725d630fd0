"""What the books say for reports: stretches of history, what people did by hand, how coins are spread."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.contracts.ledger import Open, Transfer
from libs.common.contracts.ledger_requests import ActionsRequest, BanRequest, HistoryRequest, StatsRequest
from services.ledger.reports.figures import gini, median
from tests.support.teller import START, Teller, give, hold, pay, reverse

HOUR = timedelta(hours=1)


def told(teller: Teller, since: datetime | None = None, until: datetime | None = None, **more: Any) -> list[int]:
    rows = teller.ask("history", HistoryRequest(since=since, until=until, **more))["rows"]
    return [row["amount"] for row in rows]


def by_hand(teller: Teller, user: str | None = None, limit: int = 10) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = teller.ask("actions", ActionsRequest(user=user, limit=limit))["actions"]
    return found


def grant(teller: Teller, name: str, amount: int, actor: str) -> int:
    line = Transfer(source="@mint", target=name, amount=amount, type="admin_grant", reason="well done")
    number = teller.ask("post", teller.posting(Open(account=name), line, actor=actor), "commands")["number"]
    assert isinstance(number, int)
    return number


class TestHistoryOfATime:
    @pytest.fixture
    def spent(self, teller: Teller) -> Teller:
        """Alice has 10, and spends 1, 2, 3, an hour after another, beginning an hour after the start."""
        teller.viewers(alice=10)
        for amount in (1, 2, 3):
            teller.pass_time(hours=1)
            teller.done(pay("alice", "@burn", amount))
        return teller

    @pytest.mark.parametrize("account", ["Alice", None])
    def test_it_begins_at_a_moment(self, spent: Teller, account: str | None) -> None:
        assert told(spent, START + 2 * HOUR, account=account) == [-3, -2]

    @pytest.mark.parametrize("account", ["Alice", None])
    def test_it_ends_before_a_moment(self, spent: Teller, account: str | None) -> None:
        assert told(spent, until=START + 2 * HOUR, account=account) == [-1, 10]

    def test_it_comes_in_pages(self, spent: Teller) -> None:
        assert told(spent, START, account="alice", limit=2, offset=1) == [-2, -1]

    @pytest.mark.parametrize("account", ["Alice", None])
    def test_what_the_ledger_learned_much_later_stands_where_it_happened(self, teller: Teller, account: str | None) -> None:
        teller.viewers(alice=10)
        posting = teller.posting(pay("alice", "@burn", 1))
        teller.pass_time(hours=5)
        assert teller.ask("post", posting)["ok"]
        assert told(teller, START, START + HOUR, account=account) == [-1, 10]
        assert told(teller, START + HOUR, account=account) == []

    def test_nobody_has_none(self, teller: Teller) -> None:
        assert not teller.ask("history", HistoryRequest(account="nobody", since=START))["found"]


class TestActions:
    def test_the_newest_is_first_with_who_did_it_to_whom(self, teller: Teller) -> None:
        first = grant(teller, "Bob", 5, actor="Root")
        second = grant(teller, "Ann", 7, actor="Root")
        assert [
            (each["number"], each["actor"], each["account"], each["amount"], each["type"], each["reason"]) for each in by_hand(teller)
        ] == [(second, "Root", "Ann", 7, "admin_grant", "well done"), (first, "Root", "Bob", 5, "admin_grant", "well done")]

    def test_viewers_own_doings_are_none(self, teller: Teller) -> None:
        teller.viewers(alice=10)
        teller.ask("post", teller.posting(pay("alice", "@burn", 1), actor="alice"), "shop")
        teller.ask("post", teller.posting(give("alice", 1, "presence")), "earning")
        assert [each["caller"] for each in by_hand(teller)] == ["operator"]

    def test_bans_count_and_the_account_they_open_does_not(self, teller: Teller) -> None:
        teller.ask("ban", BanRequest(key="b", account="Troll", at=START, reason="spam", actor="Root"), "commands")
        assert [(each["kind"], each["account"], each["actor"], each["reason"]) for each in by_hand(teller)] == [
            ("banned", "Troll", "Root", "spam")
        ]

    def test_a_correction_names_what_it_undid_and_that_says_so(self, teller: Teller) -> None:
        done = grant(teller, "Bob", 5, actor="Root")
        key = teller.journal()[-1]["key"]
        teller.ask("post", teller.posting(reverse(key), actor="Ann"), "commands")
        undoing, undone = by_hand(teller)
        assert (undoing["reverses"], undoing["actor"], undoing["amount"], undone["number"], undone["undone"]) == (
            done,
            "Ann",
            -5,
            done,
            True,
        )

    def test_what_touches_several_is_summed_up(self, teller: Teller) -> None:
        teller.viewers(alice=0, bob=0)
        rain = [give("alice", 3, "admin_rain"), give("bob", 2, "admin_rain")]
        teller.ask("post", teller.posting(*rain, actor="Root"), "commands")
        newest = by_hand(teller)[0]
        assert (newest["account"], newest["viewers"], newest["amount"]) == ("alice", 2, 5)

    def test_rain_is_one_action_however_many_it_falls_on(self, teller: Teller) -> None:
        teller.viewers(alice=0, bob=0)
        for cause in ("first", "second"):
            for name in ("alice", "bob"):
                teller.ask("post", teller.posting(give(name, 3, "admin_rain"), actor="Root", cause=cause), "earning")
        found = by_hand(teller, limit=2)
        assert [(each["account"], each["viewers"], each["amount"], each["postings"]) for each in found] == [("alice", 2, 6, 2)] * 2

    @pytest.mark.parametrize(("user", "amounts"), [("ROOT", [5]), ("Bob", [5]), ("ann", [7]), ("nobody", [])])
    def test_one_person_is_found_as_who_did_it_and_as_whom_it_befell(self, teller: Teller, user: str, amounts: list[int]) -> None:
        grant(teller, "Bob", 5, actor="Root")
        grant(teller, "Ann", 7, actor="Second")
        assert [each["amount"] for each in by_hand(teller, user)] == amounts

    def test_there_are_no_more_than_were_asked_for(self, teller: Teller) -> None:
        for _ in range(3):
            grant(teller, "Bob", 5, actor="Root")
        assert len(by_hand(teller, limit=2)) == 2


def test_what_circulation_rose_by_is_minted_less_burnt_less_what_the_house_gained(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(hold("bounty", "alice", 10), pay("alice", "@burn", 3), pay("alice", "@house", 7), pay("@house", "alice", 2))
    flow = teller.ask("stats", StatsRequest(since=START))["window"]
    assert {name: flow[name] for name in ("minted", "burnt", "house", "circulation")} == {
        "minted": 100,
        "burnt": 3,
        "house": 5,
        "circulation": 92,
    }


class TestSpread:
    def test_it_says_how_the_coins_are_spread_and_among_whom_they_move(self, teller: Teller) -> None:
        teller.viewers(old=100, rich=300)
        teller.pass_time(days=1)
        teller.viewers(new=20)
        teller.done(give("rich", 80))
        spread = teller.ask("stats", StatsRequest(active_since=START + timedelta(days=1)))["spread"]
        assert spread == {"gini": pytest.approx(0.48), "top_ten": 500, "active": 2, "active_median": 200}

    @pytest.mark.parametrize(
        ("balances", "expected"), [([], 0), ([0, 0], 0), ([5], 0), ([5, 5, 5], 0), ([0, 0, 0, 8], 0.75), ([1, 2, 3, 4], 0.25)]
    )
    def test_gini_of_small_economies(self, balances: list[int], expected: float) -> None:
        assert gini(balances) == pytest.approx(expected)

    @given(st.lists(st.integers(0, 2**53 - 1), min_size=1, max_size=20))
    def test_gini_is_the_mean_difference_of_two_viewers_over_twice_the_mean(self, balances: list[int]) -> None:
        coins, count = sum(balances), len(balances)
        differences = sum(abs(one - other) for one in balances for other in balances)
        assert gini(sorted(balances)) == pytest.approx(differences / (2 * count * coins) if coins else 0, abs=1e-12)

    @pytest.mark.parametrize(("balances", "expected"), [([], 0), ([7], 7), ([1, 4], 2), ([1, 4, 9], 4)])
    def test_the_median_is_in_the_middle(self, balances: list[int], expected: int) -> None:
        assert median(balances) == expected
