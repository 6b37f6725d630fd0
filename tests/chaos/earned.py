"""The proof of earning: under kills it asked for what it asks for when the same events come once, in order, and nobody is killed.

Whether the rules themselves are right others prove; here every coin, key and reason must be the same. What earning goes by beside events
(bans, balances) is kept out of these runs; what it is asked for stands apart (`deeds`).
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from libs.common.contracts.events import EVENT
from libs.common.contracts.ledger import Posting, Transfer
from tests.chaos import deeds
from tests.support.books import Kept
from tests.support.earnings.service import Straight

MODELLED = ("presence.", "dwell.", "onboarding.")
"""Triggers of which the model of the tests knows by itself."""
SHOWN = 5
Payment = tuple[str, str, str, int]
"""Key, account (folded), trigger, coins."""


def told_again(events: Sequence[Kept]) -> list[Posting]:
    """Give what earning asks for where nobody is killed."""
    stage = Straight()
    for event in events:
        stage.play(EVENT.validate_json(json.dumps(event.body)))
    return stage.postings()


def beside_the_model(postings: Sequence[Posting]) -> Counter[str]:
    """Give the coins of each viewer (folded) of which the model does not know."""
    coins = Counter[str]()
    for _, account, trigger, amount in _payments(postings):
        if not trigger.startswith(MODELLED):
            coins[account] += amount
    return coins


def by_trigger(postings: Sequence[Posting]) -> Counter[str]:
    """Count the payments for each trigger; what stands behind its first dot aside."""
    return Counter(trigger.partition(".")[0] for _, _, trigger, _ in _payments(postings))


def untrue(postings: Sequence[Posting], transactions: Sequence[Kept]) -> Iterator[str]:
    """Say where the journal differs from what should have been asked for."""
    due, paid = Counter(_payments(postings)), Counter(_paid(transactions))
    yield from (f"earning should have paid {payment}, {times} more" for payment, times in list((due - paid).items())[:SHOWN])
    yield from (f"earning should not have paid {payment}, {times} more" for payment, times in list((paid - due).items())[:SHOWN])


def _payments(postings: Sequence[Posting]) -> Iterator[Payment]:
    for posting in postings:
        for line in posting.lines:
            if isinstance(line, Transfer):
                yield posting.key, line.target.casefold(), line.trigger or "", line.amount


def _paid(transactions: Sequence[Kept]) -> Iterator[Payment]:
    for message in transactions:
        body = message.body
        if body["kind"] == "posting" and body["caller"] == "earning":
            for entry in body.get("entries", ()):
                if entry["amount"] > 0 and entry.get("trigger") not in deeds.TRIGGERS:
                    yield body["key"], entry["account"].casefold(), entry.get("trigger") or "", entry["amount"]
