"""What an entry of `history` says it was for."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from libs.common.config.economy import Currency
from libs.common.contracts.ledger_requests import HistoryRow
from services.commands.replies.history import entry
from tests.support.commands import NOON


def told(**seen: Any) -> str:
    where = {"id": 1, "number": 1, "key": "k", "at": NOON, "caller": "shop"}
    row = {**where, "account": "user:bob", "amount": 5, "balance": 5, "type": "earn", **seen}
    return entry(HistoryRow.model_validate(row), ZoneInfo("UTC"), Currency()).partition("Z  ")[2]


@pytest.mark.parametrize(
    ("trigger", "related", "words"),
    [
        ("earn.tip", "Alice", "Tip from Alice"),
        ("spend.tip", "Alice", "Tip to Alice"),
        ("gambling.challenge", "Alice", "Duel with Alice"),
        ("gambling.challenge", None, "Duel"),
        ("gambling.challenge.refund", "Alice", "Duel with Alice, given back"),
        ("gambling.free_spin", None, "Free spin"),
        ("admin.undo", "Owner", "Undone by Owner"),
        ("spend.vanity.chat_color.refund", None, "Color, given back"),
        ("maintenance.interest", None, "Interest"),
        ("presence.base", None, "presence.base"),
    ],
)
def test_what_viewers_do_is_told_in_words_and_with_whom(trigger: str, related: str | None, words: str) -> None:
    assert told(trigger=trigger, related=related) == words


def test_a_reason_that_somebody_gave_comes_first() -> None:
    assert told(trigger="earn.tip", related="Alice", reason="thank you") == "thank you"
