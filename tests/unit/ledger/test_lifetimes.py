"""What counts towards which lifetime total, and who may post what."""

import pytest

from libs.common.contracts.ledger import Outcome
from tests.support.teller import Teller, capture, give, hold, pay, set_to


def lifetime(teller: Teller, name: str) -> tuple[int, int, int, int]:
    state = teller.account(name)
    return state.lifetime_earned, state.lifetime_spent, state.lifetime_wagered, state.lifetime_won


def test_what_the_mint_gives_is_earned(teller: Teller) -> None:
    teller.viewers(alice=0)
    teller.done(give("alice", 7, "earn"), give("alice", 3, "milestone"), caller="earning")
    assert lifetime(teller, "alice") == (10, 0, 0, 0)


def test_a_tip_is_spent_and_not_earned(teller: Teller) -> None:
    teller.viewers(alice=100, bob=0)
    teller.done(pay("alice", "bob", 10, "tip_send"))
    assert (lifetime(teller, "alice"), lifetime(teller, "bob")) == ((100, 10, 0, 0), (0, 0, 0, 0))


def test_an_admins_deduction_counts_as_spent_and_not_as_less_earned(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(pay("alice", "@burn", 10, "admin_adjust"), caller="commands")
    assert lifetime(teller, "alice") == (100, 10, 0, 0)


def test_what_decays_is_not_spent(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(pay("alice", "@burn", 5, "decay"), caller="earning")
    assert (teller.balance("alice"), lifetime(teller, "alice")) == (95, (100, 0, 0, 0))


def test_a_stake_counts_when_it_is_captured(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(hold("h", "alice", 40), caller="games")
    assert lifetime(teller, "alice") == (100, 0, 0, 0)
    teller.done(capture("h"), pay("@house", "alice", 80, "gamble_win"), caller="games")
    assert lifetime(teller, "alice") == (100, 0, 40, 80)


def test_a_push_counts_on_both_sides(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(pay("alice", "@house", 40, "gamble_wager"), pay("@house", "alice", 40, "gamble_push"), caller="games")
    assert lifetime(teller, "alice") == (100, 0, 40, 40)


def outcome_of(teller: Teller, caller: str, kind: str) -> Outcome:
    teller.viewers(alice=100)
    return teller.post(give("alice", 5, kind), caller=caller)


@pytest.mark.parametrize(
    ("caller", "kind", "allowed"),
    [
        ("earning", "earn", True),
        ("earning", "admin_grant", False),
        ("commands", "admin_grant", True),
        ("commands", "earn", False),
        ("games", "gamble_win", False),
        ("shop", "refund", False),
        ("operator", "anything", True),
        ("analytics", "earn", False),
        ("ledger", "earn", False),
    ],
)
def test_only_who_may_mints(teller: Teller, caller: str, kind: str, allowed: bool) -> None:
    assert outcome_of(teller, caller, kind).refusal == (None if allowed else "not_allowed")


def test_only_admins_set_balances(teller: Teller) -> None:
    teller.viewers(alice=1)
    assert teller.post(set_to("alice", 10**6), caller="games").refusal == "not_allowed"


def test_only_the_games_spend_what_the_house_has(teller: Teller) -> None:
    teller.viewers(alice=1)
    assert teller.post(pay("@house", "alice", 10, "refund"), caller="shop").refusal == "not_allowed"
