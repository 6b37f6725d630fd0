"""What the proof of earning sees: a payment too few, one too many, another amount; and that what was asked for stands apart."""

from typing import Any

from libs.common.contracts.ledger import MINT, Posting, Transfer
from tests.chaos import deeds
from tests.chaos.earned import untrue
from tests.support.books import Kept
from tests.support.earning_stage import NOON


def due(key: str, coins: int = 3) -> Posting:
    return Posting(key=key, at=NOON, lines=[Transfer(source=MINT, target="Alice", amount=coins, type="earn", trigger="chat.long_message")])


def paid(key: str, coins: int = 3, trigger: str = "chat.long_message") -> Kept:
    entries: list[dict[str, Any]] = [
        {"account": "@mint", "amount": -coins, "trigger": trigger},
        {"account": "Alice", "amount": coins, "trigger": trigger},
    ]
    return Kept(1, "", {"kind": "posting", "caller": "earning", "key": key, "entries": entries})


def test_what_is_due_and_paid_is_right() -> None:
    assert list(untrue([due("a"), due("b")], [paid("b"), paid("a")])) == []


def test_what_is_not_paid_is_seen() -> None:
    assert len(list(untrue([due("a"), due("b")], [paid("a")]))) == 1


def test_what_is_paid_twice_is_seen() -> None:
    assert len(list(untrue([due("a")], [paid("a"), paid("a")]))) == 1


def test_another_amount_is_seen_from_both_sides() -> None:
    assert len(list(untrue([due("a")], [paid("a", coins=4)]))) == 2


def test_what_was_asked_for_stands_apart() -> None:
    like = paid("like:room:play:alice", trigger=deeds.LIKE)

    assert list(untrue([], [like])) == []
    assert deeds.coins([like]) == {"alice": 3}
