"""Who may do what: the small table behind the caller's name in the subject.

NATS permissions keep one service from using another's name; this table keeps a service from doing more than its job. Together they
mean that stolen credentials of `games` can't mint.
"""

from dataclasses import dataclass, field
from typing import Final

from services.ledger import classes

OPERATOR: Final = "operator"
LEDGER: Final = "ledger"
"""The ledger itself: settles holds at their deadline."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What one caller may post."""

    types: frozenset[str]
    """Types of movement; empty: none."""
    minted: frozenset[str] = field(default_factory=frozenset)
    """Those of them that may come from the mint."""
    every_type: bool = False
    banks: bool = False
    """Whether it may spend the house's coins, which may go below zero."""
    sets: bool = False
    """Whether it may set balances."""
    sees_viewers: bool = False
    """Whether it has a name's spelling from the channel itself, so that its spelling is kept up."""
    corrects: bool = False
    """Whether it may reverse, settle and cancel what others posted."""
    bans: bool = False
    """Whether it may ban and freeze."""

    @property
    def may_post(self) -> bool:
        return self.every_type or bool(self.types)

    def may_move(self, kind: str) -> bool:
        return self.every_type or kind in self.types

    def may_mint(self, kind: str) -> bool:
        return self.every_type or kind in self.minted


_EARNED = classes.EARNED - {"admin_adjust", "admin_grant"}
_GAMES = frozenset({"gamble_push", "gamble_rake", "gamble_wager", "gamble_win"})
_SHOP = frozenset({"bounty_claim", "bounty_create", "spend", "tip_send"})

_NOBODY: Final = Rights(frozenset())

RIGHTS: Final[dict[str, Rights]] = {
    "earning": Rights(_EARNED | {"decay", "reversal"}, minted=_EARNED, sees_viewers=True),
    "games": Rights(_GAMES | classes.REFUNDS, banks=True),
    "shop": Rights(_SHOP | classes.REFUNDS),
    "commands": Rights(
        classes.ADMIN | classes.REFUNDS | {"tip_send"}, minted=classes.ADMIN & classes.EARNED, sets=True, corrects=True, bans=True
    ),
    OPERATOR: Rights(frozenset(), every_type=True, banks=True, sets=True, corrects=True, bans=True),
    LEDGER: Rights(frozenset({"hold_expired"}), corrects=True),
}


def rights(caller: str) -> Rights:
    """Give what `caller` may post; who is not in the table may only ask."""
    return RIGHTS.get(caller, _NOBODY)
