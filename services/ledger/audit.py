"""The proof of the books, reading only: shares no code with what writes them but the seals' own rule.

Works on a live database: everything is read in one transaction, so it is one moment that is proved.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from services.ledger.chain import link
from services.ledger.queries import reader, sealed_lines
from services.ledger.schema import MIGRATIONS

FINDINGS_MAX: Final = 50
"""Of one kind; after that only their number is told."""

_CHECKS: Final[tuple[tuple[str, str], ...]] = (
    (
        "channel {}: all balances together are {}, not 0",
        "SELECT channel, sum(balance) AS total FROM accounts GROUP BY channel HAVING total <> 0",
    ),
    (
        "{}/{}: the balance is {}, which this kind of account can't have",
        (
            "SELECT channel, name, balance FROM accounts"
            " WHERE (kind IN ('user', 'escrow', 'burn') AND balance < 0) OR (kind = 'mint' AND balance > 0)"
        ),
    ),
    (
        "{}/{}: the balance is {}, its entries come to {}",
        (
            "SELECT channel, name, balance, coalesce(total, 0) FROM accounts LEFT JOIN"
            " (SELECT account, sum(amount) AS total FROM entries GROUP BY account) ON account = id WHERE balance <> coalesce(total, 0)"
        ),
    ),
    (
        "{}/{}: entry {}.{} leaves {}, not {}",
        (
            "SELECT a.channel, a.name, e.number, e.leg, e.balance, e.should FROM (SELECT account, number, leg, balance,"
            " sum(amount) OVER (PARTITION BY account ORDER BY number, leg) AS should FROM entries) e"
            " JOIN accounts a ON a.id = e.account WHERE e.balance <> e.should OR (a.kind = 'user' AND e.balance < 0)"
        ),
    ),
    (
        "number {}: its entries come to {}, not 0",
        "SELECT number, sum(amount) AS total FROM entries GROUP BY number HAVING total <> 0",
    ),
    (
        "entry {}.{}: its account is not of the channel of a posting",
        (
            "SELECT e.number, e.leg FROM entries e LEFT JOIN journal j ON j.number = e.number AND j.kind = 'posting'"
            " LEFT JOIN accounts a ON a.id = e.account LEFT JOIN accounts o ON o.id = e.owner"
            " WHERE j.number IS NULL OR a.id IS NULL OR a.channel <> j.channel OR (e.owner IS NOT NULL AND o.channel IS NOT j.channel)"
        ),
    ),
    (
        "the journal has {} numbers from {} to {}: some are missing",
        "SELECT count(*), min(number), max(number) FROM journal HAVING count(*) > 0 AND (min(number) <> 1 OR max(number) <> count(*))",
    ),
    (
        "number {}: committed before the number in front of it",
        (
            "SELECT number FROM (SELECT number, committed, lag(committed) OVER (ORDER BY number) AS before FROM journal)"
            " WHERE committed < before"
        ),
    ),
    (
        "{}/{}: earned, spent, wagered, won are {}, {}, {}, {}; the entries come to {}, {}, {}, {}",
        (
            "SELECT channel, name, earned, spent, wagered, won, coalesce(e, 0), coalesce(s, 0), coalesce(w, 0), coalesce(p, 0)"
            " FROM accounts LEFT JOIN (SELECT coalesce(owner, account) AS whose,"
            " sum(CASE counts WHEN 'earned' THEN amount END) AS e, -sum(CASE counts WHEN 'spent' THEN amount END) AS s,"
            " -sum(CASE counts WHEN 'wagered' THEN amount END) AS w, sum(CASE counts WHEN 'won' THEN amount END) AS p"
            " FROM entries WHERE counts IS NOT NULL GROUP BY 1) ON whose = id"
            " WHERE (earned, spent, wagered, won) <> (coalesce(e, 0), coalesce(s, 0), coalesce(w, 0), coalesce(p, 0))"
        ),
    ),
    (
        "{}/{}: the sums of quarter {} are not those of its entries",
        (
            "SELECT s.channel, coalesce(a.name, s.account), s.quarter FROM ("
            "SELECT channel, quarter, account, moved, earned, spent, wagered, won, postings FROM quarters UNION ALL"
            " SELECT j.channel, (j.at - (j.at % 900000000 + 900000000) % 900000000) / 900000000, e.account, -sum(e.amount),"
            " -sum(CASE WHEN e.counts = 'earned' AND iif(e.part = 'reverse', json_extract(e.metadata, '$.undoes'), e.type)"
            " IN ('earn', 'event_bonus', 'milestone', 'presence', 'rain', 'streak_bonus') THEN e.amount ELSE 0 END),"
            " sum(CASE e.counts WHEN 'spent' THEN e.amount ELSE 0 END),"
            " sum(CASE e.counts WHEN 'wagered' THEN e.amount ELSE 0 END), -sum(CASE e.counts WHEN 'won' THEN e.amount ELSE 0 END),"
            " -sum(e.leg = 0) FROM entries e CROSS JOIN journal j ON j.number = e.number GROUP BY 1, 2, 3"
            ") s LEFT JOIN accounts a ON a.id = s.account GROUP BY s.channel, s.quarter, s.account"
            " HAVING count(*) <> 2 OR (sum(moved), sum(s.earned), sum(s.spent), sum(s.wagered), sum(s.won), sum(postings))"
            " <> (0, 0, 0, 0, 0, 0)"
        ),
    ),
    (
        "{}/{}: {} are held, its open holds come to {}, what it has in escrow to {}",
        (
            "SELECT channel, name, held, coalesce(open, 0), coalesce(inside, 0) FROM accounts"
            " LEFT JOIN (SELECT account AS holder, sum(amount) AS open FROM holds WHERE state = 'open' GROUP BY account) ON holder = id"
            " LEFT JOIN (SELECT owner, sum(amount) AS inside FROM entries WHERE owner IS NOT NULL GROUP BY owner) ON owner = id"
            " WHERE held <> coalesce(open, 0) OR held <> coalesce(inside, 0)"
        ),
    ),
    (
        "channel {}: escrow is {}, its open holds come to {}",
        (
            "SELECT a.channel, a.balance, coalesce(sum(h.amount), 0) AS open FROM accounts a"
            " LEFT JOIN holds h ON h.channel = a.channel AND h.state = 'open' WHERE a.kind = 'escrow'"
            " GROUP BY a.id HAVING a.balance <> open"
        ),
    ),
    (
        "hold {} of {}: the entry that made it is not there",
        (
            "SELECT h.name, h.channel FROM holds h LEFT JOIN entries e ON e.number = h.number AND e.leg = h.leg AND e.part = 'hold'"
            " AND e.amount = h.amount AND e.owner = h.account WHERE e.number IS NULL"
        ),
    ),
    (
        "hold {} of {}: {}, but the entry that settled it is not there",
        (
            "SELECT h.name, h.channel, h.state FROM holds h LEFT JOIN entries e ON e.number = h.settled AND e.leg = h.settled_leg"
            " WHERE h.state <> 'open' AND e.number IS NULL"
        ),
    ),
    (
        "entry {}.{}: put into escrow, but no hold says so",
        (
            "SELECT e.number, e.leg FROM entries e LEFT JOIN holds h ON h.number = e.number AND h.leg = e.leg"
            " WHERE e.part = 'hold' AND e.owner IS NOT NULL AND h.id IS NULL"
        ),
    ),
    (
        "{}/{}: limit {} in {} is at {}, its uses come to {}",
        (
            "SELECT a.channel, a.name, l.name, l.window, l.value, coalesce(sum(u.added), 0) AS total FROM limits l"
            " JOIN accounts a ON a.id = l.account LEFT JOIN limit_uses u ON (u.account, u.name, u.window) = (l.account, l.name, l.window)"
            " GROUP BY l.account, l.name, l.window HAVING l.value <> total"
        ),
    ),
    (
        "number {} undoes number {}, which is no earlier posting of its channel",
        (
            "SELECT r.number, r.reversed FROM reversals r LEFT JOIN journal o ON o.number = r.reversed AND o.kind = 'posting'"
            " LEFT JOIN journal j ON j.number = r.number AND j.kind = 'posting'"
            " WHERE o.number IS NULL OR j.number IS NULL OR j.channel <> o.channel OR r.reversed >= r.number"
        ),
    ),
    (
        "number {}: undoes something, but no reversal says what",
        (
            "SELECT DISTINCT e.number FROM entries e LEFT JOIN reversals r ON r.number = e.number"
            " WHERE e.part = 'reverse' AND r.number IS NULL"
        ),
    ),
    (
        "channel {}: key {} stands for {} numbers",
        "SELECT channel, key, count(*) AS times FROM journal WHERE bound = 1 GROUP BY channel, key HAVING times > 1",
    ),
    (
        "{}/{}: opened {} times in the journal",
        (
            "SELECT a.channel, a.name, count(j.number) AS times FROM accounts a"
            " LEFT JOIN journal j ON j.account = a.id AND j.kind = 'opened'"
            " WHERE a.kind = 'user' GROUP BY a.id HAVING times <> 1"
        ),
    ),
    (
        "{}/{}: banned is {}, the journal's last word is {}",
        (
            "SELECT channel, name, banned, last FROM (SELECT a.channel, a.name, a.banned, coalesce((SELECT j.kind FROM journal j"
            " WHERE j.account = a.id AND j.kind IN ('banned', 'unbanned')"
            " AND (j.kind = 'banned' OR j.kind = 'unbanned' OR j.kind = 'frozen' OR j.kind = 'unfrozen')"
            " ORDER BY j.number DESC LIMIT 1), 'unbanned') AS last FROM accounts a)"
            " WHERE banned <> (last = 'banned')"
        ),
    ),
    (
        "{}/{}: frozen is {}, the journal's last word is {}",
        (
            "SELECT channel, name, frozen, last FROM (SELECT a.channel, a.name, a.frozen, coalesce((SELECT j.kind FROM journal j"
            " WHERE j.account = a.id AND j.kind IN ('frozen', 'unfrozen')"
            " AND (j.kind = 'banned' OR j.kind = 'unbanned' OR j.kind = 'frozen' OR j.kind = 'unfrozen')"
            " ORDER BY j.number DESC LIMIT 1), 'unfrozen') AS last FROM accounts a)"
            " WHERE frozen <> (last = 'frozen')"
        ),
    ),
)


def audit(path: Path) -> list[str]:
    """Prove the books of a ledger's database; give what is wrong, in words: nothing when all is right."""
    if not path.is_file():
        return [f"there is no ledger at {path}"]
    try:
        with closing(reader(path)) as db:
            db.execute("BEGIN")
            return list(_findings(db))
    except sqlite3.DatabaseError as error:
        return [f"{path} can't be read as a ledger: {error}"]


