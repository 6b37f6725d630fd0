"""What games are asked, and what they answer: `economy.games.<channel>.<verb>`."""

from typing import Literal

from libs.common.contracts.base import Contract
from libs.common.contracts.owners import Asked, Done

SPIN, FLIP, TOTALS, CHANNEL_TOTALS, FAIR = "spin", "flip", "totals", "channel_totals", "fair"
"""The verbs."""


class Proof(Contract):
    """By what one can check a draw later on."""

    commitment: str
    """SHA-256 of the server seed, hexadecimal; known before the draw."""
    nonce: int


class SpinRequest(Asked):
    """Turn the slots."""

    wager: int | None = None
    """Nothing staked is the day's free spin."""


class SpinAnswer(Done):
    """What the slots showed."""

    symbols: str
    result: Literal["jackpot", "win", "push", "loss"]
    wager: int
    """What it paid by: the stake, or what a free spin counts as."""
    free: bool = False
    payout: int
    """Coins paid, the stake included."""
    balance: int
    proof: Proof

    @property
    def net(self) -> int:
        """What the player has more than before."""
        return self.payout if self.free else self.payout - self.wager


class FlipRequest(Asked):
    """Toss a coin: double or nothing."""

    wager: int


class FlipAnswer(Done):
    """How it fell."""

    won: bool
    wager: int
    payout: int
    """Coins paid, the stake included."""
    balance: int
    proof: Proof


class TotalsRequest(Asked):
    """What the asker ever played, by game; changes nothing."""


class GameTotals(Contract):
    """One game, of one viewer, or of the whole room."""

    game: str
    """spin, free_spin, flip, challenge."""
    rounds: int
    wagered: int
    won: int
    """Coins paid, stakes included."""
    biggest_win: int = 0
    """The most anybody had more after one round."""
    biggest_loss: int = 0
    """The most anybody had less after one round."""


class TotalsAnswer(Done):
    games: list[GameTotals]
    """Those that were played."""


class ChannelTotalsRequest(Asked):
    """What the whole room ever played, by game; changes nothing. A round of several players is one."""


class FairRequest(Asked):
    """See by what one's draws are made; or change it."""

    client_seed: str | None = None
    """One's own part of every draw from now on."""
    rotate: bool = False
    """Have the server seed shown, and a new one begun."""


class Drawn(Contract):
    """One draw, as one can check it."""

    nonce: int
    client_seed: str
    game: str
    numbers: list[tuple[int, int]]
    """Each number and its bound: 0 <= number < bound."""
    payout: int | None = None
    """Coins it paid; None where the ledger refused the stake, so that it counted for nothing."""


class Seed(Contract):
    """A server seed."""

    commitment: str
    """Its SHA-256, hexadecimal."""
    draws: int
    """How many were made by it: nonces 1 to this."""
    last: list[Drawn]
    """The latest of them, newest first."""
    revealed: str | None = None
    """The seed itself, hexadecimal, once it is used no more."""


class FairAnswer(Done):
    client_seed: str
    seed: Seed
    """The one in use."""
    before: Seed | None = None
    """The one before, if any."""
