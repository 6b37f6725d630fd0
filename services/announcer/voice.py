"""What is said next, to whom, and whether it arrived. One voice a channel; plain state, on a clock of the caller's in seconds.

Each person has a queue, and at most one line on its way: the next goes out when the echo of the last came back, so the order for one
person holds. Persons take turns. The room's chat counts as one person.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final, Literal

from libs.common.contracts.announcements import Announcement
from libs.common.names import fold
from services.announcer.pacing import Bucket
from services.announcer.split import pieces

ECHO_SECONDS: Final = 5.0
"""How long an echo is waited for; it takes some milliseconds when the line arrives."""
SWEEP_SECONDS: Final = 1.0
"""How often what has gone stale is looked for."""
DEAF_AFTER: Final = 3
"""Lines without an echo, one after another, after which none is waited for: better said blindly than late. The next echo ends that."""

Lane = Literal["chat", "pm"]
Robot = Literal["connected", "away", "unknown"]
Result = Literal["said", "unheard", "stale", "absent"]
Who = str | None
"""A folded name; None is the room."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a line may be, and how many may be said."""

    message_units: int
    burst: int
    per_second: float
    pacing: bool = True


@dataclass(slots=True, eq=False)
class Utterance:
    """An announcement on its way through a voice."""

    announcement: Announcement
    until_seconds: float
    """On the voice's clock: from then on it is not worth saying."""
    result: Result | None = None
    """What came of it, once it is over."""
    rest: deque[str] = field(default_factory=deque)
    """Pieces not over yet; the first may be on its way."""

    @property
    def who(self) -> Who:
        """Whose turn it belongs to."""
        return _who(self.announcement.lane, self.announcement.to)


@dataclass(frozen=True, slots=True)
class Say:
    """One line for the robot, now."""

    lane: Lane
    to: str | None
    text: str


@dataclass(slots=True)
class _Flight:
    utterance: Utterance
    sent_at: float
    again: bool
    """Whether it is on its way for the second time."""
    blind: bool
    """Whether it went out when echoes were no longer waited for."""


