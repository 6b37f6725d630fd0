from datetime import UTC, datetime
from typing import Any

import pytest

from libs.common.contracts.ledger import Entry, Transaction
from services.analytics.tally import Tally, by_choice, family, tally

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def leg(account: str, amount: int, kind: str = "earn", **more: Any) -> Entry:
    return Entry(account=account, amount=amount, balance=0, type=kind, **more)


def sums(*entries: Entry) -> Tally:
    return tally(
        Transaction(number=1, kind="posting", channel="lounge", key="k", at=NOON, committed=NOON, caller="earning", entries=list(entries))
    )


def test_what_is_earned_counts_for_the_day_the_total_and_the_viewer() -> None:
    found = sums(leg("@mint", -5), leg("Alice", 5, counts="earned"))
    assert (found.lifetime, found.day, found.earned) == ({"earned": 5}, {"earned": 5}, {"alice": 5})


@pytest.mark.parametrize("kind", ["admin_grant", "admin_adjust", "welcome_wallet", "interest"])
def test_gifts_the_welcome_and_interest_count_towards_ranks_and_for_no_day(kind: str) -> None:
    found = sums(leg("@mint", -5, kind), leg("alice", 5, kind, counts="earned"))
    assert (found.lifetime, found.day, found.earned) == ({"earned": 5}, {}, {"alice": 5})


def test_what_is_spent_counts_as_a_positive_number() -> None:
    assert sums(leg("alice", -7, "spend", counts="spent"), leg("@burn", 7, "spend")).lifetime == {"spent": 7}


def test_what_is_taken_back_lowers_what_a_viewer_earned_and_no_figure_of_the_day() -> None:
    found = sums(leg("alice", -5, "reversal", counts="earned"), leg("@mint", 5, "reversal"))
    assert (found.lifetime, found.day, found.earned) == ({}, {}, {"alice": -5})


def test_a_movement_is_counted_where_it_arrives() -> None:
    found = sums(leg("alice", -9, "tip_send"), leg("bob", 9, "tip_receive", trigger="earn.tip"))
    assert found.movements == {("tip_receive", "earn.tip"): (1, 9)}


def test_a_stake_counts_when_it_is_captured_not_while_it_is_held() -> None:
    wager = {"kind": "gamble_wager", "trigger": "gambling.spin"}
    assert sums(leg("alice", -9, **wager), leg("@escrow", 9, **wager)).movements == {}
    assert sums(leg("@escrow", -9, **wager), leg("@house", 9, **wager)).movements == {("gamble_wager", "gambling.spin"): (1, 9)}


def test_several_coins_of_a_kind_are_added_up() -> None:
    found = sums(leg("alice", 1, trigger="chat.gif"), leg("bob", 2, trigger="chat.gif"))
    assert found.movements == {("earn", "chat.gif"): (2, 3)}


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        (None, ""),
        ("presence.base", "presence.base"),
        ("spend.queue.4711", "spend.queue"),
        ("spend.vanity.fortune", "spend.vanity.fortune"),
        ("spend.vanity.chat_color.refund", "spend.vanity.chat_color"),
        ("bounty.claim.17", "bounty.claim"),
        ("event.movie night.presence", "event.movie night"),
    ],
)
def test_a_family_names_no_single_thing(trigger: str | None, expected: str) -> None:
    assert family(trigger) == expected


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (leg("alice", 1, trigger="presence.base"), False),
        (leg("alice", 1, trigger="chat.first"), True),
        (leg("alice", 5, "tip_receive", trigger="earn.tip"), False),
        (leg("alice", -5, "tip_send"), True),
        (leg("alice", -5, "admin_deduct"), False),
        (leg("alice", -5, "decay"), False),
    ],
)
def test_being_there_is_no_choice_and_giving_is(entry: Entry, expected: bool) -> None:
    assert by_choice(entry) is expected
