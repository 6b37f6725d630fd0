"""The proof of the draws, reading only: every one worked out again from its seed, and compared with what the ledger paid.

Works on live databases. The ledger is read after the games: a draw is kept before its coins move, and marked as done after that.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

from libs.common.names import fold
from services.games.fair.book import Recipe, rule_id
from services.games.fair.draws import Draws
from services.games.part import CALLER
from services.games.recipes import RECIPES

FINDINGS_MAX: Final = 50

_DRAWS: Final = """
SELECT d.channel, d.key, s.owner, s.seed, d.nonce, d.client, d.game, d.rule, r.contents, d.terms, d.numbers, d.result, d.done
FROM draws d JOIN seeds s ON s.id = d.seed JOIN rules r ON r.id = d.rule ORDER BY d.id
"""
_HOLES: Final = """
SELECT s.channel, s.owner, s.nonce, count(d.id), coalesce(max(d.nonce), 0) FROM seeds s LEFT JOIN draws d ON d.seed = s.id
GROUP BY s.id HAVING s.nonce <> count(d.id) OR s.nonce <> coalesce(max(d.nonce), 0)
"""
_PAID: Final = """
SELECT a.name, sum(e.amount) FROM journal j JOIN entries e ON e.number = j.number JOIN accounts a ON a.id = e.account
WHERE j.channel = ? AND j.key = ? AND j.bound = 1 AND j.kind = 'posting'
    AND a.kind = 'user' AND e.amount > 0 AND e.type IN ('gamble_win', 'gamble_push')
GROUP BY a.name
"""
_POSTED: Final = "SELECT 1 FROM journal WHERE channel = ? AND key = ? AND bound = 1 AND kind = 'posting'"
_WINNINGS: Final = """
SELECT DISTINCT j.channel, j.key FROM journal j JOIN entries e ON e.number = j.number
WHERE j.caller = ? AND e.amount > 0 AND e.type IN ('gamble_win', 'gamble_push')
"""


class Proof(NamedTuple):
    """What came of it."""

    draws: int
    """How many were worked out again."""
    findings: list[str]
    """What does not agree: nothing, if all is right."""


class _Row(NamedTuple):
    channel: str
    key: str
    owner: str
    seed: bytes
    nonce: int
    client: str
    game: str
    rule: str
    contents: str
    terms: str
    numbers: str
    result: str
    done: int


def verify(games: Path, ledger: Path, recipes: Mapping[str, Recipe] = RECIPES) -> Proof:
    """Work every draw out again, those of seeds in use too, and compare with what was kept and paid.

    Args:
        games: the games' database.
        ledger: the ledger's.
        recipes: what each game makes of numbers.
    """
    findings: list[str] = []
    with closing(_reader(games)) as drawn, closing(_reader(ledger)) as books:
        drawn.execute("BEGIN")
        count = 0
        for row in map(_Row._make, drawn.execute(_DRAWS)):
            count += 1
            findings += (f"{row.channel}/{row.key}: {what}" for what in _wrong(row, recipes, books))
        for channel, owner, nonce, kept, last in drawn.execute(_HOLES):
            findings.append(f"{channel}/{owner}: a seed was drawn by {nonce} times, {kept} draws are kept, up to nonce {last}")
        findings += _undrawn(books, games)
    return Proof(count, findings)


def _wrong(row: _Row, recipes: Mapping[str, Recipe], books: sqlite3.Connection) -> Iterator[str]:
    try:
        yield from _drawn_otherwise(row, recipes)
        yield from _paid_otherwise(row, books)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        yield f"what is kept of it can't be read: {error!r}"


def _drawn_otherwise(row: _Row, recipes: Mapping[str, Recipe]) -> Iterator[str]:
    if rule_id(row.contents) != row.rule:
        yield f"what it was played by is not {row.rule}"
    if row.game not in recipes:
        yield f"{row.game!r} is no game of this version"
        return
    draws = Draws(row.seed, row.client, row.nonce, row.game)
    result = recipes[row.game](json.loads(row.contents), json.loads(row.terms), draws)
    if [list(each) for each in draws.drawn] != json.loads(row.numbers):
        yield f"the seeds give {draws.drawn}, not {row.numbers}"
    if result != json.loads(row.result):
        yield f"it comes to {json.dumps(result, ensure_ascii=False)}, not {row.result}"


def _paid_otherwise(row: _Row, books: sqlite3.Connection) -> Iterator[str]:
    result: dict[str, Any] = json.loads(row.result)
    paid = dict(books.execute(_PAID, (row.channel, row.key)))
    posted = books.execute(_POSTED, (row.channel, row.key)).fetchone() is not None
    owed = {fold(result.get("winner", row.owner)): result["payout"]} if result["payout"] else {}
    if posted and paid != owed:
        yield f"the ledger paid {paid}, not {owed}"
    elif row.done and not posted:
        yield "the ledger knows nothing of it"


def _undrawn(books: sqlite3.Connection, games: Path) -> Iterator[str]:
    with closing(_reader(games)) as drawn:
        for channel, key in books.execute(_WINNINGS, (CALLER,)):
            if drawn.execute("SELECT 1 FROM draws WHERE channel = ? AND key = ?", (channel, key)).fetchone() is None:
                yield f"{channel}/{key}: the ledger paid winnings that nothing was drawn for"


def _reader(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    db.execute("PRAGMA query_only=ON")
    return db
