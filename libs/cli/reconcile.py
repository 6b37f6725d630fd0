"""Whether the history says what the ledger says: every account's coins, added up by DuckDB on one side and by SQLite on the other."""

import sqlite3
from contextlib import closing
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Final

from libs.analysis import archive
from libs.analysis.archive import HistoryBroken
from libs.analysis.reading import history

_HISTORY: Final = (
    "SELECT channel, folded, CAST(sum(amount) AS BIGINT), arg_max(balance, number * 1000 + leg)"
    " FROM entries WHERE number <= $number GROUP BY ALL"
)
# SQLite takes a bare column from the row that has the maximum.
_LEDGER: Final = (
    "SELECT a.channel, a.name, sum(e.amount), e.balance, max(e.number * 1000 + e.leg)"
    " FROM entries e JOIN accounts a ON a.id = e.account WHERE e.number <= ? GROUP BY e.account"
)
_LAST: Final = "SELECT coalesce(max(number), 0) FROM journal"


@dataclass(frozen=True, slots=True)
class Difference:
    """An account of which the two say something else; None: one does not know it."""

    channel: str
    account: str
    ledger: int | None
    """Its coins by the ledger, when the history's last number was committed."""
    history: int | None

    @property
    def row(self) -> tuple[Any, ...]:
        """It as a row."""
        return astuple(self)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it."""

    begins: int
    """The first number of the history; only from 1 on are its sums those of the ledger."""
    number: int
    """The last number that was compared."""
    accounts: int
    differences: list[Difference]


def compare(root: Path, ledger: Path) -> Outcome:
    """Compare both, up to the last number both have; works while everything runs.

    Raises:
        HistoryBroken: one of them is not there.
    """
    if not ledger.is_file():
        raise HistoryBroken(f"there is no ledger at {ledger}")
    held = archive.cover(archive.files(root)) if root.is_dir() else []
    with history(root) as db, closing(sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True)) as books:
        number = min(archive.last_number(held), books.execute(_LAST).fetchone()[0])
        begins = held[0].first if held else 1
        told = {(row[0], row[1]): row[2:4] for row in db.execute(_HISTORY, {"number": number}).fetchall()}
        kept = {(row[0], row[1]): row[2:4] for row in books.execute(_LEDGER, (number,))}
    complete = begins == 1
    everybody = sorted(told.keys() | kept.keys() if complete else told.keys())
    differing = (who for who in everybody if _differ(kept.get(who), told.get(who), complete))
    differences = [Difference(*who, _coins(kept.get(who)), _coins(told.get(who))) for who in differing]
    return Outcome(begins, number, len(everybody), differences)


def _differ(one: Any, other: Any, complete: bool) -> bool:  # noqa: FBT001 - of this module only
    if one is None or other is None:
        return True
    return bool(one != other if complete else one[1] != other[1])


def _coins(found: Any) -> int | None:
    return None if found is None else found[1]
