"""The days of one channel's viewers, while one event is handled."""

from collections import Counter
from typing import Final

from services.earning.people.viewer import Day
from services.earning.store.days import Days

_ONE_BY_ONE: Final = 16
"""With so many viewers of one day, reading the whole day is cheaper."""
_HELD: Final = 5_000
"""A long time to be paid brings many days: so many are held before they are written."""


class Calendar:
    """Reads days as they are needed, and writes them back."""

    def __init__(self, table: Days, channel: str) -> None:
        """Take the table of the unit of work."""
        self._table = table
        self._channel = channel
        self._touched: dict[tuple[str, str], Day] = {}
        self._read: dict[tuple[str, str], Day] = {}
        self._asked: Counter[str] = Counter()

    def day(self, user: str, date: str) -> Day:
        """Give somebody's day, to be counted on until the next one is asked for."""
        day = self._touched.get((user, date))
        if day is None:
            if len(self._touched) >= _HELD:
                self.write()
            day = self._touched[user, date] = self._find(user, date)
        return day

    def write(self) -> None:
        """Keep what was counted."""
        self._table.save(self._channel, self._touched.values())
        self._touched.clear()

    def _find(self, user: str, date: str) -> Day:
        self._asked[date] += 1
        if self._asked[date] < _ONE_BY_ONE:
            return self._table.one(self._channel, user, date)
        if self._asked[date] == _ONE_BY_ONE:
            # Not those that are being counted on: what stands in the table is older.
            read = (((other, date), day) for other, day in self._table.all(self._channel, date).items())
            self._read.update((key, day) for key, day in read if key not in self._touched)
        return self._read.pop((user, date), None) or self._table.one(self._channel, user, date)
