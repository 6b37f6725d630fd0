"""Lines that went out, and whether they arrived. Plain state, on a clock of the caller's in seconds."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from libs.common.twins import TWINS
from services.announcer.queues import Item, Utterance, Who

DOUBT_SECONDS: Final = 10.0
"""How long a line without an echo may still be said again, once the robot turns out to echo."""
LARGEST: Final = 500
"""Lines in doubt, at most."""

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
    items: list[Item] = field(default_factory=list)
    """In doubt: what is over with it."""

    @property
    def who(self) -> Who:
        """Whom it is for."""
        return self.utterances[0].who

    def reads(self, text: str) -> bool:
        """Tell whether this echo is its own, as far as the room's filters let one tell."""
        return _bare(text) == _bare(self.text)


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
