"""The careers of one channel's viewers, while one event is handled."""

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Final

from services.earning.people.career import Career
from services.earning.store.careers import CareerTable

_ONE_BY_ONE: Final = 16
"""With so many viewers, reading those of all who are here is cheaper."""
_values: Final = attrgetter(*(field.name for field in fields(Career)))


class Careers:
    """Reads careers as they are needed, and writes back what changed."""

    def __init__(self, table: CareerTable, channel: str) -> None:
        """Take the table of the unit of work."""
        self._table = table
        self._channel = channel
        self._now: dict[str, Career] = {}
        self._before: dict[str, Career] = {}
        self._here: dict[str, Career] | None = None

    def of(self, user: str) -> Career:
        """Give somebody's career, to be changed in place."""
        career = self._now.get(user)
        if career is None:
            career = self._now[user] = self._find(user)
            self._before[user] = _copy(career)
        return career

    def settle(self, version: str, reached: Callable[[Career, Career], None]) -> None:
        """Tell `reached` of each career as it was and as it is, until nothing changes any more; keep them as looked at under `version`.

        By `checked` of the first of the two `reached` knows whether that was under another version.
        """
        kept: dict[str, Career] = {}
        while waiting := [career for user, career in self._now.items() if career.checked is None or career != self._before[user]]:
            for career in waiting:
                before, kept[career.user] = self._before[career.user], career
                career.checked = version
                self._before[career.user] = _copy(career)  # what `reached` itself changes is looked at once more
                reached(before, career)
        self._table.save(self._channel, kept.values())

    def with_at_least(self, coins: int) -> list[tuple[str, int]]:
        """Give all who have so many coins, here or not, by name, and how many they have."""
        known = {*self._table.with_at_least(self._channel, coins), *self._now}
        balances = ((user, self.of(user).balance) for user in sorted(known))
        return [(user, balance) for user, balance in balances if balance is not None and balance >= coins]

    def changed(self) -> list[Career]:
        """Give those that are not as they were read."""
        return [career for user, career in self._now.items() if career != self._before[user]]

    def _find(self, user: str) -> Career:
        if len(self._now) == _ONE_BY_ONE and self._here is None:
            self._here = self._table.of_those_here(self._channel)
        found = None if self._here is None else self._here.pop(user, None)
        return found or self._table.one(self._channel, user)


def _copy(career: Career) -> Career:
    # A fifth of what `copy.copy` takes; a full room has thousands a minute.
    return Career(*_values(career))
