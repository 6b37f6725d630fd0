"""The ledger's database: what a posting looks up, and how it is written. Knows nothing of NATS, and decides nothing."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from libs.common.contracts.ledger import Refusal
from services.ledger.books import Draft
from services.ledger.model import SYSTEM, Account, Hold, Kept, KeptLeg, Use
from services.ledger.quarters import Tally

_ACCOUNT: Final = "SELECT id, name, display, balance, held, earned, spent, wagered, won, banned, frozen FROM accounts "
_ACCOUNT_BY_NAME: Final = _ACCOUNT + "WHERE channel = ? AND name = ?"
_ACCOUNTS_BY_NAME: Final = _ACCOUNT + "WHERE channel = ? AND name IN ({})"
_ACCOUNT_BY_ID: Final = _ACCOUNT + "WHERE id = ?"
_OPEN: Final = "INSERT INTO accounts (channel, kind, name, display, opened) VALUES (?, ?, ?, ?, ?)"
_KEEP: Final = "UPDATE accounts SET display = ?, balance = ?, held = ?, earned = ?, spent = ?, wagered = ?, won = ? WHERE id = ?"
_NUMBER: Final = "SELECT number, committed FROM journal ORDER BY number DESC LIMIT 1"
# For each NULL it is given, Python's sqlite3 looks for an adapter first, at the price of three integers: the busy tables are given 0.
_RECORD: Final = (
    "INSERT INTO journal (number, channel, kind, key, bound, fingerprint, caller, at, committed, actor, cause, account, about, refusal,"
    " detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), nullif(?, 0), nullif(?, 0), nullif(?, 0), nullif(?, 0), nullif(?, 0))"
)
_ENTRY: Final = (
    "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, nullif(?, 0), nullif(?, 0), nullif(?, 0), nullif(?, 0), nullif(?, 0), nullif(?, 0))"
)
_BOUND: Final = "SELECT number, kind, caller, fingerprint, refusal, detail FROM journal WHERE channel = ? AND key = ? AND bound = 1"
_TAKEN: Final = (
    "SELECT key FROM journal WHERE channel = ? AND key IN ({0}) AND bound = 1"
    " UNION ALL SELECT key FROM cancelled WHERE channel = ? AND key IN ({0})"
)
_CANCELLED: Final = "SELECT 1 FROM cancelled WHERE channel = ? AND key = ? AND caller = ?"
_HOLD: Final = (
    "SELECT id, name, account, amount, deadline, burn, caller, state, number, leg, settled, settled_leg FROM holds WHERE channel = ? AND "
)
_HOLD_BY_NAME: Final = _HOLD + "name = ?"
_HOLDS_MADE: Final = _HOLD + "number = ?"
_HOLDS_SETTLED: Final = _HOLD + "settled = ?"
_COUNTER: Final = "SELECT value FROM limits WHERE account = ? AND name = ? AND window = ?"
_USE: Final = (
    "INSERT INTO limits (account, name, window, value, used) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET value = value + excluded.value, used = excluded.used"
)
_QUARTER: Final = (
    "INSERT INTO quarters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET moved = moved + excluded.moved,"
    " earned = earned + excluded.earned, spent = spent + excluded.spent, wagered = wagered + excluded.wagered, won = won + excluded.won,"
    " postings = postings + excluded.postings"
)
_SANCTION: Final = (
    "SELECT kind FROM journal WHERE account = ? AND kind IN (?, ?)"
    " AND (kind = 'banned' OR kind = 'unbanned' OR kind = 'frozen' OR kind = 'unfrozen')"  # word for word the index's own condition
    " AND number < ? ORDER BY number DESC LIMIT 1"
)

_FEW: Final = 8
_ASKED_MAX: Final = 256
"""Values in one question."""

Connection = sqlite3.Connection
"""What callers hand on without knowing what it is."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What a key stands for."""

    number: int
    kind: str
    caller: str
    fingerprint: bytes
    refusal: Refusal | None
    detail: str | None


