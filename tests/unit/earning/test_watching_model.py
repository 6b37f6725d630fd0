"""How long somebody was there for a play, against counting seconds one by one."""

from dataclasses import dataclass, field
from typing import Literal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.earning.media.playing import Media, Play, Span, begun, ended, watched
from services.earning.media.watching import until_gone, until_unknown
from services.earning.presence import standing as presence
from services.earning.presence.standing import NEVER_SEEN, Standing, State
from services.earning.times import SECOND_US

GRACE = 300
What = Literal["join", "leave", "seen", "missing", "proof", "mark"]
WHATS = ("join", "leave", "seen", "missing", "proof", "mark")
SECONDS = (0, 1, 59, 299, 300, 301)
steps = st.lists(st.tuples(st.sampled_from(WHATS), st.sampled_from(SECONDS)), max_size=30)


@dataclass
class Naive:
    """Knows of every second whether somebody was there."""

    state: Literal["away", "present", "suspended"] = "away"
    now: int = 0
    proof: int = 0
    lost: int = 0
    here: set[int] = field(default_factory=set)

    def step(self, what: What, seconds: int) -> None:
        if self.state == "present":
            self.here.update(range(self.now, self.now + seconds))
        self.now += seconds
        if what == "mark":
            if self.state == "present":
                self.here.difference_update(range(self.proof, self.now))
                self.state, self.lost = "suspended", self.proof
            return
        self.proof = self.now
        longest = GRACE - 1 if what == "join" else GRACE
        if self.state == "suspended" and what in {"join", "seen", "leave"} and self.now - self.lost <= longest:
            self.here.update(range(self.lost, self.now))
        if what != "proof":
            self.state = "present" if what in {"join", "seen"} else "away"


@dataclass
class Ours:
    """The same with the functions under test."""

    standing: Standing = NEVER_SEEN
    now: int = 0
    proof: int = 0
    spans: list[Span] = field(default_factory=list)

    def step(self, what: What, seconds: int) -> None:
        self.now += seconds
        at, grace_us = self.now * SECOND_US, GRACE * SECOND_US
        if what == "mark":
            self._keep(until_unknown(self.standing, self.proof))
            self.standing = presence.suspend(self.standing, self.proof)
            return
        self.proof = at
        if what != "proof":
            rules = {"join": presence.join, "leave": presence.leave, "seen": presence.seen}
            turn = presence.missing(self.standing, at) if what == "missing" else rules[what](self.standing, at, grace_us)
            self._keep(until_gone(self.standing, turn, at, grace_us))
            self.standing = turn.standing

    def end(self) -> list[Span]:
        since = self.standing.since
        return [*self.spans, (since, self.now * SECOND_US)] if self.standing.state is State.PRESENT and since is not None else self.spans

    def _keep(self, span: Span | None) -> None:
        if span is not None:
            self.spans.append(span)


def play(since: int, length: int, end: int) -> Play:
    began = begun("e1", Media("cm", "film", "Film", length, 0), since * SECOND_US)
    return ended(began, Media("cm", "next", "Next", 60, 0), end * SECOND_US)


@given(steps, st.integers(0, 900), st.integers(1, 1_800))
@example([("join", 0), ("leave", 59), ("join", 59)], 0, 100)
@example([("join", 0), ("mark", 59), ("leave", 59)], 0, 100)
@settings(max_examples=300, deadline=None)
def test_the_same_time_as_second_by_second(happenings: list[tuple[What, int]], since: int, length: int) -> None:
    naive, ours = Naive(), Ours()
    for what, seconds in [*happenings, ("proof", 30)]:
        naive.step(what, seconds)
        ours.step(what, seconds)
    end = max(naive.now, since)

    expected = [second for second in naive.here if since <= second < min(since + length, end)]
    assert watched(play(since, length, end), ours.end()) == len(expected) * SECOND_US
