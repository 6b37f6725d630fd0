"""Which rank somebody holds. Plain and pure."""

from libs.common.ranks import Tier, place_of, reached
from services.earning.people.career import Career


def standing(career: Career, ladder: tuple[Tier, ...], earned: int | None = None) -> int:
    """Give the place of the rank that somebody holds.

    Where nobody ever looked, or the ladder has none of that name any more, what was earned (or else `earned`) says it.
    """
    held = place_of(career.tier_name, ladder)
    return reached(career.earned if earned is None else earned, ladder) if held is None else held
