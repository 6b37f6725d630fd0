"""Each line kind, one behaviour at a time."""

import pytest

from libs.common.contracts.ledger import MAX_AMOUNT, Open, Transfer
from tests.support.teller import Teller, capture, give, hold, limit, pay, release, set_to


def test_a_transfer_moves_coins_and_tells_the_balances_after_it(teller: Teller) -> None:
    teller.viewers(alice=100)
    outcome = teller.done(pay("alice", "@burn", 30))
    assert [(entry.account, entry.amount, entry.balance) for entry in outcome.entries] == [("alice", -30, 70), ("@burn", 30, 30)]


def test_what_a_viewer_does_not_have_is_not_moved(teller: Teller) -> None:
    teller.viewers(alice=10)
    outcome = teller.post(pay("alice", "@burn", 11))
    assert (outcome.refusal, outcome.balance, teller.balance("alice")) == ("insufficient_funds", 10, 10)


def test_a_refusal_tells_the_balance_there_is_not_what_earlier_lines_would_have_left(teller: Teller) -> None:
    teller.viewers(alice=10)
    assert teller.post(pay("alice", "@burn", 7), pay("alice", "@burn", 7)).balance == 10


def test_one_line_that_fails_undoes_the_lines_before_it(teller: Teller) -> None:
    teller.viewers(alice=10, bob=0)
    teller.post(pay("alice", "bob", 10, "tip_send"), pay("alice", "@burn", 1))
    assert (teller.balance("alice"), teller.balance("bob")) == (10, 0)


def test_lines_follow_each_other_so_a_payout_may_be_spent_at_once(teller: Teller) -> None:
    teller.viewers(alice=0)
    teller.done(pay("@house", "alice", 50, "gamble_win"), pay("alice", "@burn", 50))
    assert teller.balance("alice") == 0


def test_the_house_may_owe(teller: Teller) -> None:
    teller.viewers(alice=0)
    teller.done(pay("@house", "alice", 500, "gamble_win"), caller="games")
    assert teller.balance("@house") == -500


def test_an_account_is_found_in_any_casing_and_keeps_its_spelling(teller: Teller) -> None:
    teller.viewers(Alice=5)
    outcome = teller.done(give("ALICE", 5))
    assert outcome.entries[1].account == "Alice"


def test_an_open_by_who_sees_the_viewers_keeps_the_spelling_up(teller: Teller) -> None:
    teller.viewers(alice=5)
    teller.done(Open(account="Alice"), caller="earning")
    assert teller.account("alice").account == "Alice"


def test_an_open_by_others_leaves_the_spelling_alone(teller: Teller) -> None:
    teller.viewers(Alice=5)
    teller.done(Open(account="ALICE"), give("ALICE", 1, "admin_grant"), caller="commands")
    assert teller.account("alice").account == "Alice"


def test_no_account_no_coins(teller: Teller) -> None:
    assert teller.post(give("nobody", 5)).refusal == "unknown_account"


@pytest.mark.parametrize("name", ["a b", "@mint", "@treasury", "x" * 21, "näme"])
def test_a_name_no_viewer_can_have_gets_no_account(teller: Teller, name: str) -> None:
    assert teller.post(Open(account=name)).refusal == "invalid"


def test_nobody_pays_himself(teller: Teller) -> None:
    teller.viewers(alice=5)
    assert teller.post(pay("alice", "ALICE", 5, "tip_send")).refusal == "invalid"


@pytest.mark.parametrize(("source", "target"), [("@burn", "alice"), ("@escrow", "alice"), ("alice", "@mint"), ("alice", "@escrow")])
def test_the_systems_own_accounts_move_only_as_they_are_meant_to(teller: Teller, source: str, target: str) -> None:
    teller.viewers(alice=5)
    assert teller.post(pay(source, target, 1)).refusal == "not_allowed"


def test_a_viewer_can_not_have_more_than_every_reader_holds_exactly(teller: Teller) -> None:
    teller.viewers(alice=MAX_AMOUNT)
    assert teller.post(give("alice", 1)).refusal == "amount_out_of_range"


def test_a_tip_is_told_to_each_side_in_its_own_words(teller: Teller) -> None:
    teller.viewers(Alice=50, Bob=0)
    sent, received = teller.done(Transfer(source="alice", target="bob", amount=20, type="tip_send", trigger="spend.tip")).entries
    assert (sent.type, sent.trigger, sent.related) == ("tip_send", "spend.tip", "Bob")
    assert (received.type, received.trigger, received.related) == ("tip_receive", "earn.tip", "Alice")


