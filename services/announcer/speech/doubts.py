"""Lines that went out, and whether they arrived. Plain state, on a clock of the caller's in seconds."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from libs.common.twins import TWINS
from services.announcer.speech.queues import Item, Utterance, Who

DOUBT_SECONDS: Final = 10.0
"""How long a line without an echo may still be said again, once the robot turns out to echo."""
LARGEST: Final = 500
"""Lines in doubt, at most."""
DROPPED_SECONDS: Final = 0.5
"""How long the echo of a line is still waited for that CyTube seems to have dropped: it may have been another one, of somebody else's."""

_MARKUP: Final = re.compile(rf"<[^>]*>|&#?\w+;|[\W_{''.join(TWINS.values())}]+")


@dataclass(slots=True, eq=False)
class Flight:
    """One line at the robot, not heard yet."""

    utterances: list[Utterance]
    """Whose first pieces it holds."""
    text: str
    sent_at: float
    again: bool = False
    """Whether it is on its way for the second time."""
    blind: bool = False
    """Whether it went out when echoes were no longer waited for."""
    dropped: bool = False
    """Whether CyTube seems to have dropped it."""
    items: list[Item] = field(default_factory=list)
    """In doubt: what is over with it."""

    @property
    def who(self) -> Who:
        """Whom it is for."""
        return self.utterances[0].who

    def reads(self, text: str) -> bool:
        """Tell whether this echo is its own, as far as the room's filters let one tell."""
        return _bare(text) == _bare(self.text)

    def utterance(self, tries: int) -> Utterance:
        """In doubt: give what is to be said again."""
        model = self.utterances[0]
        return Utterance(
            lane=model.lane,
            to=model.to,
            text=self.text,
            rest=deque([self.text]),
            items=self.items,
            urgency=model.urgency,
            until_seconds=max(utterance.until_seconds for utterance in self.utterances),
            since_seconds=model.since_seconds,
            tries=tries,
            begun=True,
        )


class Flights:
    """All lines at the robot that are waited for, one for each person; the oldest first."""

    def __init__(self) -> None:
        self._by_who: dict[Who, Flight] = {}
        self._dropped: deque[tuple[float, Flight]] = deque()
        """When they are waited for no longer. Some may have been heard meanwhile."""

    def __bool__(self) -> bool:
        return bool(self._by_who)

    def __contains__(self, who: Who) -> bool:
        return who in self._by_who

    def __iter__(self) -> Iterator[Flight]:
        return iter(self._by_who.values())

    def add(self, flight: Flight) -> None:
        """Take one, to somebody to whom none is on its way."""
        self._by_who[flight.who] = flight

    def get(self, who: Who) -> Flight | None:
        """Give what is on its way to somebody."""
        return self._by_who.get(who)

    def land(self, who: Who) -> Flight | None:
        """Let go of what is on its way to somebody, and give it."""
        return self._by_who.pop(who, None)

    def call_back(self) -> list[Flight]:
        """Let go of all, and give them; the oldest first."""
        called, self._by_who = list(self), {}
        self._dropped.clear()
        return called

    def drop(self, now: float) -> None:
        """Take that CyTube dropped a line: it handles them in order, so the oldest whose echo is missing."""
        flight = next((flight for flight in self if not flight.dropped), None)
        if flight is not None:
            flight.dropped = True
            self._dropped.append((now + DROPPED_SECONDS, flight))

    def overdue(self, now: float, patience: float) -> Flight | None:
        """Let go of a line that was waited for long enough, and give it."""
        while self._dropped and self._dropped[0][0] <= now:
            _, flight = self._dropped.popleft()
            if self.get(flight.who) is flight:
                return self.land(flight.who)
        oldest = next(iter(self), None)
        return self.land(oldest.who) if oldest is not None and now - oldest.sent_at >= patience else None

    def due_seconds(self, patience: float) -> float:
        """Give when the next may be overdue; there is one."""
        due = next(iter(self)).sent_at + patience
        return min(due, self._dropped[0][0]) if self._dropped else due


class Doubts:
    """Lines of a robot that never echoed anything, so that nobody waits for theirs; the oldest first."""

    def __init__(self) -> None:
        self._lines: deque[Flight] = deque()

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, flight: Flight) -> list[Flight]:
        """Keep a line; give those there is no room for any more."""
        self._lines.append(flight)
        return [self._lines.popleft()] if len(self._lines) > LARGEST else []

    def resolve(self, who: Who, text: str, *, any_text: bool) -> Flight | None:
        """Let the line go that this echo belongs to, and give it; with `any_text` the person's oldest will do."""
        mine = [flight for flight in self._lines if flight.who == who]
        found = next((flight for flight in mine if flight.reads(text)), mine[0] if mine and any_text else None)
        if found is not None:
            self._lines.remove(found)
        return found

    def take(self, until: float) -> Iterator[Flight]:
        """Let go of the lines sent until then, and give them."""
        while self._lines and self._lines[0].sent_at <= until:
            yield self._lines.popleft()

    def expired(self, now: float) -> Iterator[Flight]:
        """Let go of the lines that are too old to be said again, and give them."""
        return self.take(now - DOUBT_SECONDS)


def _bare(text: str) -> str:
    """Give what of a text no filter changes: letters and digits."""
    return _MARKUP.sub("", text).casefold()
