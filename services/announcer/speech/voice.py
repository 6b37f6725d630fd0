"""What is said next, to whom, and whether it arrived. One voice a channel; plain state, on a clock of the caller's in seconds.

Each person has a queue, and at most one message on its way: the next goes out when the echo of the last came back, so the order for one
person holds. The most urgent go first, equals take turns. The room's chat counts as one person.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from libs.common.contracts.announcements import Announcement
from services.announcer.limits import Limits
from services.announcer.lines import together
from services.announcer.speech.batch import Batches
from services.announcer.speech.doubts import Doubts, Flight, Flights
from services.announcer.speech.hearing import ECHO_SECONDS, Hearing, Robot
from services.announcer.speech.pacing import Pace
from services.announcer.speech.queues import ROOM, URGENCY, Item, Pauses, Queue, Result, Turns, Utterance, Who
from services.announcer.speech.repeats import Repeats
from services.announcer.speech.split import Lane, pieces, units

DROPS_MAX: Final = 3
"""How often a line is said again because CyTube dropped it for coming too fast."""
MISSED_SECONDS: Final = 5.0
"""After which a viewer who was not there is told once more: it may have reloaded the page."""
BACK_SECONDS: Final = 4.0
"""A robot that is just back tells nothing of the room for 3 s, so no echo either: until then nothing is said there."""
MERGE_AFTER_SECONDS: Final = 3.0
"""What waited longer for one viewer is said in as few PMs as hold it; so is all that waited for the robot, or for this process."""
SWEEP_SECONDS: Final = 1.0
"""How often what has gone stale is looked for."""
WAITING_MAX: Final = 5_000
"""Announcements that wait in one channel; of more, the least urgent are dropped."""


@dataclass(frozen=True, slots=True)
class Say:
    """One line for the robot, now."""

    lane: Lane
    to: str | None
    text: str
    who: Who
    again: bool = False
    """Whether it was said before, and not heard."""


class Voice:
    """Everything that waits to be said in one channel."""

    def __init__(self, limits: Limits, now: float, waiting_max: int = WAITING_MAX) -> None:
        """Take the limits and the time."""
        self.over: list[tuple[Announcement, Result]] = []
        """What is over since the caller last emptied this list."""
        self.depth = 0
        """Announcements that wait or are on their way."""
        self._limits = limits
        self._pace = Pace(limits.burst, limits.per_second, now)
        self._waiting_max = waiting_max
        self._batches = Batches()
        self._queues: dict[Who, Queue] = {}
        self._by_urgency: tuple[dict[Utterance, None], ...] = tuple({} for _ in URGENCY)
        self._turns = Turns()
        self._pauses = Pauses()
        self._flights = Flights()
        self._doubts = Doubts()
        self._repeats = Repeats()
        self._hearing = Hearing(now)
        self._swept_at = now

    # -- what comes in --------------------------------------------------------------------------------------------------------------

    def limit(self, limits: Limits) -> None:
        """Take new limits; what is cut already stays as it is."""
        self._limits = limits
        self._pace.change(limits.burst, limits.per_second)

    def offer(self, item: Item, now: float) -> None:
        """Take something to say."""
        self.depth += 1
        if item.until_seconds <= now:
            self._end([item], "stale")
        elif item.words.batch is not None and item.announcement.lane == "chat" and self._limits.batch_seconds:
            self._batches.keep(item.words.batch, item, now + self._limits.batch_seconds)
            self._say_batches(now, full_only=True)
        else:
            self._add([item], item.words.text)
        while self.depth > self._waiting_max and self._drop_least():
            pass

    def heard(self, who: Who, text: str, now: float) -> float | None:
        """Take the echo of a line; give the seconds it took. None: it was no line of ours."""
        self._hearing.heard(now)
        flight = self._flights.get(who)
        if self._doubts and not (flight and flight.reads(text)):
            doubt = self._doubts.resolve(who, text, any_text=flight is None)
            if doubt is not None:
                self._end(doubt.items, "said")
                return now - doubt.sent_at
        if flight is None:
            self._pace.take(now)  # another service's, by the same robot
            return None
        self._flights.land(who)
        self._advance(flight, "said", now)
        return now - flight.sent_at

    def absent(self, who: Who, now: float) -> None:
        """Take that the person is not there: what was on its way did not arrive. It is tried once more."""
        self._hearing.heard(now)
        doubt = self._doubts.resolve(who, "", any_text=True)
        if doubt is not None:
            self._end(doubt.items, "absent")
            return
        flight = self._flights.land(who)
        if flight is None:
            return
        missed = [utterance for utterance in flight.utterances if utterance.missed]
        for utterance in flight.utterances:
            utterance.missed = True
        for utterance in missed:
            self._drop(utterance, "absent")
        if len(missed) < len(flight.utterances):
            self._pause(who, now + MISSED_SECONDS)
        self._rejoin(who)

    def too_fast(self, now: float) -> None:
        """Take that CyTube dropped a line because it came too fast. Whose, it does not say."""
        self._hearing.sign(now)
        self._pace.drain(now)
        self._flights.drop(now)

    def robot(self, robot: Robot, now: float) -> None:
        """Take whether the robot is there. What was on its way when it went will be said when it is back."""
        was = self._hearing.robot
        self._hearing.told(robot, now)
        if robot == "away" and was != "away":
            self._call_back()
        if robot != "away" and was == "away":
            self._pause(ROOM, now + BACK_SECONDS)

    def cut_off(self, now: float) -> None:
        """Take that the connection is broken, or just back: what was on its way may not have arrived.

        Nothing is said until the robot gives a sign, or `SIGN_SECONDS` have passed without one.
        """
        self._hearing.cut_off(now)
        self._call_back()

    def unsaid(self, say: Say) -> None:
        """Take that the line just given could not be handed to the robot: it is to be said again."""
        if self._flights.land(say.who) is not None:
            self._rejoin(say.who, first=True)

    # -- what goes out --------------------------------------------------------------------------------------------------------------

    def next(self, now: float) -> Say | None:
        """Give the next line to say now, None if none may be; `wake_seconds` then tells when to ask again."""
        self._expire(now)
        for back in self._pauses.take(now):
            self._rejoin(back)
        if now - self._swept_at >= SWEEP_SECONDS:
            self._sweep(now)
        if not self._hearing.may_speak(now):
            return None
        self._say_batches(now)
        if self._limits.pacing and self._pace.wait_seconds(now) > 0:
            return None
        while (who := self._turns.take()) is not None:
            first = self._queues[who].first
            if first.until_seconds <= now:
                self._drop(first, "stale")
            elif not first.begun and self._repeats.knows(first, now - self._limits.dedup_seconds):
                self._drop(first, "repeated")
            else:
                return self._say(who, now)
            self._rejoin(who, first=True)
        return None

    def wake_seconds(self, now: float) -> float | None:
        """Give how long nothing will happen by itself; None: until something comes."""
        if not (self.depth or self._queues or self._doubts):
            return None
        times = [now + SWEEP_SECONDS, self._pauses.due_seconds]
        if self._hearing.robot != "away":
            opens = self._hearing.open_since
            if self._turns:
                times.append(max(opens, now + (self._pace.wait_seconds(now) if self._limits.pacing else 0.0)))
            if self._batches:
                times.append(max(opens, self._batches.due_seconds))
        if self._flights:
            times.append(self._flights.due_seconds(self._hearing.patience))
        return max(0.0, min(times) - now)

    def oldest_seconds(self, now: float) -> float:
        """Give how long the one that waits longest has waited; 0 when nothing waits."""
        firsts = [next(iter(utterances)).since_seconds for utterances in self._by_urgency if utterances]
        firsts += [item.since_seconds for item in self._batches]
        return max(0.0, now - min(firsts, default=now))

    # -- inside ---------------------------------------------------------------------------------------------------------------------

    def _add(self, items: list[Item], text: str) -> None:
        told = items[0].announcement
        utterance = Utterance(
            lane=told.lane,
            to=told.to,
            text=text,
            rest=deque(pieces(text, told.lane, self._limits.message_units)),
            items=items,
            urgency=min(URGENCY[item.announcement.kind] for item in items),
            until_seconds=max(item.until_seconds for item in items),
            since_seconds=min(item.since_seconds for item in items),
        )
        if utterance.rest:
            self._queue(utterance)
        else:
            self._end(items, "said")

    def _queue(self, utterance: Utterance, *, first: bool = False) -> None:
        self._queues.setdefault(utterance.who, Queue()).add(utterance, first=first)
        self._by_urgency[utterance.urgency][utterance] = None
        self._rejoin(utterance.who)

    def _say_batches(self, now: float, *, full_only: bool = False) -> None:
        for items in self._batches.take(now, full_only=full_only):
            self._add(items, together([item.words for item in items]))

    def _say(self, who: Who, now: float) -> Say:
        self._pace.take(now)
        utterances = list(self._company(who, now))
        for utterance in utterances:
            utterance.begun = True
        first = utterances[0]
        text = "\n".join(utterance.rest[0] for utterance in utterances)
        self._flights.add(Flight(utterances, text, now, again=first.tries > 0, blind=self._hearing.deaf))
        return Say(first.lane, first.to, text, who, again=first.tries > 0)

    def _company(self, who: Who, now: float) -> Iterator[Utterance]:
        """Give whose first pieces go into one message: the first in the queue, and old ones behind it that fit."""
        queue = iter(self._queues[who])
        first = next(queue)
        yield first
        if first.lane == "chat" or len(first.rest) > 1 or not self._is_old(first, now):
            return
        room = self._limits.message_units - units(first.rest[0])
        for other in queue:
            room -= 1 + units(other.rest[0])
            if room < 0 or other.tries != first.tries or not self._is_old(other, now) or other.until_seconds <= now:
                return
            yield other
            if len(other.rest) > 1:
                return

    def _is_old(self, utterance: Utterance, now: float) -> bool:
        return utterance.since_seconds < self._hearing.open_since or now - utterance.since_seconds > MERGE_AFTER_SECONDS

    def _expire(self, now: float) -> None:
        while (flight := self._flights.overdue(now, self._hearing.patience)) is not None:
            if flight.dropped and flight.utterances[0].tries < DROPS_MAX:
                self._retry(flight)
                continue
            self._hearing.missed()
            if not self._hearing.echoes:
                self._doubt(flight, now)
            # What was on its way when the echoes stopped gets its second chance too: many may be on their way at once.
            elif flight.again or flight.blind:
                self._advance(flight, "unheard", now)
            else:
                self._retry(flight)
        for doubt in self._doubts.expired(now):
            self._end(doubt.items, "unheard")
        if self._hearing.echoes:
            for doubt in self._doubts.take(now - ECHO_SECONDS):
                self._queue(doubt.utterance(tries=1), first=True)

    def _retry(self, flight: Flight) -> None:
        for utterance in flight.utterances:
            utterance.tries += 1
        self._rejoin(flight.who, first=True)

    def _doubt(self, flight: Flight, now: float) -> None:
        """Go on without an echo from a robot that never gave one. Should it turn out that it gives them, the line is said again."""
        flight.items = [item for utterance in flight.utterances if len(utterance.rest) == 1 for item in utterance.items]
        for utterance in flight.utterances:
            utterance.rest.popleft()
            utterance.tries, utterance.missed = 0, False
            if not utterance.rest:
                self._forget(utterance)
                self._repeats.note(utterance, now)
        self._rejoin(flight.who)
        for old in self._doubts.add(flight):
            self._end(old.items, "unheard")

    def _call_back(self) -> None:
        """Have all that is on its way said anew, and forget what was said in vain: nobody was there to hear it."""
        for waiting in self._by_urgency:
            for utterance in waiting:
                utterance.tries = 0
        for flight in reversed(self._flights.call_back()):
            self._rejoin(flight.who, first=True)
        for doubt in reversed(list(self._doubts.take(float("inf")))):
            self._queue(doubt.utterance(tries=0), first=True)

    def _advance(self, flight: Flight, result: Literal["said", "unheard"], now: float) -> None:
        """End the first pieces of what was on its way."""
        for utterance in flight.utterances:
            utterance.rest.popleft()
            utterance.tries, utterance.missed = 0, False
            utterance.unheard |= result == "unheard"
            if not utterance.rest:
                self._repeats.note(utterance, now)
                self._drop(utterance, "unheard" if utterance.unheard else "said")
        self._rejoin(flight.who)

    def _rejoin(self, who: Who, *, first: bool = False) -> None:
        """Have the person wait for a turn if anything waits for it and nothing is on its way."""
        queue = self._queues.get(who)
        if queue is None or who in self._flights:
            return
        if queue and who not in self._pauses:
            self._turns.join(who, queue.urgency, first=first)
        elif not queue:
            del self._queues[who]
            self._turns.leave(who)

    def _pause(self, who: Who, until: float) -> None:
        self._turns.leave(who)
        self._pauses.add(who, until)

    def _drop(self, utterance: Utterance, result: Result) -> None:
        self._forget(utterance)
        self._end(utterance.items, result)

    def _forget(self, utterance: Utterance) -> None:
        self._queues[utterance.who].remove(utterance)
        del self._by_urgency[utterance.urgency][utterance]

    def _drop_least(self) -> bool:
        """Make room: drop the oldest of the least urgent that is not on its way."""
        for utterances in reversed(self._by_urgency):
            for utterance in utterances:
                if not utterance.begun:
                    self._drop(utterance, "overflow")
                    self._rejoin(utterance.who)
                    return True
        return False

    def _sweep(self, now: float) -> None:
        """End what has gone stale behind others, or waited too long for the robot."""
        self._swept_at = now
        self._repeats.forget(now - self._limits.dedup_seconds)
        for item in self._batches.drop(lambda item: self._is_over(item, now) is not None):
            self._end([item], self._is_over(item, now) or "stale")
        flying = {utterance for flight in self._flights for utterance in flight.utterances}
        for who, queue in list(self._queues.items()):
            over = [(utterance, why) for utterance in queue if (why := self._is_over(utterance, now)) and utterance not in flying]
            for utterance, why in over:
                self._drop(utterance, why)
            self._rejoin(who)

    def _is_over(self, waiting: Item | Utterance, now: float) -> Literal["stale", "robot_away"] | None:
        if waiting.until_seconds <= now:
            return "stale"
        held_since = max(self._hearing.away_since, waiting.since_seconds)
        return "robot_away" if self._hearing.robot == "away" and now - held_since >= self._limits.hold_seconds else None

    def _end(self, items: list[Item], result: Result) -> None:
        self.depth -= len(items)
        self.over += [(item.announcement, result) for item in items]
