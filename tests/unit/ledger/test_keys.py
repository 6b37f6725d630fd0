"""What a key stands for: once, for ever, and nothing else."""

import pytest

from libs.common.contracts.ledger import Open, Transaction
from libs.common.contracts.ledger_requests import CancelRequest
from services.ledger import background
from services.ledger.times import micros
from tests.support.teller import Teller, give, hold, pay, release


def test_the_same_posting_again_has_no_effect_and_the_same_answer(teller: Teller) -> None:
    teller.viewers(alice=0)
    first, second = (teller.done(give("alice", 5), key="k") for _ in range(2))
    assert (teller.balance("alice"), first.repeated, second.repeated) == (5, False, True)
    assert first.model_copy(update={"repeated": True}) == second


def test_the_kept_answer_outlives_what_came_after(teller: Teller) -> None:
    teller.viewers(alice=0)
    teller.done(give("alice", 5), key="k")
    teller.done(pay("alice", "@burn", 5))
    assert teller.done(give("alice", 5), key="k").entries[1].balance == 5


@pytest.mark.parametrize("other", [give("alice", 6), give("bob", 5), give("alice", 5, "refund"), Open(account="alice")])
def test_other_contents_under_the_same_key_are_a_conflict(teller: Teller, other: object) -> None:
    teller.viewers(alice=0, bob=0)
    teller.done(give("alice", 5), key="k")
    assert teller.post(other, key="k").refusal == "key_conflict"  # type: ignore[arg-type]


def test_another_caller_does_not_get_the_answer(teller: Teller) -> None:
    teller.viewers(alice=0)
    teller.done(give("alice", 5, "rain"), key="k", caller="earning")
    assert teller.post(give("alice", 5, "rain"), key="k").refusal == "key_conflict"


def test_when_it_happened_is_no_part_of_the_contents(teller: Teller) -> None:
    teller.viewers(alice=0)
    teller.done(give("alice", 5), key="k")
    teller.pass_time(days=1)
    assert teller.done(give("alice", 5), key="k").repeated


def test_channels_do_not_share_keys_or_accounts(teller: Teller) -> None:
    teller.viewers(alice=5)
    teller.done(Open(account="alice"), give("alice", 7), key="viewer:alice", channel="other")
    assert teller.balance("alice") == 5


@pytest.mark.parametrize("key", ["k", "k\0k"])
def test_postings_that_come_together_find_what_their_keys_stand_for(teller: Teller, key: str) -> None:
    teller.viewers(alice=0, bob=0)
    kept, other, fresh = (teller.posting(give("alice", 5), key=f"{key}{name}") for name in ("kept", "cancelled", "fresh"))
    teller.post_all(kept)
    teller.ask("cancel", CancelRequest(key=other.key))
    outcomes = teller.post_all(kept, other, fresh, fresh)
    assert [(outcome.refusal, outcome.repeated) for outcome in outcomes] == [
        (None, True),
        ("cancelled", False),
        (None, False),
        (None, True),
    ]


def test_on_the_door_what_was_refused_may_be_tried_again(teller: Teller) -> None:
    teller.viewers(alice=0)
    assert teller.post(pay("alice", "@burn", 5), key="k").refusal == "insufficient_funds"
    teller.done(give("alice", 5))
    assert teller.post(pay("alice", "@burn", 5), key="k").ok


def test_in_the_background_a_refusal_is_an_outcome(teller: Teller) -> None:
    teller.viewers(alice=0)
    decay = teller.posting(pay("alice", "@burn", 5, "decay"), key="k")
    assert teller.list_of(decay).refused == {"insufficient_funds": 1}
    teller.done(give("alice", 5))
    taken = teller.list_of(decay)
    assert (taken.repeated, teller.balance("alice")) == (1, 5)


def test_a_background_refusal_stands_in_the_journal(teller: Teller) -> None:
    teller.viewers(Alice=0)
    teller.list_of(teller.posting(pay("alice", "@burn", 5, "decay"), key="k", cause="event-1"))
    told = Transaction.model_validate(teller.journal()[-1])
    assert (told.kind, told.key, told.refusal, told.account, told.cause) == ("refused", "k", "insufficient_funds", "Alice", "event-1")


def test_a_background_refusal_of_a_stranger_names_him(teller: Teller) -> None:
    teller.list_of(teller.posting(give("Nobody", 5, "earn")))
    told = Transaction.model_validate(teller.journal()[-1])
    assert (told.refusal, told.account) == ("unknown_account", "Nobody")


