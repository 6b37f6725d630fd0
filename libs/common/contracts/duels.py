"""Duels: what games are asked, and what they answer: `economy.games.<channel>.<verb>`. Owner: games.

| verb | request | answer |
|---|---|---|
| `challenge` | `ChallengeRequest` | `OfferAnswer` |
| `accept` | `AnswerRequest` | `DuelAnswer` |
| `decline` | `AnswerRequest` | `OfferAnswer` |
| `withdraw` | `WithdrawRequest` | `OfferAnswer` |
| `duels` | `DuelsRequest` | `DuelsAnswer` |
"""

from typing import Literal

from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Asked, Done, Name

CHALLENGE, ACCEPT, DECLINE, WITHDRAW, DUELS = "challenge", "accept", "decline", "withdraw", "duels"
"""The verbs."""


StakeState = Literal["back", "later", "settled"]
"""Where the challenger's stake is once there is no duel: back; to come back by the ledger's own deadline; or settled before, as the books
tell: by hand, or by this duel itself, where games were put back to a state from before it was fought."""


class ChallengeRequest(Asked):
    """Offer somebody a duel; one's stake is held from then on."""

    target: Name
    wager: int


class OfferAnswer(Done):
    """An offer: that it stands and the other one was told, or how it ended, so that there is no duel."""

    challenger: str
    target: str
    wager: int
    prize: int
    """What the winner gets: both stakes less the rake."""
    state: Literal["open", "declined", "withdrawn", "expired", "void"]
    seconds: int = 0
    """How long the other may think about it, as long as it is open."""
    balance: int | None = None
    """The challenger's, once the stake is held."""
    commitment: str | None = None
    """SHA-256 of the seed that will decide, hexadecimal; told as long as it is open."""
    stake: StakeState = "back"
    """Once it is over."""


class AnswerRequest(Asked):
    """Take an offer, or decline it."""

    challenger: Name | None = None
    """Whose; None: the only one there is."""


class DuelAnswer(Done):
    """It was fought."""

    challenger: str
    target: str
    winner: str
    wager: int
    prize: int
    rake: int
    balance: int
    """The target's, who took the offer."""
    seed: str
    """Hexadecimal; its SHA-256 was told with the offer."""
    client_seed: str
    """What both put in, which nobody knew before it was taken."""

    @property
    def net(self) -> int:
        """What the winner has more than before."""
        return self.prize - self.wager


class WithdrawRequest(Asked):
    """Take back one's own offer."""

    target: Name | None = None
    """To whom; None: the only one there is."""


class DuelsRequest(Asked):
    """See the offers one made or got; changes nothing."""


class OpenDuel(Contract):
    challenger: str
    target: str
    wager: int
    seconds: int
    """Left to answer."""


class DuelsAnswer(Done):
    duels: list[OpenDuel]
    """Those that wait for an answer, the oldest first."""
