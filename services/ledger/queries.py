"""What the ledger tells of its books: answers, and the journal. Reads only, on any connection to the database."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from libs.common.contracts.ledger import AccountState, Entry, Outcome, Transaction
from libs.common.contracts.ledger_requests import (
    AccountsRequest,
    Flow,
    Held,
    HistoryRequest,
    HistoryRow,
    LeaderboardRequest,
    LeaderboardRow,
    StatsAnswer,
    StatsRequest,
)
from services.ledger.quarters import quarter
from services.ledger.reports.queries import spread
from services.ledger.times import HOUR, micros, moment

_LEGS_MAX: Final = 1_000

_STATE: Final = (
    "SELECT display, balance, held, earned, spent, wagered, won, banned, ban_reason, frozen, opened, id FROM accounts WHERE channel = ? "
)
_COLUMNS: Final = 'a.display, e.amount, e.balance, e.type, e."trigger", e.reason, e.related, e.metadata'
_ENTRIES: Final = f"SELECT {_COLUMNS} FROM entries e JOIN accounts a ON a.id = e.account WHERE e.number = ? ORDER BY e.leg"  # noqa: S608 - our own words
# The order of these joins is ours, not the planner's: what is asked for is at the end of an index, and read backwards from there.
_HISTORY: Final = f"SELECT {_COLUMNS}, e.leg, j.number, j.key, j.at, j.caller, j.actor FROM "  # noqa: S608
# What is passed over is counted in the index alone: each row fetched for nothing would cost fifteen times as much.
_OF_ONE: Final = f"""
{_HISTORY} entries e CROSS JOIN accounts a ON a.id = e.account CROSS JOIN journal j ON j.number = e.number
WHERE e.account = ?1 AND (e.number, e.leg) <= (
    SELECT number, leg FROM entries WHERE account = ?1 ORDER BY number DESC, leg DESC LIMIT 1 OFFSET ?3
)
ORDER BY e.number DESC, e.leg DESC LIMIT ?2
"""  # noqa: S608
# Numbers rise with the time of commit, so a stretch of event time is a stretch of numbers, and what came late to it.
_BETWEEN: Final = f"""
{_HISTORY} {{rows}} WHERE {{of}} AND {{number}} >= :first
    AND ({{number}} < :behind OR {{number}} IN (
        SELECT number FROM journal WHERE channel = :channel AND kind = 'posting' AND committed - at > {HOUR} AND number >= :behind
    ))
    AND j.at >= :since AND j.at < :until
ORDER BY {{number}} DESC, e.leg DESC LIMIT :limit OFFSET :offset
"""  # noqa: S608
_OF_ONE_BETWEEN: Final = _BETWEEN.format(
    rows="entries e CROSS JOIN accounts a ON a.id = e.account CROSS JOIN journal j ON j.number = e.number",
    of="e.account = :account",
    number="e.number",
)
_OF_ALL_BETWEEN: Final = _BETWEEN.format(
    rows="journal j CROSS JOIN entries e ON e.number = j.number CROSS JOIN accounts a ON a.id = e.account",
    of="j.channel = :channel AND j.kind = 'posting' AND a.kind = 'user'",
    number="j.number",
)
_OF_ALL: Final = _HISTORY + (
    "journal j CROSS JOIN entries e ON e.number = j.number CROSS JOIN accounts a ON a.id = e.account"
    " WHERE j.channel = ? AND j.kind = 'posting' AND a.kind = 'user' ORDER BY j.number DESC, e.leg DESC LIMIT ? OFFSET ?"
)
_MOMENT: Final = "strftime('%Y-%m-%dT%H:%M:%S', {0} / 1000000, 'unixepoch') || printf('.%06d+00:00', {0} % 1000000)"
_JOURNAL: Final = f"""
SELECT j.number, j.channel, json_patch('{{}}', json_object(
    'number', j.number, 'channel', j.channel, 'kind', j.kind, 'key', j.key,
    'at', {_MOMENT.format("j.at")}, 'committed', {_MOMENT.format("j.committed")},
    'caller', j.caller, 'actor', j.actor, 'cause', j.cause, 'refusal', j.refusal, 'detail', j.detail,
    'account', coalesce(a.display, j.about),
    'reverses', (
        SELECT o.key FROM reversals r JOIN journal o ON o.number = r.reversed WHERE r.number = j.number ORDER BY r.reversed LIMIT 1
    ),
    'entries', json((
        SELECT json_group_array(json_object(
            'account', display, 'amount', amount, 'balance', balance, 'type', type, 'trigger', "trigger", 'reason', reason,
            'related', related, 'metadata', json(metadata), 'counts', counts, 'owner', whose
        ))
        FROM (
            SELECT e.*, o.display, w.display AS whose FROM entries e JOIN accounts o ON o.id = e.account
            LEFT JOIN accounts w ON w.id = e.owner WHERE e.number = j.number ORDER BY e.leg
        )
    ))
))
FROM journal j LEFT JOIN accounts a ON a.id = j.account WHERE j.number > ? ORDER BY j.number LIMIT ?
"""  # noqa: S608 - what is put in is our own expression
_FLOW: Final = """
SELECT
    coalesce(-sum(q.moved) FILTER (WHERE a.kind = 'mint'), 0), coalesce(sum(q.moved) FILTER (WHERE a.kind = 'burn'), 0),
    coalesce(sum(q.earned), 0), coalesce(sum(q.spent), 0), coalesce(sum(q.wagered), 0), coalesce(sum(q.won), 0),
    coalesce(sum(q.postings), 0), count(DISTINCT q.account) FILTER (WHERE a.kind = 'user'),
    coalesce(sum(q.moved) FILTER (WHERE a.kind = 'house'), 0),
    coalesce(sum(q.moved) FILTER (WHERE a.kind = 'user' OR a.kind = 'escrow'), 0)
