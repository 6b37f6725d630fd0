"""A made-up economy of any size as history files: fast, with balances that are right, and the same each time."""

from pathlib import Path

import duckdb

from libs.analysis import tables
from libs.analysis.archive import PART_NUMBERS, Archive

VIEWERS = 5_000
DAYS = 365

_POSTINGS = """
CREATE OR REPLACE TABLE postings AS
SELECT n AS number, hash(n) AS chance, 'Viewer' || (hash(n * 7) % $viewers) AS viewer,
    1 + CAST(hash(n * 13) % 20 AS BIGINT) AS coins,
    TIMESTAMP '2026-01-01' + to_microseconds(CAST(n AS BIGINT) * $step) AS moment
FROM range($first, $last + 1) AS _(n)
"""
_LEGS = """
CREATE OR REPLACE TABLE legs AS
WITH said AS (
    SELECT *, CASE WHEN chance % 100 < 70 THEN 'presence.base' WHEN chance % 100 < 85 THEN 'chat.long_message'
        WHEN chance % 100 < 95 THEN 'gambling.spin' ELSE 'spend.queue' END AS trigger
    FROM postings
), moves AS (
    SELECT *, unnest(CASE trigger
        WHEN 'gambling.spin' THEN [
            {'source': viewer, 'target': '@house', 'amount': coins, 'type': 'gamble_wager', 'pays': 'wagered', 'gets': NULL},
            {'source': '@house', 'target': viewer, 'amount': 2 * coins, 'type': 'gamble_win', 'pays': NULL, 'gets': 'won'}
        ][: CASE WHEN hash(number * 3) % 100 < 47 THEN 2 ELSE 1 END]
        WHEN 'spend.queue' THEN [{'source': viewer, 'target': '@burn', 'amount': coins, 'type': 'spend', 'pays': 'spent', 'gets': NULL}]
        ELSE [{'source': '@mint', 'target': viewer, 'amount': coins, 'type': 'earn', 'pays': NULL, 'gets': 'earned'}] END) AS move,
        generate_subscripts([1, 2], 1) AS turn
    FROM said
)
SELECT number, chance, moment, trigger, move, CAST(2 * (turn - 1) + side AS SMALLINT) AS leg,
    CASE side WHEN 0 THEN move.source ELSE move.target END AS account,
    CASE side WHEN 0 THEN -move.amount ELSE move.amount END AS amount,
    CASE side WHEN 0 THEN move.pays ELSE move.gets END AS counts
FROM moves, (VALUES (0), (1)) AS sides (side) WHERE move IS NOT NULL
"""
_ROWS = """
SELECT number, 'posting' AS kind, 'testroom' AS channel, trigger || ':testroom:' || number AS key,
    moment AS happened, moment + INTERVAL '20 milliseconds' AS committed,
    CASE WHEN starts_with(trigger, 'gambling') THEN 'games' WHEN starts_with(trigger, 'spend') THEN 'shop' ELSE 'earning' END AS caller,
    CAST(NULL AS VARCHAR) AS actor, md5(CAST(number AS VARCHAR)) AS cause, CAST(NULL AS VARCHAR) AS reverses,
    CAST(NULL AS VARCHAR) AS refusal, CAST(NULL AS VARCHAR) AS detail, CAST(NULL AS VARCHAR) AS about,
    leg, account, lower(account) AS folded, amount,
    CAST(coalesce(before.balance, 0) + sum(amount) OVER (PARTITION BY lower(account) ORDER BY number, leg) AS BIGINT) AS balance,
    move.type AS type, trigger, 'For ' || trigger AS reason, CAST(NULL AS VARCHAR) AS related, CAST(NULL AS JSON) AS metadata,
    counts, CAST(NULL AS VARCHAR) AS owner
FROM legs LEFT JOIN before ON before.folded = lower(account) ORDER BY number, leg
"""


def generate(root: Path, transactions: int, viewers: int = VIEWERS) -> None:
    """Make the files of an economy with so many postings, spread evenly over a year."""
    archive = Archive(root)
    db = duckdb.connect()
    db.execute("SET threads = 2; CREATE TABLE before (folded VARCHAR PRIMARY KEY, balance BIGINT)")
    archive.open(lambda path: _copy(db, tables.NO_ROWS, path))
    step = DAYS * 86_400_000_000 // transactions
    for first in range(1, transactions + 1, PART_NUMBERS):
        last = min(first + PART_NUMBERS - 1, transactions)
        db.execute(_POSTINGS, {"first": first, "last": last, "viewers": viewers, "step": step})
        db.execute(_LEGS)
        archive.add(first, last, lambda path: _copy(db, _ROWS, path), final=True)
        db.execute(
            "INSERT OR REPLACE INTO before SELECT folded, arg_max(balance, number * 1000 + leg) FROM (" + _ROWS + ") GROUP BY folded"
        )
    db.close()


def _copy(db: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    db.execute(f"COPY ({query}) TO {tables.literal(path)} (FORMAT parquet, COMPRESSION zstd)")
