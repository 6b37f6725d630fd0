"""Whatever happens: each announcement ends once, nothing is lost, and what one viewer hears for the first time comes in order."""

import itertools
from collections import deque
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.announcer.limits import Limits
from services.announcer.lines import Words
from services.announcer.speech.hearing import ECHO_SECONDS
from services.announcer.speech.queues import ROOM
from services.announcer.speech.voice import DROPS_MAX, Voice
from tests.support.speaking import chat, line, pm, proven

WHO = st.sampled_from(["alice", "bob", ROOM])
KIND = st.sampled_from(["answer", "result", "notice", "digest"])
STEP = st.one_of(
    st.tuples(st.just("offer"), WHO, st.floats(0, 40), KIND),
    st.tuples(st.just("line"), st.floats(0, 40)),
    st.tuples(st.just("heard"), WHO),
    st.tuples(st.just("absent"), st.sampled_from(["alice", "bob"])),
    st.tuples(st.just("robot"), st.sampled_from(["connected", "away", "unknown"])),
    st.tuples(st.just("cut off")),
    st.tuples(st.just("too fast")),
    st.tuples(st.just("say")),
    st.tuples(st.just("refuse")),
    st.tuples(st.just("wait"), st.floats(0, 8)),
)


class Play:
    """A voice, a clock, and what was heard of it."""

    def __init__(self, *, echoes: bool) -> None:
        self.voice = Voice(Limits(300, 3, 2), 0.0, waiting_max=20)
        if echoes:
            proven(self.voice)
        self.now = 0.0
        self.offered = 0
        self.said: list[tuple[str, int]] = []

    def do(self, step: tuple[Any, ...]) -> None:
        match step:
            case ("offer", who, left, kind):
                options: Any = {"until": self.now + left, "since": self.now, "kind": kind}
                item = chat(f"{self.offered}", **options) if who == ROOM else pm(who, f"{self.offered}", **options)
                self.voice.offer(item, self.now)
                self.offered += 1
            case ("line", left):
                self.voice.offer(line(Words(f"{self.offered}", "batch"), until=self.now + left, since=self.now), self.now)
                self.offered += 1
            case ("heard", who):
                self.voice.heard(who, "?", self.now)
            case ("absent", who):
                self.voice.absent(who, self.now)
            case ("robot", state):
                self.voice.robot(state, self.now)
            case ("cut off",):
                self.voice.cut_off(self.now)
            case ("too fast",):
                self.voice.too_fast(self.now)
            case ("wait", seconds):
                self.now += seconds
            case ("say",) | ("refuse",):
                self.say(refuse=step[0] == "refuse")

    def say(self, *, refuse: bool = False, hear: bool = False) -> None:
        say = self.voice.next(self.now)
        if say is None:
            return
        if refuse:
            self.voice.unsaid(say)
            return
        self.said += [(say.who, int(number)) for number in say.text.replace(" | ", "\n").splitlines()]
        if hear:
            self.voice.heard(say.who, say.text, self.now)

    def finish(self) -> None:
        """Have a robot that is there hear everything."""
        self.voice.robot("connected", self.now)
        for _ in range(2000):
            wait = self.voice.wake_seconds(self.now)
            if wait is None:
                return
            self.now += wait + 1e-6  # as a real clock does: floats may fall short of the moment
            self.say(hear=True)
        message = "it never came to an end"
        raise AssertionError(message)


@given(st.lists(STEP, max_size=80), st.booleans())
def test_each_announcement_ends_once(steps: list[tuple[Any, ...]], echoes: bool) -> None:
    play = Play(echoes=echoes)
    for step in steps:
        play.do(step)
    play.finish()
    assert sorted(int(told.id.split(":")[-1]) for told, _ in play.voice.over) == list(range(play.offered))
    assert play.voice.depth == 0


@given(st.lists(STEP, max_size=80))
def test_each_viewer_hears_in_order_what_it_hears_for_the_first_time(steps: list[tuple[Any, ...]]) -> None:
    play = Play(echoes=True)
    for step in steps:
        play.do(step)
    play.finish()
    for who in ("alice", "bob"):
        mine = [number for to, number in play.said if to == who]
        first_times = list(dict.fromkeys(mine))
        assert first_times == sorted(first_times)


@given(st.lists(st.sampled_from(["alice", "bob", "carol"]), max_size=60))
def test_nobody_waits_for_more_than_one_line_of_each_other(names: list[str]) -> None:
    play = Play(echoes=True)
    play.voice.limit(Limits(300, 15, 8, pacing=False))
    for number, name in enumerate(names[:20]):
        play.voice.offer(pm(name, f"{number}"), 0.0)
    for _ in names:
        play.say(hear=True)
    said = [who for who, _ in play.said]
    for name in set(names):
        mine = [place for place, who in enumerate(said) if who == name]
        others = len(set(names)) - 1
        assert all(later - earlier <= others + 1 for earlier, later in itertools.pairwise(mine))


class Cytube:
    """Handles the robot's lines in order: each is heard, or dropped with a `cooldown`, a moment later."""

    def __init__(self, drops: set[int]) -> None:
        self.voice = proven(Voice(Limits(300, 15, 8), -10.0))
        self.now = 0.0
        self.heard: list[tuple[str, str]] = []
        self._drops = drops
        self._ours = 0
        self._on_the_way: deque[tuple[float, str, str | None]] = deque()

    def others(self, *, dropped: bool) -> None:
        """Have another service say something by the same robot."""
        self._on_the_way.append((self.now + 0.2, "zoe", None if dropped else "something"))

    def step(self) -> None:
        """Let a twentieth of a second pass."""
        while self._on_the_way and self._on_the_way[0][0] <= self.now:
            _, who, text = self._on_the_way.popleft()
            if text is None:
                self.voice.too_fast(self.now)
            else:
                self.heard.append((who, text))
                self.voice.heard(who, text, self.now)
        while (say := self.voice.next(self.now)) is not None:
            self._on_the_way.append((self.now + 0.2, say.who, None if self._ours in self._drops else say.text))
            self._ours += 1
        self.now += 0.05


@given(
    st.lists(st.tuples(WHO, KIND), max_size=12),
    st.sets(st.integers(0, 12), max_size=DROPS_MAX),
    st.dictionaries(st.integers(0, 60), st.booleans(), max_size=6),
)
def test_whatever_is_dropped_is_heard_once_in_order_and_soon(told: list[tuple[str, Any]], drops: set[int], others: dict[int, bool]) -> None:
    room = Cytube(drops)
    for number, (who, kind) in enumerate(told):
        text = f"{number}"
        room.voice.offer(chat(text, kind=kind) if who == ROOM else pm(who, text, kind=kind), 0.0)
    for step in range(200):
        if step in others:
            room.others(dropped=others[step])
        room.step()
    ours = [one for one in room.heard if one[0] != "zoe"]
    rows = [(who, row) for who, text in ours for row in text.splitlines()]
    for person in ("alice", "bob", ROOM):
        assert [row for who, row in rows if who == person] == [str(number) for number, (who, _) in enumerate(told) if who == person]
    assert {result for _, result in room.voice.over} <= {"said"}


def test_a_dropped_line_costs_its_viewer_no_echos_patience() -> None:
    room = Cytube({0})
    room.voice.offer(pm("alice", "hi"), 0.0)
    while not room.heard:
        room.step()
    assert room.now < ECHO_SECONDS / 4
