"""What comes back of the stakes in each game, as the configuration has it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from libs.common import odds
from libs.common.config.gambling import Gambling, Trivia
from libs.common.config.heist import Heist
from libs.common.config.race import Race

CREWS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    game: str
    returned: str
    """Of 100 coins staked, on average."""
    remark: str
    on: bool = True


def rows(gambling: Gambling) -> Iterator[Row]:
    """Give the table, game by game."""
    spin = odds.slots([(row.multiplier, row.probability) for row in gambling.spin.payouts])
    winning = sum(
        chance
        for row, chance in zip(gambling.spin.payouts, odds.chances(row.probability for row in gambling.spin.payouts), strict=True)
        if row.multiplier
    )
    yield Row("spin", _of_100(spin), f"something comes back in {_of_100(winning)} of 100 spins", gambling.spin.enabled)
    free = gambling.daily_free_spin
    yield Row("free spin", "-", f"{plain(spin * free.equivalent_wager)} coins from nothing, a day and viewer", free.enabled)
    yield Row("flip", _of_100(odds.flip(gambling.flip.win_chance)), "double or nothing", gambling.flip.enabled)
    duel = gambling.challenge
    yield Row("challenge", _of_100(odds.duel(duel.rake_percent)), "of both stakes together", duel.enabled)
    yield _heist(gambling.heist)
    yield _race(gambling.race)
    yield from _trivia(gambling.trivia)
    blackjack = gambling.blackjack
    best = odds.blackjack(blackjack.blackjack_payout, hits_soft_17=blackjack.dealer_hits_soft_17)
    yield Row("blackjack", _of_100(best), "when played as well as can be; as the dealer plays, some 5 less", blackjack.enabled)


def _heist(heist: Heist) -> Row:
    first = max(1, heist.min_participants)
    crews = [f"{_of_100(heist.returned(crew))} ({crew})" for crew in range(first, first + CREWS_SHOWN)]
    return Row("heist", ", ".join(crews), "by the size of the crew, and on like that", heist.enabled)


def _race(race: Race) -> Row:
    profiles = [[racer.win_chance for racer in profile.racers] for profile in race.odds_profiles]
    if race.odds_mode == "fixed":
        each = [odds.race_fixed(race.house_rake_pct, chances) for chances in profiles]
        return Row("race", _range(each), "whichever car one bets on", race.enabled)
    alone = [odds.race_pool(race.house_rake_pct, [chance], chances) for chances in profiles for chance in chances]
    all_backed = [odds.race_pool(race.house_rake_pct, chances, chances) for chances in profiles]
    return Row("race", _range(all_backed), f"when somebody backs each car; {_range(alone)} when all bet on one", race.enabled)


def _trivia(trivia: Trivia) -> Iterator[Row]:
    for difficulty in ("easy", "medium", "hard"):
        multiplier: Decimal = getattr(trivia.payout_multipliers, difficulty)
        even = f", even at {_of_100(1 / multiplier)} of 100 right" if multiplier >= 1 else ""
        remark = f"by guessing; {_of_100(odds.trivia(multiplier, Decimal(1)))} by knowing{even}"
        yield Row(f"trivia, {difficulty}", _of_100(odds.trivia(multiplier)), remark, trivia.enabled)


def _of_100(share: Decimal | int) -> str:
    return plain(100 * share)


def plain(number: Decimal | int) -> str:
    """Give a figure with up to two decimals."""
    return f"{number:,.2f}".rstrip("0").rstrip(".")


def _range(shares: list[Decimal]) -> str:
    low, high = _of_100(min(shares)), _of_100(max(shares))
    return low if low == high else f"{low} to {high}"
