"""Presence against a model that looks at every minute by itself: whatever happens, nobody gains or loses one."""

from dataclasses import dataclass, field
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from services.earning.presence import standing as presence
from services.earning.presence.standing import NEVER_SEEN, Standing
from services.earning.times import MINUTE_US
from tests.support.earning_stage import Stage

GRACE_US = 5 * MINUTE_US
What = Literal["proof", "mark", "join", "leave", "speak", "listed", "unlisted", "roster", "unrostered"]
WHATS: tuple[What, ...] = ("proof", "mark", "join", "leave", "speak", "listed", "unlisted", "roster", "unrostered")
PROVING = {"proof", "join", "leave", "speak", "listed", "unlisted"}
HERE = {"speak", "listed", "roster"}
GONE = {"unlisted", "unrostered"}

steps = st.lists(
    st.tuples(st.sampled_from(WHATS), st.integers(min_value=0, max_value=7 * 60) | st.sampled_from([0, 1, 60, 120, 300])), max_size=40
)
"""What happens to one viewer, and after how many seconds."""


@dataclass
class Naive:
    """One viewer, second by second. `open` are ended minutes of which it is not known yet whether they are theirs."""

    state: Literal["absent", "present", "suspended", "grace"] = "absent"
    now: int = 0
    proof: int | None = None
    since: int = 0
    left: int = 0
    unproved: list[int] = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    paid: list[int] = field(default_factory=list)
    arrivals: list[int] = field(default_factory=list)

    def step(self, what: What, seconds: int) -> None:
        for _ in range(seconds):
            self.second()
        if what in PROVING:
            self.paid += self.unproved
            self.unproved = []
            self.proof = self.now
        if self.state == "grace" and self.now - self.left >= 300:
            self.state, self.open = "absent", []
        self.happen(what)

    def second(self) -> None:
        self.now += 1
        if self.now % 60 == 0:
            minute = self.now // 60 - 1
            if self.state == "present":
                self.unproved.append(minute)
            elif self.state in {"suspended", "grace"}:
                self.open.append(minute)

    def happen(self, what: What) -> None:
        if what == "mark" and self.state == "present":
            self.state, self.open, self.unproved = "suspended", self.unproved, []
            self.since = self.since if self.proof is None else self.proof
        elif what == "join" and self.state != "present":
            gone = {"absent": None, "suspended": self.since, "grace": self.left}[self.state]
            if gone is None or self.now - gone >= 300:
                self.arrivals.append(self.now)
                self.open = []
            self.come()
        elif what in HERE:
            self.seen()
        elif what == "leave":
            self.leave()
        elif what in GONE and self.state == "present":
            self.go(self.now)
        elif what in GONE and self.state == "suspended":
            self.state, self.left = "grace", self.since
            if self.now - self.left >= 300:
                self.state, self.open = "absent", []

    def seen(self) -> None:
        if self.state == "suspended" and self.now - self.since > 300:
            self.open = []
        if self.state != "present":
            self.come()

    def leave(self) -> None:
        if self.state == "suspended":
            self.seen()
        if self.state == "present":
            self.go(self.now)
        elif self.state == "grace":
            self.left = self.now

    def come(self) -> None:
        self.paid += self.open
        self.state, self.since, self.open, self.unproved = "present", self.now, [], []

    def go(self, at: int) -> None:
        self.state, self.left, self.open, self.unproved = "grace", at, [], []


@dataclass
class Ours:
    """The same with the functions under test."""

    standing: Standing = NEVER_SEEN
    now: int = 0
    proof: int | None = None
    paid: list[int] = field(default_factory=list)
    arrivals: list[int] = field(default_factory=list)

    def step(self, what: What, seconds: int) -> None:
        self.now += seconds
        at = self.now * 1_000_000
        if what in PROVING:
            self.paid += presence.proved(self.standing, self.proof, at)
            self.proof = at
        if what == "mark":
            self.standing = presence.suspend(self.standing, self.proof)
        elif what in GONE:
            self.standing = presence.missing(self.standing, at).standing
        elif what != "proof":
            rule = presence.join if what == "join" else presence.leave if what == "leave" else presence.seen
            turn = rule(self.standing, at, GRACE_US)
            self.paid += turn.owed
            self.standing = turn.standing
            self.arrivals += [self.now] * turn.arrived


@given(steps)
@settings(max_examples=600)
def test_the_same_minutes_and_arrivals_as_minute_by_minute(happenings: list[tuple[What, int]]) -> None:
    naive, ours = Naive(), Ours()
    for what, seconds in [*happenings, ("proof", 61)]:
        naive.step(what, seconds)
        ours.step(what, seconds)

        assert sorted(ours.paid) == sorted(naive.paid)
        assert ours.arrivals == naive.arrivals


@given(steps)
def test_no_minute_is_paid_twice_nor_out_of_its_time(happenings: list[tuple[What, int]]) -> None:
    ours = Ours()
    for what, seconds in happenings:
        ours.step(what, seconds)

    assert len(set(ours.paid)) == len(ours.paid)
    assert all(60 * (minute + 1) <= ours.now for minute in ours.paid)


@given(steps)
@settings(max_examples=60, deadline=None)
def test_the_room_posts_what_presence_says_and_counts_each_minute_once(happenings: list[tuple[What, int]]) -> None:
    stage, ours = Stage(), Ours()
    for what, seconds in [*happenings, ("proof", 61)]:
        ours.step(what, seconds)
        play(stage, what, ours.now)

    start = int(3600 * 12 / 60)
    assert stage.minutes("alice") == [f"{(start + minute) // 60:02}:{(start + minute) % 60:02}" for minute in ours.paid]
    assert len(stage.arrivals()) == len(ours.arrivals)
    counted = stage.db.execute("SELECT coalesce(sum(present), 0) FROM days").fetchone()[0]
    assert counted == len(ours.paid) == stage.counted


def play(stage: Stage, what: What, second: int) -> None:
    at = f"{12 + second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    match what:
        case "proof":
            stage.tick(at)
        case "mark":
            stage.robot(at, "login")
        case "join":
            stage.join(at, "alice")
        case "leave":
            stage.leave(at, "alice")
        case "speak":
            stage.chat(at, "alice")
        case "listed":
            stage.listed(at, "alice")
        case "unlisted":
            stage.listed(at)
        case "roster":
            stage.roster(at, stage.raw, "alice")
        case "unrostered":
            stage.roster(at, stage.raw)
