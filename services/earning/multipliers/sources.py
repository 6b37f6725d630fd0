"""What multiplies at an instant, and what it comes to. Plain and pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from libs.common import windows
from libs.common.config import Rules
from libs.common.config.multipliers import MULTIPLIED, Multipliers, ScheduledEvent
from libs.common.windows import Window
from services.earning.times import slot_time

OFF_PEAK: Final = "off_peak"
POPULATION: Final = "population"
HOLIDAY: Final = "holiday:"
SCHEDULED: Final = "scheduled:"
ADHOC: Final = "adhoc:"
RANK: Final = "rank"
NIGHT_WATCH: Final = "night_watch"

ONE: Final = Decimal(1)
RAIN_TRIGGER: Final = "rain.ambient"
_EVERYDAY: Final = tuple(prefix for prefix in MULTIPLIED if not RAIN_TRIGGER.startswith(prefix))
_DAYS_OF_A_WEEK: Final = 7

Covers = Literal["all", "rain", "nothing"]


class Source(NamedTuple):
    """One reason why everything counts for more."""

    id: str
    """Its kind, and for events and holidays behind the colon its name."""
    factor: Decimal
    hidden: bool = False
    """Whether viewers are to find out by themselves."""
    ends: datetime | None = None
    """Of an event."""

    @property
    def is_event(self) -> bool:
        """Tell whether it is an event, scheduled or begun by hand: by these alone goes rain."""
        return self.id.startswith((SCHEDULED, ADHOC))


class Boost(NamedTuple):
    """What several sources come to."""

    factor: Decimal = ONE
    sources: tuple[Source, ...] = ()


PLAIN: Final = Boost()


def by_clock(at: datetime, rules: Rules) -> Iterator[Source]:
    """Give what holds by time alone: quiet hours, holidays, scheduled events."""
    section, zone = rules.multipliers, rules.economy.zone
    if is_off_peak(at, rules):
        yield Source(OFF_PEAK, section.off_peak.multiplier)
    for name, factor in holidays(at, rules):
        yield Source(HOLIDAY + name, factor)
    for event in section.scheduled_events:
        window = open_at(event, zone, at)
        if window is not None:
            yield Source(SCHEDULED + event.name, event.multiplier, ends=window.ends)


def is_off_peak(at: datetime, rules: Rules) -> bool:
    """Tell whether these are quiet hours."""
    off_peak = rules.multipliers.off_peak
    if not off_peak.enabled:
        return False
    slot = slot_time(int(at.timestamp()) // 60, rules.economy.zone)
    return slot.hour in off_peak.hours and datetime.fromisoformat(slot.date).isoweekday() % _DAYS_OF_A_WEEK in off_peak.days


def holidays(at: datetime, rules: Rules) -> Iterator[tuple[str, Decimal]]:
    """Give the holidays of a moment's date, by name and factor."""
    section = rules.multipliers.holidays
    if not section.enabled:
        return
    _, month, day = slot_time(int(at.timestamp()) // 60, rules.economy.zone).date.split("-")
    today = (int(month), int(day))
    for holiday in section.dates:
        if tuple(map(int, holiday.date.split("-"))) == today:
            yield holiday.name, holiday.multiplier


def open_at(event: ScheduledEvent, zone: ZoneInfo, at: datetime) -> Window | None:
    """Give when an event that runs at a moment began, and when it ends; `zone` is the economy's."""
    return windows.open_at(event.cron, ZoneInfo(event.timezone) if event.timezone else zone, event.duration_hours, at)


def after(event: ScheduledEvent, zone: ZoneInfo, at: datetime) -> Window | None:
    """Give when an event comes next after a moment."""
    return windows.after(event.cron, ZoneInfo(event.timezone) if event.timezone else zone, event.duration_hours, at)


def combined(sources: Iterable[Source], section: Multipliers) -> Boost:
    """Give what sources come to together, as far as that is allowed."""
    listed = tuple(sources)
    if not listed:
        return PLAIN
    factor = ONE
    match section.combine:
        case "multiply":
            for source in listed:
                factor *= source.factor
        case "add":
            factor = max(Decimal(0), ONE + sum((source.factor - ONE for source in listed), Decimal(0)))
        case "max":
            factor = max(source.factor for source in listed)
    return Boost(min(factor, section.max_combined), listed)


def is_multiplied(trigger: str, section: Multipliers) -> bool:
    """Tell whether awards of a trigger are worth more while sources hold; rain goes by a rule of its own."""
    return trigger.startswith(_EVERYDAY) and trigger.startswith(section.applies_to)


def is_rain_multiplied(section: Multipliers) -> bool:
    """Tell whether rain brings more while events run."""
    return RAIN_TRIGGER.startswith(section.applies_to)


def covers(section: Multipliers) -> Covers:
    """Tell what sources apply to: what is earned day by day, or rain alone, or nothing."""
    if any(each.startswith(section.applies_to) or any(prefix.startswith(each) for prefix in section.applies_to) for each in _EVERYDAY):
        return "all"
    return "rain" if is_rain_multiplied(section) else "nothing"