def test_metadata_comes_back_as_it_went(teller: Teller) -> None:
    teller.viewers(alice=0)
    metadata = {"multiplier": "night_watch", "factor": 1.5, "list": [1, None, {"é": True}]}
    outcome = teller.done(Transfer(source="@mint", target="alice", amount=1, type="earn", metadata=metadata))
    assert outcome.entries[1].metadata == metadata


@pytest.mark.parametrize("number", [b"NaN", b"-Infinity", b"1e999"])
def test_a_number_that_no_reader_of_the_journal_could_read_is_refused(teller: Teller, number: bytes) -> None:
    teller.viewers(alice=0)
    before = teller.journal()
    line = b'{"line":"transfer","source":"@mint","target":"alice","amount":1,"type":"earn","metadata":{"factor":%s}}' % number
    answer = teller.ask("post", b'{"key":"k","at":"2026-11-22T12:00:00Z","lines":[%s]}' % line)
    assert (answer["refusal"], teller.journal()) == ("invalid", before)


@pytest.mark.parametrize("said", ["", "0", "a\0b"])
def test_a_reason_is_kept_as_it_was_given(teller: Teller, said: str) -> None:
    teller.viewers(alice=0)
    teller.done(Transfer(source="@mint", target="alice", amount=1, type="earn", reason=said))
    assert teller.journal()[-1]["entries"][1]["reason"] == said


@pytest.mark.parametrize(("balance", "minted", "burnt"), [(150, 150, 0), (30, 100, 70), (100, 100, 0), (0, 100, 100)])
def test_a_balance_is_set_by_what_it_lacks_or_has_too_much(teller: Teller, balance: int, minted: int, burnt: int) -> None:
    teller.viewers(alice=100)
    teller.done(set_to("alice", balance))
    assert (teller.balance("alice"), -teller.balance("@mint"), teller.balance("@burn")) == (balance, minted, burnt)


def test_a_set_balance_was_neither_earned_nor_spent(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(set_to("alice", 500))
    teller.done(set_to("alice", 5))
    assert (teller.account("alice").lifetime_earned, teller.account("alice").lifetime_spent) == (100, 0)


def test_a_limit_lets_through_up_to_its_maximum(teller: Teller) -> None:
    teller.viewers(alice=100)
    outcomes = [teller.post(limit("alice", 2, 5), pay("alice", "@burn", 1)).refusal for _ in range(3)]
    assert outcomes == [None, None, "limit_reached"]


def test_a_posting_refused_by_another_line_uses_no_limit(teller: Teller) -> None:
    teller.viewers(alice=1)
    teller.post(limit("alice", 1, 5), pay("alice", "@burn", 2))
    assert teller.account("alice").limits == {}


def test_each_window_counts_for_itself(teller: Teller) -> None:
    teller.viewers(alice=1)
    teller.done(limit("alice", 1, 1, window="monday"))
    teller.done(limit("alice", 1, 1, window="tuesday"))
    assert teller.account("alice").limits == {"spins:monday": 1, "spins:tuesday": 1}


def test_two_limits_of_one_posting_add_up(teller: Teller) -> None:
    teller.viewers(alice=1)
    assert teller.post(limit("alice", 3, 5), limit("alice", 3, 5)).refusal == "limit_reached"


def test_a_full_release_gives_the_limit_back(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(limit("alice", 1, 1), hold("h", "alice", 10))
    teller.done(release("h"))
    teller.done(limit("alice", 1, 1), hold("i", "alice", 10))


def test_a_capture_keeps_the_limit_used(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(limit("alice", 1, 1), hold("h", "alice", 10))
    teller.done(capture("h", amount=1))
    assert teller.account("alice").limits == {"spins:2026-11-22": 1}


def test_the_limit_comes_back_with_the_last_hold_of_its_posting(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(limit("alice", 1, 1), hold("h", "alice", 10), hold("i", "alice", 10))
    teller.done(release("h"))
    assert teller.account("alice").limits == {"spins:2026-11-22": 1}
    teller.done(release("i"))
    assert teller.account("alice").limits == {"spins:2026-11-22": 0}


def test_a_hold_gone_back_at_its_deadline_gives_the_limit_back(teller: Teller) -> None:
    teller.viewers(alice=100)
    teller.done(limit("alice", 1, 1), hold("h", "alice", 10))
    teller.pass_time(hours=3)
    teller.settle_deadlines()
    assert teller.account("alice").limits == {"spins:2026-11-22": 0}
