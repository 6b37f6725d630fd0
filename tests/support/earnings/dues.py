"""What somebody is due, before it becomes coins; and what everybody did on a day."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

LIVED, TURNED, DONE = range(3)
"""What one event brings, in order: the minutes until it, what its time makes due, what it is itself."""


@dataclass(frozen=True, slots=True)
class Due:
    """An award as the rules state it: fractions are not added up yet, nothing is multiplied."""

    event: int
    """The number of the event that makes it."""
    phase: int
    at: datetime
    """When it was earned: what is multiplied goes by it."""
    user: str
    trigger: str
    base: Decimal
    day: date
    """Whose earnings it counts among."""
    crowd: datetime
    """When it is counted how many are in the room."""


@dataclass(slots=True)
class Story:
    """What comes of a story, gathered."""

    dues: list[Due] = field(default_factory=list)
    counters: dict[tuple[str, date], Counter[str]] = field(default_factory=dict)
    emotes: dict[tuple[str, date], set[str]] = field(default_factory=dict)

    def count(self, user: str, day: date, field_: str, more: int = 1) -> int:
        """Add to a counter of somebody's day; give how it stands."""
        counter = self.counters.setdefault((user, day), Counter())
        counter[field_] += more
        return counter[field_]

    def value(self, user: str, day: date, field_: str) -> int:
        if field_ == "unique_emotes_used":
            return len(self.emotes.get((user, day), ()))
        return self.counters.get((user, day), Counter())[field_]