@dataclass(slots=True)
class Record:
    """A row of the journal, but for its number."""

    kind: str
    key: str
    fingerprint: bytes
    caller: str
    at: int
    committed: int
    actor: str | None = None
    cause: str | None = None
    bound: bool = True
    account: Account | None = None
    about: str | None = None
    refusal: Refusal | None = None
    detail: str | None = None


class Desk:
    """One channel's books within one unit of work: accounts are read once, rows are written at `flush`.

    Whoever opens a desk flushes it before the unit ends. A unit that is rolled back takes its desk with it.
    """

    def __init__(self, db: sqlite3.Connection, channel: str) -> None:
        """Take the connection, inside a transaction, and the channel's token."""
        self.channel = channel
        self._db = db
        self._by_name: dict[str, Account] = {}
        self._by_id: dict[int, Account] = {}
        self._records: list[tuple[Any, ...]] = []
        self._entries: list[tuple[Any, ...]] = []
        self._tally = Tally()
        self._fresh: set[str] = set()
        self._free: set[str] = set()
        """Keys known to stand for nothing."""
        last: tuple[int, int] = db.execute(_NUMBER).fetchone() or (0, 0)
        self._number, self.last_committed = last

    def expect(self, keys: Iterable[str], names: Iterable[str]) -> None:
        """Look up all at once what will be asked for one by one: keys, most of which stand for nothing yet, and folded names."""
        self._free.update(keys)
        for asked in _runs(self._free):
            taken = self._db.execute(_TAKEN.format(_marks(asked)), (self.channel, *asked, self.channel, *asked))
            self._free.difference_update(key for (key,) in taken)
        for asked in _runs(set(names) - self._by_name.keys()):
            for row in self._db.execute(_ACCOUNTS_BY_NAME.format(_marks(asked)), (self.channel, *asked)):
                self._account(row)

    def account(self, name: str) -> Account | None:
        """Give an account by its folded name; those of the system are always there."""
        known = self._by_name.get(name)
        if known is not None:
            return known
        row = self._db.execute(_ACCOUNT_BY_NAME, (self.channel, name)).fetchone()
        if row is None:
            if name not in SYSTEM:
                return None
            self._db.executemany(_OPEN, [(self.channel, each[1:], each, each, self.last_committed) for each in sorted(SYSTEM)])
            return self.account(name)
        return self._account(row)

    def hold(self, name: str) -> Hold | None:
        return next(iter(self._holds(_HOLD_BY_NAME, name)), None)

    def holds_made_by(self, number: int) -> Sequence[Hold]:
        return self._holds(_HOLDS_MADE, number)

    def holds_settled_by(self, number: int) -> Sequence[Hold]:
        return self._holds(_HOLDS_SETTLED, number)

    def counter(self, account: Account, name: str, window: str) -> int:
        row: tuple[int] | None = self._db.execute(_COUNTER, (account.id, name, window)).fetchone()
        return row[0] if row else 0

    def uses(self, number: int) -> Sequence[Use]:
        rows = self._db.execute("SELECT account, name, window, added FROM limit_uses WHERE number = ?", (number,)).fetchall()
        return [Use(self._by(account), name, window, added) for account, name, window, added in rows]

    def kept(self, key: str) -> Kept | None:
        bound = self.bound(key)
        if bound is None or bound.kind != "posting":
            return None
        undone = self._db.execute("SELECT 1 FROM reversals WHERE reversed = ?", (bound.number,)).fetchone() is not None
        undoes = self._db.execute("SELECT 1 FROM reversals WHERE number = ?", (bound.number,)).fetchone() is not None
        rows = self._db.execute(
            "SELECT account, amount, part, counts, owner, type FROM entries WHERE number = ? ORDER BY leg", (bound.number,)
        ).fetchall()
        legs = [KeptLeg(self._by(row[0]), row[1], row[2], row[3], None if row[4] is None else self._by(row[4]), row[5]) for row in rows]
        return Kept(bound.number, bound.caller, undone, undoes, legs)

    def bound(self, key: str) -> Bound | None:
        """Give what a key stands for, if anything does."""
        if key in self._free:
            return None
        if key in self._fresh:
            self._write()
        row = self._db.execute(_BOUND, (self.channel, key)).fetchone()
        return None if row is None else Bound(*row)

    def is_cancelled(self, key: str, caller: str) -> bool:
        return key not in self._free and self._db.execute(_CANCELLED, (self.channel, key, caller)).fetchone() is not None

    def cancel(self, key: str, caller: str, now: int) -> None:
        """See to it that nothing will ever be posted under the key by this caller."""
        self._free.discard(key)
        self._db.execute("INSERT OR IGNORE INTO cancelled VALUES (?, ?, ?, ?)", (self.channel, key, caller, now))

    def conflict_told(self, key: str, fingerprint: bytes) -> bool:
        """Tell whether it was recorded that these contents came under a taken key."""
        self._write()
        query = "SELECT 1 FROM journal WHERE channel = ? AND key = ? AND fingerprint = ? AND bound = 0 AND kind = 'refused'"
        return self._db.execute(query, (self.channel, key, fingerprint)).fetchone() is not None

    def open(self, account: Account, record: Record) -> None:
        """Write a new account; the journal tells of it."""
        opened = self._db.execute(_OPEN, (self.channel, "user", account.name, account.display, record.committed))
        account.id = opened.lastrowid or 0
        self._by_name[account.name] = account
        self._by_id[account.id] = account
        self.record(record)

    def record(self, record: Record) -> int:
        """Write a row of the journal; give its number."""
        self._number += 1
        account = record.account
        self._records.append(
            (
                self._number,
                self.channel,
                record.kind,
                record.key,
                int(record.bound),
                record.fingerprint,
                record.caller,
                record.at,
                record.committed,
                _or_0(record.actor),
                _or_0(record.cause),
                0 if account is None else account.id,
                _or_0(record.about),
                record.refusal or 0,
                _or_0(record.detail),
            )
        )
        if record.bound:
            self._fresh.add(record.key)
            self._free.discard(record.key)
        return self._number

    def write(self, draft: Draft, record: Record) -> int:
        """Write what a posting did; give its number."""
        number = self.record(record)
        for place, leg in enumerate(draft.legs):
            why, owner = leg.why, leg.owner
            self._entries.append(
                (
                    number,
                    place,
                    leg.account.id,
                    leg.amount,
                    leg.balance,
                    leg.part,
                    why.type,
                    _or_0(why.trigger),
                    _or_0(why.reason),
                    _or_0(why.related),
                    why.metadata or 0,
                    leg.counts or 0,
                    0 if owner is None else owner.id,
                )
            )
        self._tally.add(record.at, draft.legs)
        for hold in draft.holds:
            self._make(hold, number)
        for hold in draft.settled:
            update = "UPDATE holds SET state = ?, settled = ?, settled_leg = ? WHERE id = ?"
            self._db.execute(update, (hold.state, number, hold.settled_leg, hold.id))
        self._count(draft, number, record.committed)
        for undone in draft.reversed:
            self._db.execute("INSERT INTO reversals (reversed, number) VALUES (?, ?)", (undone, number))
        return number

    def mark(self, account: Account, *, banned: bool | None = None, frozen: bool | None = None, reason: str | None = None) -> None:
        """Ban, unban, freeze or thaw an account. A ban keeps its reason until another is given, or it ends."""
        if banned is not None:
            account.banned = banned
            update = "UPDATE accounts SET banned = ?1, ban_reason = CASE WHEN ?1 THEN coalesce(?2, ban_reason) END WHERE id = ?3"
            self._db.execute(update, (banned, reason, account.id))
        if frozen is not None:
            account.frozen = frozen
            self._db.execute("UPDATE accounts SET frozen = ? WHERE id = ?", (frozen, account.id))

    def sanction_before(self, account: Account, number: int, kinds: tuple[str, str]) -> str | None:
        """Give which of two kinds of journal rows an account last had before a number."""
        self._write()
        row: tuple[str] | None = self._db.execute(_SANCTION, (account.id, *kinds, number)).fetchone()
        return row[0] if row else None

    def flush(self) -> None:
        """Write everything that waits."""
        self._write()
        touched = [account for account in self._by_id.values() if account.touched]
        if touched:
            _run(self._db, _KEEP, [_kept(account) for account in touched])
            for account in touched:
                account.touched = False
        _run(self._db, _QUARTER, [(self.channel, *sums) for sums in self._tally.taken()])

    def _write(self) -> None:
        if self._records:
            _run(self._db, _RECORD, self._records)
            self._records.clear()
            self._fresh.clear()
        if self._entries:
            _run(self._db, _ENTRY, self._entries)
            self._entries.clear()

    def _make(self, hold: Hold, number: int) -> None:
        self._db.execute(
            "INSERT INTO holds (channel, name, account, amount, deadline, burn, caller, state, number, leg)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 'open', ?, ?)",
            (self.channel, hold.name, hold.account.id, hold.amount, hold.deadline, hold.burn, hold.caller, number, hold.leg),
        )

    def _count(self, draft: Draft, number: int, now: int) -> None:
        for line, use in enumerate(draft.uses):
            self._db.execute(_USE, (use.account.id, use.name, use.window, use.add, now))
            row = (number, line, use.account.id, use.name, use.window, use.add)
            self._db.execute("INSERT INTO limit_uses VALUES (?, ?, ?, ?, ?, ?)", row)
        for taken in draft.taken_back:
            gone = self._db.execute("DELETE FROM limit_uses WHERE number = ? RETURNING added, account, name, window", (taken,)).fetchall()
            self._db.executemany("UPDATE limits SET value = value - ? WHERE account = ? AND name = ? AND window = ?", gone)

    def _holds(self, query: str, by: str | int) -> Sequence[Hold]:
        rows = self._db.execute(query, (self.channel, by)).fetchall()
        return [Hold(row[0], row[1], self._by(row[2]), *row[3:]) for row in rows]

    def _by(self, id_: int) -> Account:
        known = self._by_id.get(id_)
        return known if known is not None else self._account(self._db.execute(_ACCOUNT_BY_ID, (id_,)).fetchone())

    def _account(self, row: tuple[Any, ...]) -> Account:
        account = Account(*row)
        account.banned, account.frozen = bool(account.banned), bool(account.frozen)
        self._by_name[account.name] = account
        self._by_id[account.id] = account
        return account


