"""Who did something, rather than only being there."""

from dataclasses import dataclass
from typing import Final

from duckdb import DuckDBPyConnection

from libs.analysis.reports.asked import Asked

_QUERY: Final = """
SELECT count(DISTINCT folded), count(DISTINCT folded) FILTER (by_choice(amount, trigger, type))
FROM entries WHERE channel = $channel AND happened >= $since AND happened < $until AND NOT starts_with(folded, '@')
"""


@dataclass(frozen=True, slots=True)
class Participation:
    """Viewers in a span of time."""

    active: int
    """With at least one entry."""
    chose: int
    """Of them, who did something for it: said something that pays, or gave coins away."""


def participation(db: DuckDBPyConnection, asked: Asked) -> list[Participation]:
    """Give one row."""
    return [Participation(*db.execute(_QUERY, asked.span).fetchall()[0])]