FROM quarters q CROSS JOIN accounts a ON a.id = q.account WHERE q.channel = ? AND q.quarter >= ? AND q.quarter < ?
"""
_FLOWING: Final = ("minted", "burnt", "earned", "spent", "wagered", "won", "postings", "active", "house", "circulation")
_EARNERS: Final = """
SELECT a.display, a.balance, a.earned, then_.earned
FROM (
    SELECT account, sum(earned) AS earned FROM quarters WHERE channel = ? AND quarter >= ? AND quarter < ?
    GROUP BY account HAVING sum(earned) > 0
) then_ CROSS JOIN accounts a ON a.id = then_.account ORDER BY then_.earned DESC, a.name LIMIT ?
"""
_TOTALS: Final = """
SELECT count(*) FILTER (WHERE kind = 'user'),
    coalesce(sum(balance) FILTER (WHERE kind = 'user'), 0), coalesce(sum(balance) FILTER (WHERE kind = 'escrow'), 0),
    coalesce(sum(balance) FILTER (WHERE kind = 'house'), 0), -coalesce(sum(balance) FILTER (WHERE kind = 'mint'), 0),
    coalesce(sum(balance) FILTER (WHERE kind = 'burn'), 0),
    coalesce(sum(earned), 0), coalesce(sum(spent), 0), coalesce(sum(wagered), 0), coalesce(sum(won), 0),
    count(*) FILTER (WHERE kind = 'user' AND wagered > 0)
FROM accounts WHERE channel = ?
"""
# Holds are kept for ever, those that are open are few: by their own index.
_HELD: Final = """
SELECT e.type, count(*), sum(h.amount) FROM holds h INDEXED BY holds_due CROSS JOIN entries e ON e.number = h.number AND e.leg = h.leg
WHERE h.channel = ? AND h.state = 'open' GROUP BY e.type ORDER BY e.type
"""
_SEALED_ROWS: Final = """
SELECT json_array(number, channel, kind, key, bound, hex(fingerprint), caller, at, committed, account, refusal)
FROM journal WHERE number BETWEEN ? AND ? ORDER BY number
"""
_SEALED_ENTRIES: Final = """
SELECT json_array(number, leg, account, amount, balance, part, type, "trigger", counts, owner)
FROM entries WHERE number BETWEEN ? AND ? ORDER BY number, leg
"""
_FOREVER: Final = 2**62


def reader(path: Path) -> sqlite3.Connection:
    """Open a second connection that can only read: it neither writes nor checkpoints, so it can't harm the one that does."""
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False, cached_statements=64
    )
    db.execute("PRAGMA query_only=ON")
    return db


def account(db: sqlite3.Connection, channel: str, name: str, as_of: datetime | None = None) -> AccountState | None:
    """Give an account as it stands, with its limit counters; with `as_of`, its balance as it was when that moment ended."""
    row = db.execute(_STATE + "AND name = ?", (channel, name.casefold())).fetchone()
    if row is None:
        return None
    state = _state(row)
    counters = db.execute("SELECT name || ':' || window, value FROM limits WHERE account = ?", (row[-1],)).fetchall()
    changes: dict[str, Any] = {"limits": dict(counters)}
    if as_of is not None:
        after = _first_number(db, micros(as_of) + 1)
        then = db.execute(
            "SELECT balance FROM entries WHERE account = ? AND number < ? ORDER BY number DESC, leg DESC LIMIT 1", (row[-1], after)
        ).fetchone()
        changes["balance"] = then[0] if then else 0
    return state.model_copy(update=changes)


