"""What differs between the two runs of a replay. Plain and pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from services.earning.replay.replay import Replay
from services.earning.replay.run import Person, Run
from services.ledger.reports.figures import gini

TOP: Final = 10
Figure = int | float


class Row(NamedTuple):
    """One figure under both."""

    what: str
    recorded: Figure
    other: Figure

    @property
    def difference(self) -> Figure:
        """Give what the other configuration adds."""
        return round(self.other - self.recorded, 4)


class Place(NamedTuple):
    """One place among those who earned most."""

    place: int
    recorded: str | None
    coins: int
    other: str | None
    other_coins: int


class Move(NamedTuple):
    """Somebody who would hold another rank."""

    viewer: str
    recorded: str
    other: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One channel."""

    channel: str
    minted: list[Row]
    """By trigger, those that differ most first."""
    money: list[Row]
    top: list[Place]
    moves: list[Move]
    booked: int
    """What earning really had minted."""


def compare(replay: Replay, channel: str) -> Comparison:
    """Compare the two runs in one channel."""
    runs = (replay.recorded, replay.other)
    recorded, other = (run.sums[channel] for run in runs)
    people = [run.people(channel) for run in runs]
    money = zip(_MONEY, *(_money(run, channel, those) for run, those in zip(runs, people, strict=True)), strict=True)
    return Comparison(
        channel=channel,
        minted=_rows(recorded.minted, other.minted),
        money=[Row(*row) for row in money],
        top=_top(recorded.earned, other.earned, people[0], people[1]),
        moves=_moves(*people),
        booked=replay.booked[channel].total(),
    )


_MONEY: Final = ("minted", "burnt", "circulation", "gini")


def _money(run: Run, channel: str, people: Mapping[str, Person]) -> tuple[Figure, ...]:
    """Give the figures of `_MONEY`; a debt, as of coins that were spent and here never earned, counts as nothing for the spread."""
    sums, balances = run.sums[channel], [person.balance for person in people.values()]
    return sums.minted.total(), sums.burnt.total(), sum(balances), round(gini(sorted(max(0, each) for each in balances)), 4)


def _rows(recorded: Counter[str], other: Counter[str]) -> list[Row]:
    rows = [Row(trigger, recorded[trigger], other[trigger]) for trigger in sorted(recorded.keys() | other.keys())]
    return sorted(rows, key=lambda row: (-abs(row.difference), -max(row.recorded, row.other), row.what))


def _top(recorded: Counter[str], other: Counter[str], one: Mapping[str, Person], two: Mapping[str, Person]) -> list[Place]:
    sides = [_best(recorded, one), _best(other, two)]
    nobody: tuple[str | None, int] = (None, 0)
    longest = max(map(len, sides))
    first, second = (side + [nobody] * (longest - len(side)) for side in sides)
    return [Place(place, *left, *right) for place, (left, right) in enumerate(zip(first, second, strict=True), start=1)]


def _best(earned: Counter[str], people: Mapping[str, Person]) -> list[tuple[str | None, int]]:
    best = sorted(((coins, user) for user, coins in earned.items() if coins > 0), key=lambda each: (-each[0], each[1]))[:TOP]
    return [(people[user].name if user in people else user, coins) for coins, user in best]


def _moves(one: Mapping[str, Person], two: Mapping[str, Person]) -> list[Move]:
    both = sorted(one.keys() & two.keys())
    return [Move(two[user].name, one[user].rank, two[user].rank) for user in both if one[user].rank != two[user].rank]
