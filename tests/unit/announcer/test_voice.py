from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.contracts.announcements import Announcement
from services.announcer.voice import ECHO_SECONDS, Limits, Say, Utterance, Voice

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
FREE = Limits(message_units=300, burst=15, per_second=8, pacing=False)


def pm(to: str, text: str, until: float = 1000.0) -> Utterance:
    return Utterance(Announcement(id=f"{to}:{text}", channel="room", lane="pm", to=to, text=text, at=AT, until=AT), until)


def chat(text: str) -> Utterance:
    return Utterance(Announcement(id=text, channel="room", lane="chat", text=text, at=AT, until=AT), 1000.0)


def results(voice: Voice) -> list[tuple[str, str | None]]:
    return [(over.announcement.text, over.result) for over in voice.over]


@pytest.fixture
def voice() -> Voice:
    return Voice(FREE, 0.0)


def test_a_line_goes_out_at_once_and_is_over_with_its_echo(voice: Voice) -> None:
    voice.offer(pm("Alice", "hi"), 0.0)
    assert voice.next(0.0) == Say("pm", "Alice", "hi")
    assert results(voice) == []
    voice.heard("alice")
    assert results(voice) == [("hi", "said")]


def test_the_next_line_for_a_person_waits_for_the_echo_of_the_last(voice: Voice) -> None:
    voice.offer(pm("alice", "one"), 0.0)
    voice.offer(pm("alice", "two"), 0.0)
    assert voice.next(0.0) == Say("pm", "alice", "one")
    assert voice.next(0.0) is None
    voice.heard("alice")
    assert voice.next(0.0) == Say("pm", "alice", "two")


def test_persons_and_the_room_take_turns(voice: Voice) -> None:
    for text in ("1", "2"):
        voice.offer(pm("alice", text), 0.0)
        voice.offer(pm("bob", text), 0.0)
    voice.offer(chat("room"), 0.0)
    said = []
    while (say := voice.next(0.0)) is not None:
        said.append((say.to, say.text))
        voice.heard(None if say.lane == "chat" else say.to)
    assert said == [("alice", "1"), ("bob", "1"), (None, "room"), ("alice", "2"), ("bob", "2")]


def test_a_long_text_is_over_with_the_echo_of_its_last_piece() -> None:
    voice = Voice(Limits(5, 15, 8, pacing=False), 0.0)
    voice.offer(pm("alice", "alpha beta"), 0.0)
    assert voice.next(0.0) == Say("pm", "alice", "alpha")
    voice.heard("alice")
    assert voice.over == []
    assert voice.next(0.0) == Say("pm", "alice", "beta")
    voice.heard("alice")
    assert results(voice) == [("alpha beta", "said")]


def test_a_line_without_an_echo_is_said_once_more_and_then_given_up(voice: Voice) -> None:
    voice.offer(pm("alice", "hi"), 0.0)
    voice.next(0.0)
    assert voice.next(ECHO_SECONDS - 0.1) is None
    assert voice.next(ECHO_SECONDS) == Say("pm", "alice", "hi")
    assert voice.next(2 * ECHO_SECONDS - 0.1) is None
    assert voice.next(2 * ECHO_SECONDS) is None
    assert results(voice) == [("hi", "unheard")]


def test_a_robot_that_never_echoes_does_not_hold_the_others_up(voice: Voice) -> None:
    for number in range(4):
        voice.offer(pm(f"viewer{number}", "hi"), 0.0)
        voice.next(0.0)
    for _ in range(4):
        voice.next(ECHO_SECONDS)
    voice.offer(pm("alice", "one"), ECHO_SECONDS)
    voice.offer(pm("alice", "two"), ECHO_SECONDS)
    said = [say.text for _ in range(6) if (say := voice.next(ECHO_SECONDS)) is not None]
    assert said[-2:] == ["one", "two"]


def test_lines_that_were_on_their_way_together_are_all_said_once_more(voice: Voice) -> None:
    people = [f"viewer{number}" for number in range(10)]
    for name in people:
        voice.offer(pm(name, "hello"), 0.0)
    while voice.next(0.1):
        pass

    again = []
    while say := voice.next(0.2 + ECHO_SECONDS):
        again.append(say.to)

    assert sorted(map(str, again)) == sorted(people)


def test_an_absent_person_is_not_told_the_rest() -> None:
    voice = Voice(Limits(5, 15, 8, pacing=False), 0.0)
    voice.offer(pm("ghost", "alpha beta"), 0.0)
    voice.next(0.0)
    voice.absent("ghost")
    assert results(voice) == [("alpha beta", "absent")]
    assert voice.next(0.0) is None


def test_nothing_is_said_while_the_robot_is_away_and_all_when_it_is_back(voice: Voice) -> None:
    voice.robot("away")
    voice.offer(pm("alice", "hi"), 0.0)
    assert voice.next(0.0) is None
    voice.robot("connected")
    assert voice.next(1.0) == Say("pm", "alice", "hi")


