"""The proof of what earning was asked for: likes, and rain of an administrator's.

No event tells what was so when it was served, so it stands apart from what events bring: what was answered must be what was paid.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.support import books
from tests.support.books import Kept
from tests.support.house import House

LIKE, RAIN = "content.like_current", "admin.rain"
TRIGGERS = frozenset({LIKE, RAIN})
Share = tuple[str, str, int]
"""Key, account (folded), coins."""


def coins(transactions: Sequence[Kept]) -> Counter[str]:
    """Give what each viewer (folded) was paid so."""
    paid = Counter[str]()
    for trigger in TRIGGERS:
        for _, account, amount in _paid(transactions, trigger):
            paid[account] += amount
    return paid


def untrue(house: House, events: Sequence[Kept], transactions: Sequence[Kept]) -> Iterator[str]:
    """Say where what was paid is not what was answered."""
    asked = {event.body["id"]: event.body for event in events if event.body["kind"] == "pm"}
    settled = books.rows(house.state_dir / "earning.db", "SELECT key, answer FROM settled")
    answers = [(asked[key], json.loads(answer)) for key, answer in settled if key in asked]
    liked = Counter((pm["user"].casefold(), answer["coins"]) for pm, answer in answers if pm["text"] == "like")
    paid = Counter((account, amount) for _, account, amount in _paid(transactions, LIKE))
    yield from (f"a like was answered, and not paid: {like}" for like in liked - paid)
    yield from (f"a like was paid, and not answered: {like}" for like in paid - liked)
    rained = {pm["id"]: (answer["total"], answer["recipients"]) for pm, answer in answers if pm["text"].startswith("rain ")}
    if (shared := _shared(transactions)) != rained:
        yield f"rain was answered with {rained}, and paid: {shared}"


def _shared(transactions: Sequence[Kept]) -> dict[str, tuple[int, int]]:
    """Give coins and shares of each rain, by the id of the message that asked for it."""
    shares: dict[str, list[int]] = {}
    for key, _, amount in _paid(transactions, RAIN):
        shares.setdefault(key.split(":")[2], []).append(amount)
    return {id_: (sum(amounts), len(amounts)) for id_, amounts in shares.items()}


def _paid(transactions: Sequence[Kept], trigger: str) -> Iterator[Share]:
    for message in transactions:
        body = message.body
        if body["kind"] == "posting" and body["caller"] == "earning":
            for entry in body.get("entries", ()):
                if entry["amount"] > 0 and entry.get("trigger") == trigger:
                    yield body["key"], entry["account"].casefold(), entry["amount"]
