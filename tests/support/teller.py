"""A ledger without a server: its books in a file or in memory, and short ways to ask."""

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from libs.common.contracts.base import Contract
from libs.common.contracts.ledger import AccountState, Capture, Hold, Limit, Line, Open, Outcome, Posting, Release, Reverse, Set, Transfer
from libs.common.database import Database
from libs.common.unit import SCHEMA, store_id
from services.ledger import background, chain, doors, posting, queries, store
from services.ledger.schema import MIGRATIONS
from services.ledger.times import micros

T = TypeVar("T")
CHANNEL = "room"
START = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Teller:
    """The ledger's own doors on its own database, a clock the test turns, and a commit after every request."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = START
        self._keys = count(1)
        self._open()

    def _open(self) -> None:
        self._database = Database(self.path, MIGRATIONS)
        self.db: sqlite3.Connection = self._database.open()
        self.db.executescript(SCHEMA)
        store_id(self.db)

    def close(self) -> None:
        self._database.close()

    def crash(self) -> None:
        """End as a killed process does: what is not committed is gone."""
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")
        self.close()
        self._open()

    def pass_time(self, **by: float) -> None:
        self.now += timedelta(**by)

    def committed(self, work: Callable[[], T]) -> T:
        """Do `work` in a transaction of its own, or within the one that is open."""
        if self.db.in_transaction:
            return work()
        self.db.execute("BEGIN IMMEDIATE")
        try:
            result = work()
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")
        return result

    def key(self) -> str:
        return f"key-{next(self._keys)}"

    def posting(self, *lines: Line, key: str | None = None, **fields: Any) -> Posting:
        return Posting(key=key or self.key(), at=self.now, lines=list(lines), **fields)

    def ask(self, verb: str, request: Contract | bytes, caller: str = "operator", channel: str = CHANNEL) -> dict[str, Any]:
        """Give the answer of a verb, as it is sent."""
        body = request if isinstance(request, bytes) else request.encode()

        def work() -> Contract | bytes:
            try:
                if verb in doors.WRITES:
                    return doors.WRITES[verb](self.db, channel, caller, body, micros(self.now))
                return doors.READS[verb](self.db, channel, body)
            except Exception as error:  # noqa: BLE001 - as the runtime does with whatever a door raises
                return doors.failed(verb, error)

        answer = self.committed(work)
        told: dict[str, Any] = json.loads(answer if isinstance(answer, bytes) else answer.encode())
        return told

    def post(self, *lines: Line, key: str | None = None, caller: str = "operator", channel: str = CHANNEL) -> Outcome:
        return Outcome.model_validate(self.ask("post", self.posting(*lines, key=key), caller, channel))

    def done(self, *lines: Line, key: str | None = None, caller: str = "operator", channel: str = CHANNEL) -> Outcome:
        outcome = self.post(*lines, key=key, caller=caller, channel=channel)
        assert outcome.ok, outcome
        return outcome

    def list_of(self, *postings: Posting, caller: str = "earning") -> background.Taken:
        """Do a list of postings, as it comes on the stream."""
        return self.take(b'{"id":"list","postings":[%s]}' % b",".join(each.encode() for each in postings), caller)

    def take(self, body: bytes, caller: str = "earning") -> background.Taken:
        """Do what a message of the stream says."""
        return self.committed(lambda: background.take(self.db, CHANNEL, caller, background.decode(body), micros(self.now)))

    def post_all(self, *postings: Posting, caller: str = "operator") -> list[Outcome]:
        """Do the postings of several requests at one desk, as those that come together are done."""

        def work() -> list[Contract | bytes]:
            return doors.post_all(self.db, CHANNEL, [(caller, posting.encode()) for posting in postings], micros(self.now))

        return [Outcome.model_validate_json(each if isinstance(each, bytes) else each.encode()) for each in self.committed(work)]

    def viewers(self, **coins: int) -> None:
        """Open accounts, each with so many coins."""
        for name, amount in coins.items():
            lines: list[Line] = [Open(account=name)]
            if amount:
                lines.append(give(name, amount))
            self.done(*lines, key=f"viewer:{name}")

    def account(self, name: str) -> AccountState:
        state = queries.account(self.db, CHANNEL, name)
        assert state is not None, f"{name} has no account"
        return state

    def balance(self, name: str) -> int:
        return self.account(name).balance

    def settle_deadlines(self) -> list[str]:
        """Do what the ledger's own job does; give the holds that went back."""

        def work() -> list[str]:
            settled = []
            for channel, name in store.due(self.db, micros(self.now), 100):
                desk = store.Desk(self.db, channel)
                if posting.expire(desk, name, micros(self.now)) is not None:
                    settled.append(name)
                desk.flush()
            return settled

        return self.committed(work)

    def seal(self) -> None:
        """Seal all there is."""
        while (found := chain.next_seal(self.db)) is not None:
            store.seal(self.db, *found)

    def journal(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in queries.journal(self.db, 0, 10_000)]


def give(name: str, amount: int, kind: str = "admin_adjust") -> Transfer:
    """Coins from the mint."""
    return Transfer(source="@mint", target=name, amount=amount, type=kind)


def pay(source: str, target: str, amount: int, kind: str = "spend") -> Transfer:
    return Transfer(source=source, target=target, amount=amount, type=kind)


def hold(name: str, account: str, amount: int, kind: str = "gamble_wager", burn: int = 0, hours: float = 2) -> Hold:
    deadline = START + timedelta(hours=hours)
    return Hold(hold=name, account=account, amount=amount, deadline=deadline, burn_at_deadline=burn, type=kind)


def capture(name: str, target: str = "@house", amount: int | None = None, kind: str = "gamble_wager") -> Capture:
    return Capture(hold=name, target=target, amount=amount, type=kind)


def release(name: str) -> Release:
    return Release(hold=name, type="release")


def reverse(key: str) -> Reverse:
    return Reverse(key=key, type="reversal")


def set_to(name: str, balance: int) -> Set:
    return Set(account=name, balance=balance, type="admin_set_balance")


def limit(account: str, add: int, maximum: int, name: str = "spins", window: str = "2026-11-22") -> Limit:
    return Limit(account=account, name=name, window=window, add=add, maximum=maximum)
