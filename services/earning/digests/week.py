"""A week in figures."""

from datetime import date, timedelta
from typing import Final, NamedTuple

from services.earning.scene import Scene
from services.earning.store.careers import CareerTable
from services.earning.store.days import Days

DAYS: Final = 7
_TOP: Final = 5


class Week(NamedTuple):
    """The figures of seven days."""

    first: str
    last: str
    earned: int
    spent: int
    wagered: int
    won: int
    circulation: int
    """Coins of all viewers, now."""
    grown: int | None
    """By how much since the digest before; None for the first one."""
    earners: list[tuple[str, int]]
    """Who earned most, and how much."""
    spenders: list[tuple[str, int]]


def week_before(scene: Scene, day: date, before: int | None) -> Week:
    """Add up the seven days before a date, given the circulation at the digest before."""
    first, last = (day - timedelta(days=DAYS)).isoformat(), (day - timedelta(days=1)).isoformat()
    by_user = Days(scene.unit.db).sums(scene.channel, first, last)
    circulation = CareerTable(scene.unit.db).circulation(scene.channel)
    return Week(
        first=first,
        last=last,
        earned=sum(sums.earned for sums in by_user.values()),
        spent=sum(sums.spent for sums in by_user.values()),
        wagered=sum(sums.wagered for sums in by_user.values()),
        won=sum(sums.won for sums in by_user.values()),
        circulation=circulation,
        grown=None if before is None else circulation - before,
        earners=_top(scene, {user: sums.earned for user, sums in by_user.items()}),
        spenders=_top(scene, {user: sums.spent for user, sums in by_user.items()}),
    )


def _top(scene: Scene, coins: dict[str, int]) -> list[tuple[str, int]]:
    most = sorted((-amount, user) for user, amount in coins.items() if amount > 0)[:_TOP]
    viewers = ((scene.store.viewer(scene.channel, user), user, -amount) for amount, user in most)
    return [(user if viewer is None else viewer.name, amount) for viewer, user, amount in viewers]
