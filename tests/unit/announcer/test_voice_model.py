"""Whatever happens: each announcement ends once, nothing is lost, and what one viewer hears for the first time comes in order."""

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.announcer.limits import Limits
from services.announcer.lines import Words
from services.announcer.queues import ROOM
from services.announcer.voice import Voice
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
                self.voice.absent(who)
            case ("robot", state):
                self.voice.robot(state, self.now)
            case ("cut off",):
                self.voice.cut_off(self.now)
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