def accounts(db: sqlite3.Connection, channel: str, request: AccountsRequest) -> tuple[int, list[AccountState]]:
    """Give how many viewers' accounts match, and those asked for, richest first."""
    where, values = "AND kind = 'user' ", [channel]
    if request.accounts is not None:
        where += "AND name IN (SELECT value FROM json_each(?)) "
        values.append(json.dumps([name.casefold() for name in request.accounts]))
    if request.containing:
        where += "AND instr(name, ?) > 0 "
        values.append(request.containing.casefold())
    total: int = db.execute(f"SELECT count(*) FROM accounts WHERE channel = ? {where}", values).fetchone()[0]  # noqa: S608
    order = "ORDER BY balance DESC, name LIMIT ? OFFSET ?"
    return total, [_state(row) for row in db.execute(_STATE + where + order, (*values, request.limit, request.offset))]


def leaderboard(db: sqlite3.Connection, channel: str, request: LeaderboardRequest) -> list[LeaderboardRow]:
    """Give the first of the channel by what is asked."""
    if request.by == "earners":
        since, until = _window(request.since, request.until)
        rows = db.execute(_EARNERS, (channel, since, until, request.limit))
    else:
        column = "balance" if request.by == "rich" else "earned"
        rows = db.execute(
            f"SELECT display, balance, earned, NULL FROM accounts WHERE channel = ? AND kind = 'user'"  # noqa: S608
            f" ORDER BY {column} DESC, name LIMIT ?",
            (channel, request.limit),
        )
    return [LeaderboardRow(account=row[0], balance=row[1], lifetime_earned=row[2], earned=row[3]) for row in rows]


def history(db: sqlite3.Connection, channel: str, request: HistoryRequest) -> tuple[bool, list[HistoryRow]]:
    """Give whether the account exists, and its entries, newest first; without an account, those of all viewers."""
    found = None
    if request.account is not None:
        found = db.execute("SELECT id FROM accounts WHERE channel = ? AND name = ?", (channel, request.account.casefold())).fetchone()
        if found is None:
            return False, []
    if request.since is not None or request.until is not None:
        return True, _between(db, channel, request, None if found is None else found[0])
    if found is None:
        return True, [_history(row) for row in db.execute(_OF_ALL, (channel, request.limit, request.offset))]
    return True, [_history(row) for row in db.execute(_OF_ONE, (found[0], request.limit, request.offset))]


def _between(db: sqlite3.Connection, channel: str, request: HistoryRequest, account: int | None) -> list[HistoryRow]:
    """Give the entries whose cause happened in a stretch of time: of an account, or of all viewers."""
    since = 0 if request.since is None else micros(request.since)
    until = _FOREVER if request.until is None else micros(request.until)
    asked = {
        "channel": channel,
        "account": account,
        # An hour more on either side: clocks differ, and what was kept later than that is looked for by itself.
        "first": _first_number(db, since - HOUR),
        "behind": _FOREVER if request.until is None else _first_number(db, until + HOUR),
        "since": since,
        "until": until,
        "limit": request.limit,
        "offset": request.offset,
    }
    query = _OF_ALL_BETWEEN if account is None else _OF_ONE_BETWEEN
    return [_history(row) for row in db.execute(query, asked)]


def stats(db: sqlite3.Connection, channel: str, request: StatsRequest) -> StatsAnswer:
    """Give the channel's money; if asked, what moved in a window of event time, and how coins are spread."""
    viewers, spendable, escrow, house, minted, burnt, earned, spent, wagered, won, gamblers = db.execute(_TOTALS, (channel,)).fetchone()
    between = None if request.since is None else _window(request.since, request.until)
    window = None
    if between is not None:
        row = db.execute(_FLOW, (channel, *between)).fetchone()
        window = Flow.model_validate(dict(zip(_FLOWING, row, strict=True)))
    return StatsAnswer(
        accounts=viewers,
        circulation=spendable + escrow,
        spendable=spendable,
        escrow=escrow,
        house=house,
        minted=minted,
        burnt=burnt,
        median_balance=_median(db, channel, viewers),
        lifetime_earned=earned,
        lifetime_spent=spent,
        lifetime_wagered=wagered,
        lifetime_won=won,
        gamblers=gamblers,
        postings=last_number(db),
        held=[Held(type=kind, holds=holds, coins=coins) for kind, holds, coins in db.execute(_HELD, (channel,))],
        window=window,
        spread=None if request.active_since is None else spread(db, channel, _window(request.active_since, None)),
    )


def outcome(db: sqlite3.Connection, key: str, number: int) -> Outcome:
    """Give the kept answer of a posting again."""
    rows = db.execute(_ENTRIES, (number,))
    entries = [Entry.model_construct(**_entry(row)) for row in rows]
    return Outcome.model_construct(ok=True, key=key, number=number, entries=entries, repeated=True)