def _findings(db: sqlite3.Connection) -> Iterator[str]:
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version != len(MIGRATIONS):
        yield f"the schema has version {version}, this program audits version {len(MIGRATIONS)}"
        return
    yield from (f"the file is damaged: {row[0]}" for row in db.execute(f"PRAGMA integrity_check({FINDINGS_MAX})") if row[0] != "ok")
    yield from _schema(db)
    for text, query in _CHECKS:
        yield from _told(text, db.execute(query))
    yield from _chain(db)


def _told(text: str, rows: sqlite3.Cursor) -> Iterator[str]:
    found = 0
    for row in rows:
        found += 1
        if found <= FINDINGS_MAX:
            yield text.format(*row)
    if found > FINDINGS_MAX:
        yield f"... and {found - FINDINGS_MAX} more like the one before"


def _schema(db: sqlite3.Connection) -> Iterator[str]:
    """Make sure that the schema still refuses what it was made to refuse."""
    with closing(sqlite3.connect(":memory:")) as made:
        for script in MIGRATIONS:
            made.executescript(script)
        wanted = _definitions(made)
    there = _definitions(db)
    for name, definition in wanted.items():
        if name not in there:
            yield f"the schema lacks {name}"
        elif there[name] != definition:
            yield f"the schema has another {name}"


def _definitions(db: sqlite3.Connection) -> dict[str, Any]:
    return dict(db.execute("SELECT type || ' ' || name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"))


def _chain(db: sqlite3.Connection) -> Iterator[str]:
    """Follow the seals from the first number; what is not sealed yet is no finding."""
    sealed, before = 0, b""
    for first, last, hash_ in db.execute("SELECT first, last, hash FROM seals ORDER BY last").fetchall():
        if first != sealed + 1:
            yield f"the seals go from number {sealed} to {first}: a link is missing"
        before = link(before, sealed_lines(db, first, last))
        if before != hash_:
            yield f"numbers {first} to {last} are not what was sealed"
            before = hash_
        sealed = last
