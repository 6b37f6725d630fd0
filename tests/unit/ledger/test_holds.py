"""Money put aside: captured, released, or back at its deadline."""

import pytest

from libs.common.contracts.ledger_requests import StatsRequest
from tests.support.teller import Teller, capture, hold, pay, release


def test_a_hold_takes_the_coins_out_of_reach(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 60))
    assert (teller.balance("alice"), teller.account("alice").held, teller.balance("@escrow")) == (40, 60, 60)


def test_a_captured_hold_is_paid_on(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 60))
    teller.done(capture("h"))
    assert (teller.balance("@house"), teller.account("alice").held, teller.balance("@escrow")) == (60, 0, 0)


def test_what_a_capture_leaves_goes_back(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 60))
    teller.done(capture("h", amount=45))
    assert (teller.balance("alice"), teller.balance("@house")) == (55, 45)


def test_a_capture_of_more_than_is_held_is_refused(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 60))
    assert teller.post(capture("h", amount=61)).refusal == "amount_out_of_range"


def test_a_released_hold_goes_back(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 60))
    teller.done(release("h"))
    assert (teller.balance("alice"), teller.account("alice").held) == (100, 0)


@pytest.mark.parametrize("again", [capture("h"), release("h")])
def test_a_hold_is_settled_once(teller: Teller, again: object) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 60))
    teller.done(capture("h"))
    assert teller.post(again).refusal == "hold_settled"  # type: ignore[arg-type]


def test_there_is_no_hold_that_was_not_made(teller: Teller) -> None:
    assert teller.post(release("h")).refusal == "unknown_hold"


def test_a_name_of_a_hold_is_used_once(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 10))
    assert teller.post(hold("h", "alice", 10)).refusal == "key_conflict"


def test_a_posting_can_not_settle_what_it_holds_itself(teller: Teller) -> None:
    teller.viewers(alice=100)
    assert teller.post(hold("h", "alice", 10), capture("h")).refusal == "unknown_hold"


def test_a_hold_that_can_not_be_paid_is_refused(teller: Teller) -> None:
    teller.viewers(alice=5)
    assert teller.post(hold("h", "alice", 6)).refusal == "insufficient_funds"


def test_a_round_is_settled_in_one_posting(teller: Teller) -> None:
    teller.viewers(alice=100, bob=100)
    teller.done(hold("a", "alice", 50), caller="games")
    teller.done(hold("b", "bob", 50), caller="games")
    teller.done(capture("a"), capture("b"), pay("@house", "bob", 95, "gamble_win"), caller="games")
    assert (teller.balance("alice"), teller.balance("bob"), teller.balance("@house")) == (50, 145, 5)


def test_at_its_deadline_a_hold_goes_back(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 60, hours=2))
    teller.pass_time(hours=2)
    assert (teller.settle_deadlines(), teller.balance("alice")) == (["h"], 100)


def test_before_its_deadline_a_hold_stays(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 60, hours=2))
    teller.pass_time(hours=2, microseconds=-1)
    assert (teller.settle_deadlines(), teller.balance("alice")) == ([], 40)


def test_no_hold_goes_back_within_the_hour(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 60, hours=-5))
    teller.pass_time(minutes=59)
    assert teller.settle_deadlines() == []


def test_a_hold_burns_at_its_deadline_what_it_said(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 60, "bounty_create", burn=20))
    teller.pass_time(hours=3)
    teller.settle_deadlines()
    assert (teller.balance("alice"), teller.balance("@burn"), teller.account("alice").lifetime_spent) == (80, 20, 20)


@pytest.mark.parametrize("late", [capture("h"), release("h")])
def test_after_its_deadline_a_hold_is_expired(teller: Teller, late: object) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 60))
    teller.pass_time(hours=3)
    teller.settle_deadlines()
    assert teller.post(late).refusal == "expired"  # type: ignore[arg-type]


def test_only_its_owner_settles_a_hold(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 60), caller="games")
    assert teller.post(release("h"), caller="shop").refusal == "not_allowed"


def test_what_escrow_is_made_of_is_told_by_type(teller: Teller) -> None:
    teller.viewers(alice=100, bob=100)
    teller.done(hold("one", "alice", 10), hold("two", "bob", 5), hold("prize", "bob", 30, kind="bounty_create"))
    teller.done(hold("over", "alice", 7))
    teller.done(release("over"))

    told = teller.ask("stats", StatsRequest())["held"]

    assert told == [{"type": "bounty_create", "holds": 1, "coins": 30}, {"type": "gamble_wager", "holds": 2, "coins": 15}]
