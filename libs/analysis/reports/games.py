"""What was played, and what each game kept.

What viewers play for among themselves is in it too: of that a game keeps its rake and nothing else, since the prize is paid to one of them.
"""

from dataclasses import dataclass
from math import sqrt
from typing import Final

from duckdb import DuckDBPyConnection

from libs.analysis.reports.asked import Asked

_QUERY: Final = """
WITH legs AS (
    SELECT number, split_part(trigger, '.', 2) AS game, amount, counts, type, coalesce(owner, folded) AS whose, folded
    FROM entries
    WHERE channel = $channel AND happened >= $since AND happened < $until AND starts_with(trigger, 'gambling.')
), rounds AS (
    SELECT game, number, -coalesce(sum(amount) FILTER (counts = 'wagered'), 0) AS staked,
        coalesce(sum(amount) FILTER (counts = 'won'), 0) AS paid, count(*) FILTER (counts = 'wagered') AS stakes,
        coalesce(sum(amount) FILTER (type = 'gamble_rake' AND amount > 0 AND folded <> '@escrow'), 0) AS rake
    FROM legs GROUP BY ALL HAVING bool_or(counts IN ('wagered', 'won'))
), people AS (
    SELECT game, count(DISTINCT whose) AS players, coalesce(max(amount) FILTER (counts = 'won'), 0) AS biggest
    FROM legs WHERE counts IN ('wagered', 'won') GROUP BY ALL
)
SELECT game, count(*), CAST(sum(stakes) AS BIGINT), any_value(players), sum(staked), sum(paid), sum(rake), any_value(biggest),
    sum(CAST(paid AS DOUBLE) * paid), sum(CAST(paid AS DOUBLE) * staked), sum(CAST(staked AS DOUBLE) * staked)
FROM rounds JOIN people USING (game) GROUP BY game ORDER BY sum(staked) DESC, game
"""
_TWO_SIDED_95: Final = 1.96


@dataclass(frozen=True, slots=True)
class Game:
    """One game in a span of time."""

    game: str
    """Which one."""
    rounds: int
    """Ended, with coins moved."""
    stakes: int
    """How often somebody staked."""
    players: int
    """Different viewers."""
    staked: int
    """By all players."""
    paid: int
    """The stakes that were won back included."""
    rake: int
    """Of what was kept, the share by rule."""
    kept: int
    """What was staked and not paid out: the house's, or burnt; negative where players won more."""
    edge_percent: float | None
    """What was kept, of what was staked."""
    edge_within_percent: float | None
    """The true edge lies within so much of that, 19 times in 20; None while too little was played to say."""
    biggest_win: int
    """Paid out at once, the stake included."""


def games(db: DuckDBPyConnection, asked: Asked) -> list[Game]:
    """Give every game that was played, the one with the highest stakes first."""
    return [_game(*row) for row in db.execute(_QUERY, asked.span).fetchall()]


def _game(
    name: str,
    rounds: int,
    stakes: int,
    players: int,
    staked: int,
    paid: int,
    rake: int,
    biggest: int,
    paid_squared: float,
    paid_staked: float,
    staked_squared: float,
) -> Game:
    staked, paid = int(staked), int(paid)
    kept = staked - paid
    edge = 100 * kept / staked if staked else None
    within = None
    if staked and rounds > 1:
        # The error of a ratio of two sums (Cochran, Sampling Techniques, 6.4): by how much each round's pay is off from what
        # the common ratio would pay for its stake.
        ratio = paid / staked
        squares = max(0.0, paid_squared - 2 * ratio * paid_staked + ratio * ratio * staked_squared)
        within = 100 * _TWO_SIDED_95 * sqrt(squares * rounds / (rounds - 1)) / staked
    return Game(name, rounds, stakes, players, staked, paid, int(rake), kept, edge, within, int(biggest))
