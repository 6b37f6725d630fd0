"""Postings undone."""

import pytest

from libs.common.contracts.ledger import Open
from tests.support.teller import Teller, capture, give, hold, limit, pay, release, reverse, set_to


def test_a_reversal_runs_everything_backwards(teller: Teller) -> None:
    teller.viewers(alice=100, bob=0)
    teller.done(limit("alice", 1, 1), pay("alice", "bob", 40, "tip_send"), pay("bob", "@burn", 10), key="k")
    teller.done(reverse("k"))
    assert (teller.balance("alice"), teller.balance("bob"), teller.balance("@burn")) == (100, 0, 0)
    assert teller.account("alice").limits == {"spins:2026-11-22": 0}
    assert (teller.account("alice").lifetime_spent, teller.account("bob").lifetime_spent) == (0, 0)


def test_a_posting_is_reversed_once(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(pay("alice", "@burn", 10), key="k")
    teller.done(reverse("k"))
    assert teller.post(reverse("k")).refusal == "already_reversed"


def test_a_posting_can_not_reverse_the_same_twice(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(pay("alice", "@burn", 10), key="k")
    assert teller.post(reverse("k"), reverse("k")).refusal == "already_reversed"


def test_what_was_not_posted_is_not_reversed(teller: Teller) -> None:
    assert teller.post(reverse("k")).refusal == "unknown_posting"


def test_a_reversal_takes_no_coins_that_are_not_there(teller: Teller) -> None:
    teller.viewers(alice=0)
    teller.done(give("alice", 10), key="k")
    teller.done(pay("alice", "@burn", 5))
    assert teller.post(reverse("k")).refusal == "insufficient_funds"


def test_reversing_a_grant_lowers_what_was_earned(teller: Teller) -> None:
    teller.viewers(alice=0)
    teller.done(give("alice", 10, "admin_grant"), key="k")
    teller.done(reverse("k"))
    assert teller.account("alice").lifetime_earned == 0


def test_reversing_a_hold_releases_it(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 60), limit("alice", 1, 1), key="k")
    teller.done(reverse("k"))
    assert (teller.balance("alice"), teller.post(capture("h")).refusal) == (100, "hold_settled")


def test_a_hold_that_was_captured_is_not_reversed_by_its_making(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 60), key="k")
    teller.done(capture("h"))
    assert teller.post(reverse("k")).refusal == "hold_settled"


def test_reversing_a_capture_pays_the_holder_and_gives_the_limit_back(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 60, "spend"), limit("alice", 1, 1))
    teller.done(capture("h", "@burn", 45, "spend"), key="k")
    assert teller.account("alice").lifetime_spent == 45
    teller.done(reverse("k"))
    state = teller.account("alice")
    assert (state.balance, state.held, state.lifetime_spent, state.limits) == (100, 0, 0, {"spins:2026-11-22": 0})


@pytest.mark.parametrize("gone", [release("h"), reverse("make")])
def test_what_gave_money_back_is_not_reversed(teller: Teller, gone: object) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 60), key="make")
    teller.done(gone, key="k")  # type: ignore[arg-type]
    assert teller.post(reverse("k")).refusal == "not_allowed"


def test_what_undid_a_posting_that_moved_nothing_is_not_reversed_either(teller: Teller) -> None:
    teller.done(Open(account="alice"), key="make")
    teller.done(reverse("make"), key="k")
    assert teller.post(reverse("k")).refusal == "not_allowed"


def test_a_service_reverses_only_its_own(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(pay("alice", "@burn", 10), key="k", caller="shop")
    assert teller.post(reverse("k"), caller="games").refusal == "not_allowed"
    assert teller.post(reverse("k"), caller="shop").ok


def test_a_set_balance_can_be_reversed(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(set_to("alice", 7), key="k")
    teller.done(reverse("k"))
    assert teller.balance("alice") == 100
