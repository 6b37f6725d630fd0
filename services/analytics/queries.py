"""What the figures count of the history, added up by DuckDB: a million transactions in a second, and none of it Python's time."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import duckdb

from libs.analysis import tables, zones
from libs.analysis.reading import bounds, limit
from services.analytics.tally import Tally

DAYS_KEPT: Final = 8
"""Nobody asks for older days; those of a history that is counted anew are passed over."""

_FRESH: Final = "CREATE OR REPLACE VIEW history AS SELECT * FROM ({}) WHERE number > {}"
_LEGS: Final = "CREATE OR REPLACE VIEW legs AS SELECT * FROM history WHERE leg IS NOT NULL"
_RECENT: Final = (
    "CREATE OR REPLACE VIEW recent AS SELECT *, day_of(happened) AS day FROM legs"
    f" WHERE happened > (SELECT max(happened) FROM history) - INTERVAL {DAYS_KEPT + 1} DAYS"
)
# Coins arrive once: on one of the two legs. Coins that go into escrow have not moved on yet; but a bounty is set out by just that.
_MOVEMENTS: Final = """
SELECT channel, type, family(trigger), count(*), CAST(sum(amount) AS BIGINT)
FROM legs WHERE amount > 0 AND (folded <> '@escrow' OR type = 'bounty_create') GROUP BY ALL
"""
_COINS: Final = "CAST(sum(CASE WHEN counts IN ('earned', 'won') THEN amount ELSE -amount END) AS BIGINT)"
_LIFETIME: Final = f"""
SELECT channel, counts, {_COINS} FROM legs
WHERE counts IS NOT NULL AND (amount > 0) = (counts IN ('earned', 'won')) GROUP BY ALL
"""
_DAYS: Final = f"SELECT day, channel, counts, {_COINS} FROM recent WHERE counts <> 'earned' OR {tables.EARNED} GROUP BY ALL"
_ACTIVE: Final = """
SELECT day, channel, folded, bool_or(by_choice(amount, trigger, type))
FROM recent WHERE NOT starts_with(folded, '@') GROUP BY ALL
"""
_EARNED: Final = """
SELECT channel, folded, CAST(sum(amount) AS BIGINT) FROM legs
WHERE counts = 'earned' AND NOT starts_with(folded, '@') GROUP BY ALL
"""
_POSTINGS: Final = "SELECT channel, caller, count(*) FROM history WHERE kind = 'posting' AND (leg IS NULL OR leg = 0) GROUP BY ALL"
_REFUSED: Final = "SELECT channel, coalesce(refusal, ''), count(*) FROM history WHERE kind = 'refused' GROUP BY ALL"
_OPENED: Final = "SELECT DISTINCT channel, lower(coalesce(about, '')) FROM history WHERE kind = 'opened'"
_RAINS: Final = "SELECT channel, count(DISTINCT number) FROM legs WHERE type IN ('rain', 'admin_rain') GROUP BY ALL"


class Counter:
    """Counts. Belongs to one thread."""

    def __init__(self, root: Path) -> None:
        """Take the history's directory."""
        self._db = duckdb.connect()
        limit(self._db, root)
        for macro in tables.MACROS:
            self._db.execute(macro)

    def tally(self, files: Sequence[Path], after: int, zone: str) -> Tally:
        """Add up the transactions behind a number; days are those of `zone`."""
        self._db.execute(_FRESH.format(tables.scan(files), after))
        self._db.execute(_LEGS)
        self._db.execute(zones.day_of(zone, *bounds(self._db)))
        self._db.execute(_RECENT)
        return Tally(
            postings=self._rows(_POSTINGS),
            refused=self._rows(_REFUSED),
            rains=self._rows(_RAINS),
            opened=self._rows(_OPENED),
            movements=self._rows(_MOVEMENTS),
            lifetime=self._rows(_LIFETIME),
            days=self._rows(_DAYS),
            active=self._rows(_ACTIVE),
            earned=self._rows(_EARNED),
        )

    def _rows(self, query: str) -> list[Any]:
        return self._db.execute(query).fetchall()
