"""Liking what plays.

| verb | request | answer |
|---|---|---|
| `like` | `Asked` | `Liked` |

Declined as `off`, `like_nothing` (nothing plays), `like_again` (with its title), `like_absent`, `level_unknown`, `like_no_part` or
`like_new`.
"""

from typing import Final

from libs.common.contracts.owners import Done

LIKE: Final = "like"


class Liked(Done):
    title: str
    """Of what plays."""
    coins: int
    """Paid now; a fraction may wait for the next like."""
