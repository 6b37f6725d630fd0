"""What the ledger keeps: the tables, and what they refuse by themselves. Times are microseconds since the epoch, UTC.

Checks on the busy tables are chains of OR, the usual value first: for an IN with more than two values SQLite builds a table of its own at
every insert, which doubles what the insert costs.
"""

from typing import Final

_FIRST: Final = """
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('user', 'mint', 'burn', 'house', 'escrow')),
    name TEXT NOT NULL CHECK (name <> '' AND (kind = 'user') = (substr(name, 1, 1) <> '@')),   -- folded
    display TEXT NOT NULL,
    balance INTEGER NOT NULL DEFAULT 0
        CHECK (CASE kind WHEN 'user' THEN balance BETWEEN 0 AND 9007199254740991 WHEN 'mint' THEN balance <= 0
                         WHEN 'house' THEN 1 ELSE balance >= 0 END),
    held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
    earned INTEGER NOT NULL DEFAULT 0 CHECK (earned >= 0),
    spent INTEGER NOT NULL DEFAULT 0 CHECK (spent >= 0),
    wagered INTEGER NOT NULL DEFAULT 0 CHECK (wagered >= 0),
    won INTEGER NOT NULL DEFAULT 0 CHECK (won >= 0),
    banned INTEGER NOT NULL DEFAULT 0 CHECK (banned IN (0, 1)),
    ban_reason TEXT,
    frozen INTEGER NOT NULL DEFAULT 0 CHECK (frozen IN (0, 1)),
    opened INTEGER NOT NULL,
    UNIQUE (channel, name)
) STRICT;

-- One numbering over all channels: what ECONOMY_TRANSACTIONS tells, row by row.
CREATE TABLE journal (
    number INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (
        kind = 'posting' OR kind = 'refused' OR kind = 'opened' OR kind = 'banned' OR kind = 'unbanned' OR kind = 'frozen'
        OR kind = 'unfrozen'
    ),
    key TEXT NOT NULL,
    bound INTEGER NOT NULL CHECK (bound IN (0, 1)),   -- whether this row is what the key stands for
    fingerprint BLOB NOT NULL,
    caller TEXT NOT NULL,
    at INTEGER NOT NULL,
    committed INTEGER NOT NULL,
    actor TEXT,
    cause TEXT,
    account INTEGER REFERENCES accounts (id),
    about TEXT,                                       -- the account's name, where there is no account
    refusal TEXT CHECK ((refusal IS NULL) = (kind <> 'refused')),
    detail TEXT
) STRICT;
CREATE UNIQUE INDEX journal_key ON journal (channel, key) WHERE bound = 1;
-- The same refusal of a second posting under a taken key is told once.
CREATE UNIQUE INDEX journal_conflict ON journal (channel, key, fingerprint) WHERE bound = 0 AND kind = 'refused';
-- What an account's last ban or freeze was.
CREATE INDEX journal_sanctions ON journal (account)
WHERE kind = 'banned' OR kind = 'unbanned' OR kind = 'frozen' OR kind = 'unfrozen';

CREATE TABLE entries (
    number INTEGER NOT NULL REFERENCES journal (number),
    leg INTEGER NOT NULL CHECK (leg BETWEEN 0 AND 999),
    account INTEGER NOT NULL REFERENCES accounts (id),
    amount INTEGER NOT NULL CHECK (amount <> 0),
    balance INTEGER NOT NULL,
    part TEXT NOT NULL CHECK (
        part = 'transfer' OR part = 'hold' OR part = 'capture' OR part = 'release' OR part = 'rest' OR part = 'burn' OR part = 'set'
        OR part = 'reverse'
    ),
    type TEXT NOT NULL,
    "trigger" TEXT,
    reason TEXT,
    related TEXT,
    metadata TEXT,
    counts TEXT CHECK (counts = 'earned' OR counts = 'spent' OR counts = 'wagered' OR counts = 'won'),
    owner INTEGER REFERENCES accounts (id),           -- whose money it is, for a leg of escrow
    PRIMARY KEY (number, leg)
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_account ON entries (account);

CREATE TABLE holds (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    name TEXT NOT NULL,
    account INTEGER NOT NULL REFERENCES accounts (id),
    amount INTEGER NOT NULL CHECK (amount > 0),
    deadline INTEGER NOT NULL,
    burn INTEGER NOT NULL CHECK (burn BETWEEN 0 AND amount),
    caller TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'captured', 'released', 'expired')),
    number INTEGER NOT NULL,
    leg INTEGER NOT NULL,
    settled INTEGER,
    settled_leg INTEGER,
    CHECK ((state = 'open') = (settled IS NULL)),
    FOREIGN KEY (number, leg) REFERENCES entries (number, leg) DEFERRABLE INITIALLY DEFERRED,
    UNIQUE (channel, name)
) STRICT;
CREATE INDEX holds_due ON holds (deadline) WHERE state = 'open';
CREATE INDEX holds_made ON holds (number);
CREATE INDEX holds_settled ON holds (settled) WHERE settled IS NOT NULL;

CREATE TABLE limits (
    account INTEGER NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    window TEXT NOT NULL,
    value INTEGER NOT NULL CHECK (value >= 0),
    used INTEGER NOT NULL,
    PRIMARY KEY (account, name, window)
) STRICT, WITHOUT ROWID;
CREATE INDEX limits_used ON limits (used);
CREATE TABLE limit_uses (
    number INTEGER NOT NULL,
    line INTEGER NOT NULL,
    account INTEGER NOT NULL,
    name TEXT NOT NULL,
    window TEXT NOT NULL,
    added INTEGER NOT NULL CHECK (added > 0),
    PRIMARY KEY (number, line),
    FOREIGN KEY (account, name, window) REFERENCES limits (account, name, window) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX limit_uses_of ON limit_uses (account, name, window);

-- The primary key is why a posting can be reversed once.
CREATE TABLE reversals (
    reversed INTEGER PRIMARY KEY REFERENCES journal (number),
    number INTEGER NOT NULL REFERENCES journal (number) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX reversals_by ON reversals (number);

CREATE TABLE cancelled (
    channel TEXT NOT NULL,
    key TEXT NOT NULL,
    caller TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (channel, key, caller)
) STRICT, WITHOUT ROWID;

CREATE TABLE seals (
    last INTEGER PRIMARY KEY REFERENCES journal (number),
    first INTEGER NOT NULL UNIQUE CHECK (first <= last),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
"""

