"""Whom to raise, and when to try again. Plain and pure."""

from datetime import timedelta
from typing import Any, Final

from libs.common import ranks
from libs.common.config.ranks import Ranks
from libs.common.names import fold

SOLD: Final = 2
"""The CyTube rank that is sold: moderator."""
REGISTERED: Final = 1.0
"""Who has less is nobody's account: CyTube would forget the rank with the visit."""
SALE_TRIES: Final = 3
_SALE_WAIT: Final = timedelta(seconds=15)
_GIFT_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(days=1)


def brought(before: str | None, now: str, section: Ranks) -> int | None:
    """Give the CyTube rank that comes with a rise from one rank to another (by name), if any: the highest of those on the way."""
    ladder = section.ladder
    first, last = ranks.place_of(before, ladder) or 0, ranks.place_of(now, ladder)
    levels = [tier.cytube_level_promotion for tier in ladder[first + 1 : (last or 0) + 1]]
    return max((level for level in levels if level is not None), default=None)


def wait(tries: int, *, sold: bool) -> timedelta:
    """Give how long after a try the next one comes: soon for what is paid, ever later for what a rank brings."""
    return _SALE_WAIT if sold else min(_GIFT_WAIT * 4 ** min(tries, 10), _LONGEST_WAIT)


def listed(data: dict[str, Any], user: str) -> float | None:
    """Give somebody's rank (folded name) by what the robot answered of the channel's ranks; 1 where they have none of their own.

    None where the answer can't be read: then nothing is known.
    """
    event = data.get("ranks")
    rows = event.get("payload") if isinstance(event, dict) else None
    if not isinstance(rows, list):
        return None
    found = [row.get("rank") for row in rows if isinstance(row, dict) and fold(str(row.get("name", ""))) == user]
    known = [float(rank) for rank in found if isinstance(rank, int | float) and not isinstance(rank, bool)]
    return max(known, default=REGISTERED)