class Voice:
    """Everything that waits to be said in one channel."""

    def __init__(self, limits: Limits, now: float) -> None:
        """Take the limits and the time."""
        self.over: list[Utterance] = []
        """What is over since the caller last emptied this list."""
        self._queues: dict[Who, deque[Utterance]] = {}
        self._ready: deque[Who] = deque()
        self._flights: dict[Who, _Flight] = {}
        self._again: set[Who] = set()
        self._robot: Robot = "unknown"
        self._unheard = 0
        self._swept_at = now
        self.limit(limits, now)

    @property
    def depth(self) -> int:
        """Give the number of announcements that wait or are on their way."""
        return sum(map(len, self._queues.values()))

    def limit(self, limits: Limits, now: float) -> None:
        """Take new limits; what is cut already stays as it is."""
        self._limits = limits
        self._bucket = Bucket(limits.burst, limits.per_second, now)

    def offer(self, utterance: Utterance, now: float) -> None:
        """Take something to say."""
        announcement = utterance.announcement
        utterance.rest.extend(pieces(announcement.text or "", announcement.lane, self._limits.message_units))
        if not utterance.rest:
            self._end(utterance, "said")
            return
        if utterance.until_seconds <= now:
            self._end(utterance, "stale")
            return
        queue = self._queues.setdefault(utterance.who, deque())
        queue.append(utterance)
        if len(queue) == 1:
            self._ready.append(utterance.who)

    def next(self, now: float) -> Say | None:
        """Give the next line to say now, None if none may be; `wake_seconds` then tells when to ask again."""
        self._expire(now)
        if now - self._swept_at >= SWEEP_SECONDS:
            self._sweep(now)
        if self._robot == "away" or (self._limits.pacing and self._bucket.wait_seconds(now) > 0):
            return None
        while self._ready:
            who = self._ready.popleft()
            utterance = self._queues[who][0]
            if utterance.until_seconds <= now:
                self._drop_first(who, "stale")
                continue
            return self._say(who, utterance, now)
        return None

    def wake_seconds(self, now: float) -> float | None:
        """Give how long nothing will happen by itself; None: until something comes."""
        if not self._queues:
            return None
        waits = [SWEEP_SECONDS]
        if self._ready and self._robot != "away":
            waits.append(self._bucket.wait_seconds(now) if self._limits.pacing else 0.0)
        if self._flights:
            waits.append(next(iter(self._flights.values())).sent_at + ECHO_SECONDS - now)
        return max(0.0, min(waits))

    def heard(self, who: Who) -> None:
        """Take the echo of a line."""
        self._unheard = 0
        if self._flights.pop(who, None) is not None:
            self._advance(who, "said")

    def absent(self, who: Who) -> None:
        """Take that the person is not there: nothing of this announcement will arrive."""
        self._unheard = 0
        if self._flights.pop(who, None) is not None:
            self._drop_first(who, "absent")

    def too_fast(self, now: float) -> None:
        """Take that CyTube dropped a line because it came too fast."""
        self._bucket.drain(now)

    def robot(self, robot: Robot) -> None:
        """Take whether the robot is there. What was on its way when it went will be said when it is back."""
        if robot == "away" and self._robot != "away":
            self._call_back()
        if robot == "connected" and self._robot != "connected":
            self._unheard = 0
        self._robot = robot

    def cut_off(self) -> None:
        """Take that the connection broke and is back: nobody was heard meanwhile, and what was on its way may not have arrived."""
        self._call_back()
        self._again.clear()
        self._unheard = 0

    def unsaid(self, say: Say) -> None:
        """Take that the line just given could not be handed to the robot: it is to be said again."""
        who = _who(say.lane, say.to)
        flight = self._flights.pop(who, None)
        if flight is None:
            return
        if flight.again:
            self._again.add(who)
        self._ready.appendleft(who)

    def _say(self, who: Who, utterance: Utterance, now: float) -> Say:
        self._bucket.take(now)
        announcement = utterance.announcement
        say = Say(announcement.lane, announcement.to, utterance.rest[0])
        self._flights[who] = _Flight(utterance, now, who in self._again, self._deaf)
        self._again.discard(who)
        return say

    def _call_back(self) -> None:
        for who in self._flights:
            self._ready.appendleft(who)
        self._flights.clear()

    def _expire(self, now: float) -> None:
        while self._flights:
            who, flight = next(iter(self._flights.items()))
            if now - flight.sent_at < (0.0 if self._deaf else ECHO_SECONDS):
                return
            del self._flights[who]
            self._unheard += 1
            # What was on its way when the echoes stopped gets its second chance too: many may be on their way at once.
            if flight.again or flight.blind:
                self._advance(who, "unheard")
            else:
                self._again.add(who)
                self._ready.appendleft(who)

    @property
    def _deaf(self) -> bool:
        return self._unheard >= DEAF_AFTER

    def _advance(self, who: Who, result: Result) -> None:
        """End the first piece of the person's first announcement."""
        utterance = self._queues[who][0]
        utterance.rest.popleft()
        if utterance.result != "unheard":
            utterance.result = result
        if utterance.rest:
            self._ready.append(who)
        else:
            self._drop_first(who, utterance.result)

    def _drop_first(self, who: Who, result: Result) -> None:
        queue = self._queues[who]
        self._again.discard(who)
        self._end(queue.popleft(), result)
        if queue:
            self._ready.append(who)
        else:
            del self._queues[who]

    def _sweep(self, now: float) -> None:
        """End what has gone stale behind others, or while the robot is away."""
        self._swept_at = now
        for who in list(self._queues):
            queue = self._queues[who]
            kept: deque[Utterance] = deque()
            for utterance in queue:
                if utterance.until_seconds > now or (utterance is queue[0] and who in self._flights):
                    kept.append(utterance)
                else:
                    self._end(utterance, "stale")
            if kept:
                self._queues[who] = kept
            else:
                del self._queues[who]
                self._ready.remove(who)

    def _end(self, utterance: Utterance, result: Result) -> None:
        utterance.result = result
        self.over.append(utterance)


def _who(lane: Lane, to: str | None) -> Who:
    return None if lane == "chat" else fold(to or "")
