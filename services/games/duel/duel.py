"""One duel, from its offer to its end."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from libs.common.contracts.ledger import MAX_AMOUNT
from libs.common.names import fold
from services.games.duel.rule import Data, rake

GAME: Final = "challenge"
WAGER_MAX: Final = MAX_AMOUNT // 2
"""Whatever the configuration allows: nobody can be paid more than the ledger can count."""

State = Literal["asked", "open", "accepted", "ending", "settled", "declined", "withdrawn", "expired", "void"]
End = Literal["declined", "withdrawn", "expired", "void"]
"""How an offer ends that leads to no duel."""


@dataclass(frozen=True, slots=True)
class Duel:
    """One duel, on the terms it was offered on."""

    id: str
    """The key of the request that offered it."""
    channel: str
    challenger: str
    """As the room spells it, like `target`."""
    target: str
    wager: int
    """What each of them stakes."""
    rake_percent: Decimal
    """What is kept of both stakes, in per cent."""
    public: bool
    """Whether the room is told who won."""
    deadline: datetime
    """From then on it can't be taken any more."""
    version: str
    """The configuration it was offered under."""
    state: State = "asked"
    answer: str | None = None
    """The key of the request that took or ended it."""

    @property
    def prize(self) -> int:
        """What the winner gets."""
        return 2 * self.wager - rake(self.wager, self.rake_percent)

    @property
    def rule(self) -> Data:
        """What it is played by."""
        return {"rake_percent": str(self.rake_percent)}

    @property
    def terms(self) -> Data:
        """Who plays for what."""
        return {"challenger": self.challenger, "target": self.target, "wager": self.wager}

    def client_seed(self, accepted_by: str) -> str:
        """Give what both put into the draw: who they are, the offer, and the message that took it, which nobody could know before."""
        return hashlib.sha256(f"{fold(self.challenger)}:{fold(self.target)}:{self.id}:{accepted_by}".encode()).hexdigest()
