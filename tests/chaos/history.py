"""The proof of analytics: its history has every entry of the journal once and no other, and its counters come to the same."""

import json
from collections import Counter
from collections.abc import Iterator

import duckdb

from tests.support import books
from tests.support.house import House

QUERY = "SELECT number, leg, channel, account, amount, balance, type, trigger, counts FROM entries"
Row = tuple[object, ...]
SHOWN = 5


def behind(house: House) -> str | None:
    """Say how many transactions are not counted yet, if any are not."""
    last = books.rows(house.state_dir / "ledger.db", "SELECT coalesce(max(number), 0) FROM journal")[0][0]
    counted = books.rows(house.state_dir / "analytics.db", "SELECT number FROM counted")
    return None if counted and counted[0][0] >= last else f"analytics has counted up to {counted} of {last}"


def broken(house: House, transactions: list[books.Kept]) -> Iterator[str]:
    """Say where the history is not the journal."""
    with duckdb.connect(house.state_dir / "analysis" / "economy.duckdb", read_only=True) as db:
        found = Counter[Row](db.execute(QUERY).fetchall())
        numbers = [number for (number,) in db.execute("SELECT number FROM transactions ORDER BY number").fetchall()]
    due = Counter(_entries(transactions))
    yield from (f"not in the history: {row}" for row in list(due - found)[:SHOWN])
    yield from (f"in the history, and not in the journal: {row}" for row in list(found - due)[:SHOWN])
    if numbers != [message.body["number"] for message in transactions]:
        yield f"the history has {len(numbers)} transactions up to {max(numbers, default=0)}, the journal {len(transactions)}"
    yield from _miscounted(house, transactions)


def _entries(transactions: list[books.Kept]) -> Iterator[Row]:
    for message in transactions:
        for leg, entry in enumerate(message.body.get("entries", ())):
            of = (entry["account"], entry["amount"], entry["balance"], entry["type"], entry.get("trigger"), entry.get("counts"))
            yield (message.body["number"], leg, message.body["channel"], *of)


def _miscounted(house: House, transactions: list[books.Kept]) -> Iterator[str]:
    postings, times, coins = Counter[tuple[str, str]](), Counter[str](), Counter[str]()
    for message in transactions:
        if message.body["kind"] == "posting":
            postings[message.body["channel"], message.body["caller"]] += 1
        for entry in message.body.get("entries", ()):
            if entry["amount"] > 0 and (entry["account"] != "@escrow" or entry["type"] == "bounty_create"):
                times[entry["type"]] += 1
                coins[entry["type"]] += entry["amount"]
    database = house.state_dir / "analytics.db"
    counted = {
        (channel, label): value
        for channel, label, value in books.rows(database, "SELECT channel, label, value FROM counters WHERE name = 'postings'")
    }
    moved = books.rows(database, "SELECT type, sum(times), sum(coins) FROM movements GROUP BY type")
    if counted != postings:
        yield f"postings counted: {counted}, kept: {dict(postings)}"
    if (found := {kind: (count, sum_) for kind, count, sum_ in moved}) != (due := {kind: (times[kind], coins[kind]) for kind in times}):
        yield f"movements counted: {json.dumps(found)}, kept: {json.dumps(due)}"