def _run(db: sqlite3.Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement for each row; for the few rows of a single request `executemany` costs more than it saves."""
    if len(rows) > _FEW:
        db.executemany(statement, rows)
    else:
        for row in rows:
            db.execute(statement, row)


def _or_0(text: str | None) -> str | int:
    return 0 if text is None else text


def _runs(values: Iterable[str]) -> Iterator[list[str]]:
    """Cut values into lists of a few lengths, the last value repeated to fill one: each length is another statement to prepare."""
    waiting = list(values)
    for start in range(0, len(waiting), _ASKED_MAX):
        run = waiting[start : start + _ASKED_MAX]
        length = 1 << (len(run) - 1).bit_length()
        yield run + run[-1:] * (length - len(run))


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _kept(account: Account) -> tuple[Any, ...]:
    return (
        account.display,
        account.balance,
        account.held,
        account.earned,
        account.spent,
        account.wagered,
        account.won,
        account.id,
    )


def due(db: sqlite3.Connection, now: int, count: int) -> list[tuple[str, str]]:
    """Give (channel, name) of open holds whose deadline has passed, oldest first; those of frozen accounts wait."""
    rows: Iterable[tuple[str, str]] = db.execute(
        "SELECT holds.channel, holds.name FROM holds JOIN accounts ON accounts.id = holds.account"
        " WHERE state = 'open' AND deadline <= ? AND NOT frozen ORDER BY deadline LIMIT ?",
        (now, count),
    )
    return list(rows)


def forget_limits(db: sqlite3.Connection, before: int, count: int) -> int:
    """Remove limit counters last used before a moment; give how many went."""
    oldest = "SELECT account, name, window FROM limits WHERE used < ? LIMIT ?"
    return db.execute(f"DELETE FROM limits WHERE (account, name, window) IN ({oldest})", (before, count)).rowcount  # noqa: S608


def seal(db: sqlite3.Connection, first: int, last: int, hash_: bytes) -> None:
    """Add a link to the chain; nothing if it is there."""
    db.execute("INSERT INTO seals (last, first, hash) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (last, first, hash_))
