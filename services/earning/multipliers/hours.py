"""Quiet hours and holidays: the room is told when they begin, once a day."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from libs.common.config import Rules
from libs.common.config.multipliers import Holidays, OffPeak
from services.earning.multipliers.lines import shown
from services.earning.multipliers.sources import HOLIDAY, OFF_PEAK, ONE, covers, holidays, is_off_peak
from services.earning.pay.caps import DAY_US, Cap
from services.earning.scene import Scene
from services.earning.store.counters import Counters
from services.earning.times import MINUTE_US, micros, moment

JOB: Final = "hours"
_HOUR: Final = timedelta(hours=1)
_MINUTES_OF_AN_HOUR: Final = 60


def plan(scene: Scene, due: int | None) -> int | None:
    """Look at every full hour, where there is something to tell."""
    section = scene.rules.multipliers
    if covers(section) != "all" or not (_tells(section.off_peak) or _tells(section.holidays)):
        return None
    return next_hour(scene.at, scene.rules) if due is None else due


def run(scene: Scene, due: int) -> int:
    """Tell what began with an hour and still holds."""
    at = moment(due)
    now = dict(holding(scene.now, scene.rules))
    before = dict(holding(at - _HOUR, scene.rules))
    for source, factor in holding(at, scene.rules):
        if source in now and source not in before and factor != ONE and _is_first(scene, source):
            _say(scene, source, factor)
    return next_hour(max(due, scene.at - DAY_US), scene.rules)


def holding(at: datetime, rules: Rules) -> Iterator[tuple[str, Decimal]]:
    """Give the sources that hold at a moment and are to be told of, with their factors."""
    section = rules.multipliers
    if section.off_peak.announce and is_off_peak(at, rules):
        yield OFF_PEAK, section.off_peak.multiplier
    if section.holidays.announce:
        yield from ((HOLIDAY + name, factor) for name, factor in holidays(at, rules))


def next_hour(at: int, rules: Rules) -> int:
    """Give the next full hour of the economy's time zone."""
    local = moment(at).astimezone(rules.economy.zone)
    return micros(local.replace(second=0, microsecond=0)) + (_MINUTES_OF_AN_HOUR - local.minute) * MINUTE_US


def minutes_left(at: datetime, rules: Rules) -> int:
    """Give for how long quiet hours go on, as far as this day says."""
    local, hours = at.astimezone(rules.economy.zone), rules.multipliers.off_peak.hours
    hour = local.hour
    while hour in hours:
        hour += 1
    return (hour - local.hour) * _MINUTES_OF_AN_HOUR - local.minute


def _say(scene: Scene, source: str, factor: Decimal) -> None:
    key = f"{source}:{scene.channel}:{scene.today}"
    if source == OFF_PEAK:
        scene.say(key, "off_peak_begins", factor=shown(factor), minutes=minutes_left(scene.now, scene.rules))
    else:
        scene.say(key, "holiday_begins", name=source.removeprefix(HOLIDAY), factor=shown(factor))


def _is_first(scene: Scene, source: str) -> bool:
    """Tell whether the room was not told today: an hour may come twice in a day, and a configuration change often."""
    said = Cap(f"said.{source}", 1, scope=scene.today)
    return Counters(scene.unit.db).take(scene.channel, (said,), scene.at) is None


def _tells(section: OffPeak | Holidays) -> bool:
    return section.enabled and section.announce
