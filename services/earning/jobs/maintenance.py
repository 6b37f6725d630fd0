"""Overnight: interest on balances, or their decay."""

from collections.abc import Iterator
from typing import Final

from services.earning.pay.caps import DAY_US
from services.earning.pay.occasions import Night
from services.earning.people.viewer import Viewer
from services.earning.presence.standing import State
from services.earning.scene import Scene
from services.earning.schedules.clock import Schedule
from services.earning.schedules.dated import next_due, open_date, planned
from services.earning.store.diary import Diary
from services.earning.triggers.decay import decay
from services.earning.triggers.interest import interest

NAME: Final = "maintenance"


def plan(scene: Scene, due: int | None) -> int | None:
    """Give when it is due."""
    return None if scene.rules.balance_maintenance.mode == "none" else planned(scene, NAME, _schedule(scene), due)


def run(scene: Scene, due: int) -> int | None:
    """Pay interest, or take what decays, once for a date. Of several nights that were missed only the last is made up for."""
    section = scene.rules.balance_maintenance
    if section.mode == "none":
        return None
    date = open_date(scene, NAME, _schedule(scene), due)
    if date is not None:
        if section.mode == "interest":
            _pay_interest(scene, date)
        else:
            _collect(scene, date)
        Diary(scene.unit.db).write(scene.channel, NAME, date)
    return next_due(scene, NAME, _schedule(scene))


def _pay_interest(scene: Scene, date: str) -> None:
    section = scene.rules.balance_maintenance.interest
    if not section.daily_rate:
        return
    for viewer, night in _nights(scene, date, max(1, section.min_balance_to_earn, int(1 / section.daily_rate))):
        if _seen_within(scene, viewer, section.requires_seen_within_days):
            for award in interest(night, scene.rules):
                scene.payroll.pay(award)


def _collect(scene: Scene, date: str) -> None:
    for _, night in _nights(scene, date, scene.rules.balance_maintenance.decay.exempt_below + 1):
        for fee in decay(night, scene.rules):
            scene.payroll.collect(fee)


def _nights(scene: Scene, date: str, least: int) -> Iterator[tuple[Viewer, Night]]:
    """Give everybody, here or not, who is paid and has so many coins."""
    for user, balance in scene.careers.with_at_least(least):
        viewer = scene.store.viewer(scene.channel, user)
        if viewer is not None and scene.is_paid(viewer):
            yield viewer, Night(scene.channel, user, viewer.name, balance, date, scene.now, scene.cause)


def _seen_within(scene: Scene, viewer: Viewer, days: int) -> bool:
    standing = viewer.standing
    if not days or standing.state is State.PRESENT:
        return True
    last = standing.since if standing.state is State.SUSPENDED else standing.left
    return last is not None and scene.at - last <= days * DAY_US


def _schedule(scene: Scene) -> Schedule:
    return Schedule(scene.rules.balance_maintenance.run_at, scene.rules.economy.zone)
