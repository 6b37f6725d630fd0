"""What waits for each person, and whose turn it is. Plain state."""

from collections import OrderedDict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Final, Literal

from libs.common.contracts.announcements import Announcement, Kind
from libs.common.names import fold
from services.announcer.lines import Words
from services.announcer.speech.split import Lane

Who = str
"""A folded name, or the room."""
ROOM: Final[Who] = ""
"""The room's chat counts as one person."""

Result = Literal["said", "unheard", "absent", "stale", "robot_away", "repeated", "overflow"]
"""What became of an announcement. `unheard`: handed to the robot, but no echo came; `overflow`: too much waited."""

URGENCY: Final[dict[Kind, int]] = {"answer": 0, "result": 1, "notice": 2, "digest": 3}


def whom(lane: Lane, to: str | None) -> Who:
    """Give whose turn it is when this is said."""
    return ROOM if lane == "chat" else fold(to or "")


@dataclass(slots=True, eq=False)
class Item:
    """One announcement that is offered to a voice; times are on the voice's clock."""

    announcement: Announcement
    words: Words
    until_seconds: float
    """From then on it is not worth saying."""
    since_seconds: float
    """When it began to wait."""


@dataclass(slots=True, eq=False)
class Utterance:
    """Words on their way: an announcement's, or those of several that are said as one."""

    lane: Lane
    to: str | None
    text: str
    rest: deque[str]
    """Pieces not over yet; the first may be on its way."""
    items: list[Item]
    """What is over with it."""
    urgency: int
    until_seconds: float
    since_seconds: float
    tries: int = 0
    """How often its first piece went out in vain."""
    missed: bool = False
    """Whether its first piece found nobody there."""
    begun: bool = False
    unheard: bool = False
    """Whether a piece of it was given up."""

    @property
    def who(self) -> Who:
        """Whose turn it belongs to."""
        return whom(self.lane, self.to)


class Queue:
    """What waits for one person, in order."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[Utterance, None] = OrderedDict()
        self._counts = [0] * len(URGENCY)

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Utterance]:
        return iter(self._waiting)

    @property
    def first(self) -> Utterance:
        """The one that is next; there is one."""
        return next(iter(self._waiting))

    @property
    def urgency(self) -> int:
        """That of the most urgent: it can't go before the others, so they go with it. There is one."""
        return next(urgency for urgency, count in enumerate(self._counts) if count)

    def add(self, utterance: Utterance, *, first: bool = False) -> None:
        """Take one, at the end or, `first`, at the front."""
        self._waiting[utterance] = None
        self._waiting.move_to_end(utterance, last=not first)
        self._counts[utterance.urgency] += 1

    def remove(self, utterance: Utterance) -> None:
        """Let one go."""
        del self._waiting[utterance]
        self._counts[utterance.urgency] -= 1


class Pauses:
    """Who gets no turn for a while."""

    def __init__(self) -> None:
        self._until: dict[Who, float] = {}

    def __contains__(self, who: Who) -> bool:
        return who in self._until

    @property
    def due_seconds(self) -> float:
        """When the first is over; infinity when nobody pauses."""
        return min(self._until.values(), default=inf)

    def add(self, who: Who, until: float) -> None:
        """Have somebody pause."""
        self._until[who] = until

    def take(self, now: float) -> list[Who]:
        """Give whose pause is over."""
        over = [who for who, until in self._until.items() if until <= now]
        for who in over:
            del self._until[who]
        return over


class Turns:
    """Who may speak next: the most urgent first; among equals everybody in turn."""

    def __init__(self) -> None:
        self._lines: tuple[OrderedDict[Who, None], ...] = tuple(OrderedDict() for _ in URGENCY)
        self._place: dict[Who, int] = {}

    def __len__(self) -> int:
        return len(self._place)

    def join(self, who: Who, urgency: int, *, first: bool = False) -> None:
        """Have somebody wait for a turn, behind the others or, `first`, before them; who waits less urgently moves up."""
        place = self._place.get(who)
        if place is not None and place <= urgency and not first:
            return
        self.leave(who)
        self._place[who] = urgency
        self._lines[urgency][who] = None
        self._lines[urgency].move_to_end(who, last=not first)

    def leave(self, who: Who) -> None:
        """Have somebody wait no longer."""
        place = self._place.pop(who, None)
        if place is not None:
            del self._lines[place][who]

    def take(self) -> Who | None:
        """Give whose turn it is, who then waits no longer; None: nobody's."""
        for line in self._lines:
            if line:
                who, _ = line.popitem(last=False)
                del self._place[who]
                return who
        return None