_APPEND_ONLY: Final = """
CREATE TRIGGER {table}_keep_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""

_HOLDS_SETTLE_ONCE: Final = """
CREATE TRIGGER holds_settle_once BEFORE UPDATE ON holds
WHEN NOT (OLD.state = 'open' OR (OLD.state = 'captured' AND NEW.state = 'released'))   -- a capture can be reversed
BEGIN SELECT RAISE(ABORT, 'a hold is settled once'); END;
CREATE TRIGGER holds_keep BEFORE DELETE ON holds BEGIN SELECT RAISE(ABORT, 'holds are kept'); END;
"""

_TRIGGERS: Final = "".join(
    _APPEND_ONLY.format(table=table, verb=verb)
    for table in ("journal", "entries", "reversals", "cancelled", "seals")
    for verb in ("UPDATE", "DELETE")
)

_QUARTERS: Final = """
-- Sums over entries by event time, kept with them: `quarter` is the number of quarters of an hour since the epoch.
CREATE TABLE quarters (
    channel TEXT NOT NULL,
    quarter INTEGER NOT NULL,
    account INTEGER NOT NULL REFERENCES accounts (id),
    moved INTEGER NOT NULL,                           -- what the balance rose by
    earned INTEGER NOT NULL,                          -- by the types that count as a day's earnings
    spent INTEGER NOT NULL,
    wagered INTEGER NOT NULL,
    won INTEGER NOT NULL,
    postings INTEGER NOT NULL CHECK (postings >= 0),  -- those whose first entry is this account's
    PRIMARY KEY (channel, quarter, account)
) STRICT, WITHOUT ROWID;
INSERT INTO quarters
SELECT
    j.channel, (j.at - (j.at % 900000000 + 900000000) % 900000000) / 900000000, e.account, sum(e.amount),
    coalesce(sum(e.amount) FILTER (
        WHERE e.counts = 'earned' AND e.type IN ('earn', 'event_bonus', 'milestone', 'presence', 'rain', 'streak_bonus')
    ), 0),
    coalesce(-sum(e.amount) FILTER (WHERE e.counts = 'spent'), 0),
    coalesce(-sum(e.amount) FILTER (WHERE e.counts = 'wagered'), 0), coalesce(sum(e.amount) FILTER (WHERE e.counts = 'won'), 0),
    count(*) FILTER (WHERE e.leg = 0)
FROM entries e CROSS JOIN journal j ON j.number = e.number
GROUP BY 1, 2, 3;
"""

_NEWEST_OF_A_CHANNEL: Final = """
CREATE INDEX journal_postings ON journal (channel) WHERE kind = 'posting';
"""

_NO_BAN_NO_REASON: Final = """
UPDATE accounts SET ban_reason = NULL WHERE NOT banned;
"""

_FOR_REPORTS: Final = """
-- Postings kept more than an hour after their cause: few, and all that a stretch of numbers misses of a stretch of event time.
CREATE INDEX journal_late ON journal (channel) WHERE kind = 'posting' AND committed - at > 3600000000;
-- What people did by hand.
CREATE INDEX journal_by_hand ON journal (channel)
WHERE kind <> 'refused' AND kind <> 'opened' AND (actor IS NOT NULL OR kind <> 'posting' OR caller = 'operator');
"""

MIGRATIONS: Final = (_FIRST + _TRIGGERS + _HOLDS_SETTLE_ONCE, _QUARTERS + _NEWEST_OF_A_CHANNEL + _NO_BAN_NO_REASON, _FOR_REPORTS)
"""The scripts that make the database, in order; a released one is never changed."""