def test_what_was_on_its_way_when_the_robot_went_is_said_again(voice: Voice) -> None:
    voice.offer(pm("alice", "hi"), 0.0)
    voice.next(0.0)
    voice.robot("away")
    voice.robot("connected")
    assert voice.next(1.0) == Say("pm", "alice", "hi")


def test_what_was_on_its_way_when_the_connection_broke_has_all_its_chances_again(voice: Voice) -> None:
    voice.offer(pm("alice", "hi"), 0.0)
    voice.next(0.0)
    voice.next(ECHO_SECONDS)
    voice.cut_off()
    assert voice.next(20.0) == Say("pm", "alice", "hi")
    assert voice.next(20.0 + ECHO_SECONDS) == Say("pm", "alice", "hi")
    assert voice.next(20.0 + 2 * ECHO_SECONDS) is None
    assert results(voice) == [("hi", "unheard")]


def test_what_is_held_for_an_absent_robot_goes_stale(voice: Voice) -> None:
    voice.robot("away")
    voice.offer(pm("alice", "old", until=10.0), 0.0)
    voice.offer(pm("alice", "older", until=5.0), 0.0)
    assert voice.next(9.0) is None
    assert results(voice) == [("older", "stale")]
    assert voice.next(10.0) is None
    assert results(voice) == [("older", "stale"), ("old", "stale")]
    assert voice.depth == 0


def test_what_comes_stale_is_not_said(voice: Voice) -> None:
    voice.offer(pm("alice", "old", until=1.0), 2.0)
    assert voice.next(2.0) is None
    assert results(voice) == [("old", "stale")]


def test_an_empty_text_is_over_at_once(voice: Voice) -> None:
    voice.offer(pm("alice", "\n"), 0.0)
    assert [over.result for over in voice.over] == ["said"]


def test_a_line_that_could_not_be_handed_over_is_said_again_first(voice: Voice) -> None:
    voice.offer(pm("alice", "hi"), 0.0)
    voice.offer(pm("bob", "ho"), 0.0)
    say = voice.next(0.0)
    assert say is not None
    voice.unsaid(say)
    assert voice.next(0.0) == say


def test_the_pace_is_kept() -> None:
    voice = Voice(Limits(300, 3, 2), 0.0)
    for number in range(3):
        voice.offer(pm(f"viewer{number}", "hi"), 0.0)
    assert voice.next(0.0) is not None
    assert voice.next(0.0) is None
    assert voice.wake_seconds(0.0) == pytest.approx(0.5)
    assert voice.next(0.5) is not None


def test_with_nothing_to_say_it_sleeps_until_something_comes(voice: Voice) -> None:
    assert voice.wake_seconds(0.0) is None


STEP = st.one_of(
    st.tuples(st.just("offer"), st.sampled_from(["alice", "bob", None]), st.floats(0, 40)),
    st.tuples(st.just("heard"), st.sampled_from(["alice", "bob", None])),
    st.tuples(st.just("absent"), st.sampled_from(["alice", "bob"])),
    st.tuples(st.just("robot"), st.sampled_from(["connected", "away", "unknown"])),
    st.tuples(st.just("cut off")),
    st.tuples(st.just("say")),
    st.tuples(st.just("refuse")),
    st.tuples(st.just("wait"), st.floats(0, 8)),
)


@given(st.lists(STEP, max_size=80))
def test_whatever_happens_each_announcement_ends_once_and_first_lines_keep_their_order(  # noqa: C901, PLR0912 - one branch a step
    steps: list[tuple[Any, ...]],
) -> None:
    voice, now, offered, said = Voice(Limits(300, 3, 2), 0.0), 0.0, 0, []
    for step in steps:
        match step:
            case ("offer", who, left):
                text = f"{offered}"
                utterance = chat(text) if who is None else pm(who, text)
                utterance.until_seconds = now + left
                voice.offer(utterance, now)
                offered += 1
            case ("heard", who):
                voice.heard(who)
            case ("absent", who):
                voice.absent(who)
            case ("robot", state):
                voice.robot(state)
            case ("cut off",):
                voice.cut_off()
            case ("wait", seconds):
                now += seconds
            case ("say",) | ("refuse",):
                say = voice.next(now)
                if say is not None and step[0] == "refuse":
                    voice.unsaid(say)
                elif say is not None:
                    said.append((say.to, int(say.text)))
    voice.robot("connected")
    for _ in range(1000):
        wait = voice.wake_seconds(now)
        if wait is None:
            break
        now += wait + 1e-6  # as a real clock does: floats may fall short of the moment
        say = voice.next(now)
        if say is not None:
            said.append((say.to, int(say.text)))
            voice.heard(say.to)
    assert sorted(int(over.announcement.text) for over in voice.over) == list(range(offered))
    for who in ("alice", "bob", None):
        mine = [number for to, number in said if to == who]
        assert mine == sorted(mine)