def test_a_background_conflict_is_told_once_and_changes_nothing(teller: Teller) -> None:
    teller.viewers(alice=0)
    kept, other = teller.posting(give("alice", 5, "earn"), key="k"), teller.posting(give("alice", 6, "earn"), key="k")
    teller.list_of(kept, other, other, kept)
    teller.list_of(other)
    told = [(row["kind"], row.get("refusal")) for row in teller.journal() if row["key"] == "k"]
    assert (teller.balance("alice"), told) == (5, [("posting", None), ("refused", "key_conflict")])


def test_each_posting_of_a_list_is_done_by_itself(teller: Teller) -> None:
    teller.viewers(alice=0)
    taken = teller.list_of(
        teller.posting(give("alice", 5, "earn")), teller.posting(give("nobody", 5, "earn")), teller.posting(give("alice", 6, "earn"))
    )
    assert (taken.kept, taken.refused, teller.balance("alice")) == (2, {"unknown_account": 1}, 11)


def test_a_list_may_open_and_pay_in_one_go(teller: Teller) -> None:
    teller.list_of(teller.posting(Open(account="Alice")), teller.posting(give("alice", 5, "earn")), teller.posting(Open(account="ALICE")))
    assert (teller.balance("alice"), teller.account("alice").account) == (5, "ALICE")


def test_a_list_may_hold_and_release_in_two_postings(teller: Teller) -> None:
    teller.viewers(alice=5)
    taken = teller.list_of(teller.posting(hold("h", "alice", 5)), teller.posting(release("h")), caller="games")
    assert (taken.kept, teller.balance("alice")) == (2, 5)


def test_a_posting_within_a_list_that_can_not_be_read_does_not_stop_the_others(teller: Teller) -> None:
    teller.viewers(alice=0)
    body = b'{"id":"l","postings":[{"key":"bad","at":"never","lines":[]},%s,7]}' % teller.posting(give("alice", 5, "earn")).encode()
    batch = background.decode(body)
    teller.committed(lambda: background.take(teller.db, "room", "earning", batch, micros(teller.now)))
    told = [(row["kind"], row["key"], row.get("refusal")) for row in teller.journal()][-2:]
    assert (teller.balance("alice"), len(batch.unreadable), told[1]) == (5, 2, ("refused", "bad", "invalid"))


def test_a_key_that_is_the_ledgers_own_is_refused_and_told_once(teller: Teller) -> None:
    teller.viewers(alice=0)
    stolen = teller.posting(give("alice", 5, "earn"), key="@expired:1")
    teller.list_of(stolen, stolen)
    assert [row["refusal"] for row in teller.journal() if row["key"] == "@expired:1"] == ["invalid"]


# -- cancel --------------------------------------------------------------------------------------------------------------------------


def cancel(teller: Teller, key: str, caller: str = "operator") -> dict[str, object]:
    return teller.ask("cancel", CancelRequest(key=key), caller)


def test_a_cancelled_key_takes_no_posting_any_more(teller: Teller) -> None:
    teller.viewers(alice=0)
    assert cancel(teller, "k")["cancelled"] is True
    assert teller.post(give("alice", 5), key="k").refusal == "cancelled"


def test_a_key_can_be_cancelled_again(teller: Teller) -> None:
    cancel(teller, "k")
    assert cancel(teller, "k")["cancelled"] is True


def test_what_was_posted_is_not_cancelled_but_told(teller: Teller) -> None:
    teller.viewers(alice=0)
    first = teller.done(give("alice", 5), key="k")
    answer = cancel(teller, "k")
    assert answer["cancelled"] is False
    assert answer["outcome"] == first.model_copy(update={"repeated": True}).model_dump(exclude_none=True)


def test_one_service_does_not_cancel_for_another(teller: Teller) -> None:
    teller.viewers(alice=0)
    cancel(teller, "k", "games")
    assert teller.post(give("alice", 5), key="k").ok


def test_a_cancelled_key_that_comes_in_the_background_is_refused_in_the_journal(teller: Teller) -> None:
    teller.viewers(alice=0)
    cancel(teller, "k", "earning")
    assert teller.list_of(teller.posting(give("alice", 5, "earn"), key="k")).refused == {"cancelled": 1}


def test_who_may_not_post_may_not_cancel(teller: Teller) -> None:
    assert cancel(teller, "k", "analytics")["refusal"] == "not_allowed"