def transaction(db: sqlite3.Connection, channel: str, key: str | None, number: int | None) -> tuple[Transaction, str | None] | None:
    """Give what a key stands for, or a number of this channel, and the key of the posting that undid it."""
    if number is None:
        found = db.execute("SELECT number FROM journal WHERE channel = ? AND key = ? AND bound = 1", (channel, key)).fetchone()
    else:
        found = db.execute("SELECT number FROM journal WHERE channel = ? AND number = ?", (channel, number)).fetchone()
    if found is None:
        return None
    _, _, body = next(journal(db, found[0] - 1, 1))
    undone = db.execute("SELECT o.key FROM reversals r JOIN journal o ON o.number = r.number WHERE r.reversed = ?", found).fetchone()
    return Transaction.model_validate_json(body), undone[0] if undone else None


def is_cancelled(db: sqlite3.Connection, channel: str, key: str) -> bool:
    return db.execute("SELECT 1 FROM cancelled WHERE channel = ? AND key = ? LIMIT 1", (channel, key)).fetchone() is not None


def journal(db: sqlite3.Connection, after: int, count: int) -> Iterator[tuple[int, str, bytes]]:
    """Give the journal behind a number: number, channel, and the `Transaction` as it is published.

    SQLite itself puts the JSON together: in a flood this runs once for each posting, and beside Python instead of in it.
    """
    for number, channel, told in db.execute(_JOURNAL, (after, count)).fetchall():
        yield number, channel, told.encode()


def sealed_lines(db: sqlite3.Connection, first: int, last: int) -> Iterator[str]:
    """Give what a seal covers: money, by account numbers. Names and words are left out, so that a person can be forgotten."""
    for query in (_SEALED_ROWS, _SEALED_ENTRIES):
        yield from (row[0] for row in db.execute(query, (first, last)))


def last_seal(db: sqlite3.Connection) -> tuple[int, bytes]:
    """Give the last number sealed, and its seal; (0, nothing) before the first."""
    row: tuple[int, bytes] | None = db.execute("SELECT last, hash FROM seals ORDER BY last DESC LIMIT 1").fetchone()
    return row or (0, b"")


def store_id(db: sqlite3.Connection) -> str:
    """Give the id of this very file."""
    row: tuple[str] = db.execute("SELECT id FROM store").fetchone()
    return row[0]


def last_number(db: sqlite3.Connection) -> int:
    """Give the number of the journal's last row; 0 when it has none."""
    row: tuple[int | None] = db.execute("SELECT max(number) FROM journal").fetchone()
    return row[0] or 0


def _state(row: Sequence[Any]) -> AccountState:
    return AccountState(
        account=row[0],
        balance=row[1],
        held=row[2],
        lifetime_earned=row[3],
        lifetime_spent=row[4],
        lifetime_wagered=row[5],
        lifetime_won=row[6],
        banned=bool(row[7]),
        ban_reason=row[8],
        frozen=bool(row[9]),
        opened_at=moment(row[10]),
    )


def _entry(row: Sequence[Any]) -> dict[str, Any]:
    names = ("account", "amount", "balance", "type", "trigger", "reason", "related")
    entry = {name: value for name, value in zip(names, row, strict=False) if value is not None}
    if row[7] is not None:
        entry["metadata"] = json.loads(row[7])
    return entry


def _history(row: Sequence[Any]) -> HistoryRow:
    leg, number, key, at, caller, actor = row[8:14]
    return HistoryRow(id=number * _LEGS_MAX + leg, number=number, key=key, at=moment(at), caller=caller, actor=actor, **_entry(row))


def _window(since: datetime | None, until: datetime | None) -> tuple[int, int]:
    """Give the quarters of a window: the first, and the first behind it.

    Raises:
        Refusing: it is not made of whole ones.
    """
    return (0 if since is None else quarter(micros(since), "since")), (_FOREVER if until is None else quarter(micros(until), "until"))


def _first_number(db: sqlite3.Connection, committed: int) -> int:
    """Give the first number committed at or after a moment, by halving: the ledger's clock never goes back from row to row."""
    low, high = 1, last_number(db) + 1
    while low < high:
        middle = (low + high) // 2
        row = db.execute("SELECT committed FROM journal WHERE number = ?", (middle,)).fetchone()
        if row[0] < committed:
            low = middle + 1
        else:
            high = middle
    return low


def _median(db: sqlite3.Connection, channel: str, count: int) -> int:
    """Give the middle balance; of an even count, the whole part of the mean of the two in the middle."""
    if not count:
        return 0
    query = "SELECT balance FROM accounts WHERE channel = ? AND kind = 'user' ORDER BY balance LIMIT ? OFFSET ?"
    middle = [row[0] for row in db.execute(query, (channel, 2 - count % 2, (count - 1) // 2))]
    return int(sum(middle) // len(middle))
