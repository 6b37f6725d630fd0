"""Games of chance: what may be staked, and what comes back."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from libs.common import odds
from libs.common.config.heist import Heist
from libs.common.config.race import Race
from libs.common.config.section import Coins, Count, Minutes, Rate, Remark, Section, Share, upside_down


class Wagered(Section):
    """A game with a stake."""

    enabled: bool = True
    min_wager: Coins
    max_wager: Coins

    def advice(self) -> Iterator[Remark]:
        yield from upside_down(self, "min_wager", "max_wager", "nobody can play")
        if not self.min_wager:
            yield "min_wager", "is 0, but nobody can stake less than one coin"

    def minting(self, returned: Decimal, key: str) -> Iterator[Remark]:
        """Give a remark when more comes back than is staked."""
        if self.enabled and returned > 1:
            yield key, f"of 100 coins staked {100 * returned:.2f} come back: the game makes coins from nothing"


class Payout(Section):
    """One row of the slot table."""

    symbols: str
    """What is shown; `partial` and `loss` stand for two alike, and none."""
    multiplier: Rate
    """On the wager."""
    probability: Share


class Spin(Wagered):
    """Slots."""

    min_wager: Coins = 10
    max_wager: Coins = 500
    cooldown_seconds: Count = 30
    """For one viewer, from one to the next."""
    daily_limit: Count = 50
    """For one viewer; 0 is no limit."""
    payouts: Annotated[tuple[Payout, ...], Field(min_length=1)] = (
        Payout(symbols="🍒🍒🍒", multiplier=Decimal(3), probability=Decimal("0.1")),
        Payout(symbols="🍋🍋🍋", multiplier=Decimal(5), probability=Decimal("0.05")),
        Payout(symbols="💎💎💎", multiplier=Decimal(10), probability=Decimal("0.02")),
        Payout(symbols="7️⃣7️⃣7️⃣", multiplier=Decimal(50), probability=Decimal("0.002")),
        Payout(symbols="partial", multiplier=Decimal(2), probability=Decimal("0.05")),
        Payout(symbols="loss", multiplier=Decimal(0), probability=Decimal("0.778")),
    )
    """What can come, and how often. A list here replaces the whole table. As it stands 95 of 100 coins come back."""
    announce_jackpots_public: bool = True
    """Whether the room hears of great wins."""
    jackpot_announce_threshold: Coins = 500
    """From which payout on a win is great."""

    def advice(self) -> Iterator[Remark]:
        yield from super().advice()
        whole = sum(row.probability for row in self.payouts)
        if whole > 1:
            yield "payouts", f"add up to a probability of {whole}: what lies beyond 1 never comes"
        elif whole < 1:
            yield "payouts", f"add up to a probability of {whole}: the rest loses"
        yield from self.minting(odds.slots([(row.multiplier, row.probability) for row in self.payouts]), "payouts")


class Flip(Wagered):
    """A coin: double or nothing."""

    min_wager: Coins = 10
    max_wager: Coins = 1000
    win_chance: Share = Decimal("0.45")
    cooldown_seconds: Count = 15
    """For one viewer, from one to the next."""
    daily_limit: Count = 100
    """For one viewer; 0 is no limit."""

    def advice(self) -> Iterator[Remark]:
        yield from super().advice()
        yield from self.minting(odds.flip(self.win_chance), "win_chance")


class Challenge(Wagered):
    """A duel: the winner takes both stakes."""

    min_wager: Coins = 50
    max_wager: Coins = 5000
    accept_timeout_seconds: Count = 120
    """How long the other may think about it."""
    rake_percent: Annotated[Rate, Field(le=100)] = Decimal(5)
    """What the house keeps of both stakes, in per cent."""
    announce_public: bool = True
    """Whether the room is told who won."""

    def advice(self) -> Iterator[Remark]:
        yield from super().advice()
        if not self.accept_timeout_seconds:
            yield "accept_timeout_seconds", "is 0: every offer has run out before anybody can take it"
        if self.rake_percent >= 50:  # noqa: PLR2004 - half of two equal stakes
            yield "rake_percent", f"is {self.rake_percent}: the winner gets no more back than was staked"


class FreeSpin(Section):
    """One spin a day that costs nothing."""

    enabled: bool = True
    equivalent_wager: Coins = 50
    """It pays as if so much had been staked."""


class PayoutMultipliers(Section):
    """What a right answer brings, on the wager."""

    easy: Rate = Decimal("1.5")
    medium: Rate = Decimal("2.0")
    hard: Rate = Decimal("3.0")


class Trivia(Wagered):
    """A question, and what one stakes on knowing the answer."""

    min_wager: Coins = 10
    max_wager: Coins = 1000
    answer_window_seconds: Count = 30
    """From the opening."""
    betting_window_seconds: Count = 15
    """From the opening."""
    difficulty: Literal["easy", "medium", "hard", "random"] = "random"
    """easy, medium, hard, or random."""
    payout_multipliers: PayoutMultipliers = PayoutMultipliers()
    category: int | None = None
    """A category's number at opentdb.com; null: any."""
    question_cache_size: Count = 20
    """How many questions are fetched at once."""
    announce_public: bool = True
    """Whether the room is told who was right."""

    def advice(self) -> Iterator[Remark]:
        yield from super().advice()
        for level in ("easy", "medium", "hard"):
            yield from self.minting(odds.trivia(getattr(self.payout_multipliers, level)), f"payout_multipliers.{level}")
        yield from upside_down(self, "betting_window_seconds", "answer_window_seconds", "nobody can answer")


class Blackjack(Wagered):
    """Twenty-one, against the house."""

    min_wager: Coins = 20
    max_wager: Coins = 2000
    cooldown_seconds: Count = 10
    """For one viewer, from one to the next."""
    daily_limit: Count = 50
    """For one viewer; 0 is no limit."""
    timeout_seconds: Count = 120
    """After so long without a word the hand stands as it is."""
    timeout_warning_seconds: Count = 90
    """After so long its player is reminded."""
    dealer_hits_soft_17: bool = True
    blackjack_payout: Rate = Decimal("1.5")
    """What ace and ten at once win, on the wager."""

    def advice(self) -> Iterator[Remark]:
        yield from super().advice()
        yield from self.minting(odds.blackjack(self.blackjack_payout, hits_soft_17=self.dealer_hits_soft_17), "blackjack_payout")
        yield from upside_down(self, "timeout_warning_seconds", "timeout_seconds", "nobody will be reminded")


class Gambling(Section):
    """Games of chance. `kryten-economy check` works out what comes back of the stakes."""

    enabled: bool = True
    min_account_age_minutes: Minutes = 60
    """How long somebody must have been known."""
    spin: Spin = Spin()
    flip: Flip = Flip()
    challenge: Challenge = Challenge()
    daily_free_spin: FreeSpin = FreeSpin()
    heist: Heist = Heist()
    spectacle_cooldown_seconds: Count = 60
    """From the end of a heist, race or trivia round to the next of them."""
    race: Race = Race()
    trivia: Trivia = Trivia()
    blackjack: Blackjack = Blackjack()
