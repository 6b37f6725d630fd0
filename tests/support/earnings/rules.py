"""The configured figures, as the published configuration has them, and what follows from them and the calendar alone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

SATURDAY, SUNDAY = 5, 6
"""As Python counts days of the week."""


@dataclass(frozen=True, slots=True)
class Window:
    """Once that a scheduled event is on."""

    event: dict[str, Any]
    start: datetime
    end: datetime


class Rules:
    """Sections by name, and the calendar."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.zone = ZoneInfo(settings["economy"]["timezone"])
        self.bot = str(settings["bot"]["username"]).casefold()
        self.outsiders = {self.bot, *(name.casefold() for name in settings["ignored_users"])}
        self.min_rank = float(settings["eligibility"]["min_cytube_rank"])

    def __getitem__(self, section: str) -> Any:
        """Give a section, or a key by its path with dots."""
        found: Any = self.settings
        for name in section.split("."):
            found = found[name]
        return found

    def exact(self, key: str) -> Decimal:
        """Give a figure without loss."""
        return Decimal(str(self[key]))

    def span(self, key: str, **unit: float) -> timedelta:
        """Give a configured number of some unit: `span("presence.join_debounce_minutes", minutes=1)`."""
        return float(self[key]) * timedelta(**unit)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def day(self, at: datetime) -> date:
        return self.local(at).date()

    def moment(self, day: date, hour: int, minute: int, zone: str | None = None) -> datetime:
        """Give the instant at which clocks show this."""
        there = ZoneInfo(zone) if zone else self.zone
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=there).astimezone(UTC)

    def week(self, day: date) -> date:
        """Give the first day of the bridge's week."""
        first = SATURDAY if self["streaks.weekend_weekday_bridge.week_starts_on"] == "saturday" else 0
        return day - timedelta(days=(day.weekday() - first) % 7)

    def windows(self, since: datetime, until: datetime) -> list[Window]:
        """Give the occurrences of all scheduled events that touch a span; of cron it knows `M H * * D` with D a day, a list, or `*`."""
        found = []
        for event in self["multipliers.scheduled_events"]:
            minute, hour, _, _, weekdays = event["cron"].split()
            day = self.day(since) - timedelta(days=2)
            while day <= self.day(until) + timedelta(days=1):
                if weekdays == "*" or (day.weekday() + 1) % 7 in {int(number) % 7 for number in weekdays.split(",")}:
                    start = self.moment(day, int(hour), int(minute), event["timezone"])
                    found.append(Window(event, start, start + timedelta(hours=float(event["duration_hours"]))))
                day += timedelta(days=1)
        return [window for window in found if window.end > since and window.start <= until]


def is_weekend(day: date) -> bool:
    return day.weekday() in {SATURDAY, SUNDAY}
