import dataclasses
from collections.abc import Callable

import pytest

from services.announcer.speech.doubts import DOUBT_SECONDS
from services.announcer.speech.hearing import ECHO_SECONDS, SIGN_SECONDS, UNPROVEN_SECONDS
from services.announcer.speech.voice import BACK_SECONDS, Voice
from tests.support.speaking import FREE, chat, pm, proven, results, spoken

NARROW = dataclasses.replace(FREE, message_units=8)


@pytest.fixture
def voice() -> Voice:
    return proven(Voice(FREE, 0.0))


def said(voice: Voice, now: float) -> str | None:
    say = voice.next(now)
    return say.text if say else None


# -- a robot that never echoes ----------------------------------------------------------------------------------------------------------


def test_a_robot_that_never_echoes_hears_each_line_once() -> None:
    voice = Voice(FREE, 0.0)
    for text in ("one", "two", "three", "four", "five"):
        voice.offer(pm("alice", text), 0.0)
    heard, now = [], 0.0
    while now < 2 * DOUBT_SECONDS:
        if line_said := said(voice, now):
            heard.append(line_said)
        now += 0.1
    assert heard == ["one", "two", "three", "four", "five"]
    assert results(voice) == [(text, "unheard") for text in heard]


def test_a_robot_that_never_echoes_holds_nobody_up() -> None:
    voice = Voice(FREE, 0.0)
    voice.offer(pm("alice", "one"), 0.0)
    voice.offer(pm("alice", "two"), 0.0)
    assert said(voice, 0.0) == "one"
    assert said(voice, UNPROVEN_SECONDS) == "two"


def test_what_a_robot_did_not_echo_is_said_again_once_it_turns_out_to_echo() -> None:
    voice = Voice(FREE, 0.0)
    voice.offer(pm("alice", "lost"), 0.0)
    voice.next(0.0)
    voice.next(UNPROVEN_SECONDS)
    voice.offer(pm("bob", "ho"), 3.0)
    voice.next(3.0)
    voice.heard("bob", "ho", 3.1)
    assert voice.next(ECHO_SECONDS - 0.1) is None
    say = voice.next(ECHO_SECONDS)
    assert say is not None
    assert (say.to, say.text, say.again) == ("alice", "lost", True)
    voice.heard("alice", "lost", 5.1)
    assert results(voice) == [("ho", "said"), ("lost", "said")]


def test_an_echo_that_comes_late_is_no_reason_to_say_the_line_again() -> None:
    voice = Voice(FREE, 0.0)
    voice.offer(pm("alice", "one"), 0.0)
    voice.offer(pm("alice", "two"), 0.0)
    assert said(voice, 0.0) == "one"
    assert said(voice, UNPROVEN_SECONDS) == "two"
    voice.heard("alice", "one", 1.0)
    voice.heard("alice", "two", 1.1)
    assert voice.next(20.0) is None
    assert results(voice) == [("one", "said"), ("two", "said")]


def test_an_echo_is_known_by_its_text_whatever_the_rooms_filters_made_of_it() -> None:
    voice = Voice(FREE, 0.0)
    for text in ("1_000_000 & more", "two"):
        voice.offer(pm("alice", text), 0.0)
    voice.next(0.0)
    voice.next(UNPROVEN_SECONDS)
    voice.heard("alice", "two", 0.6)
    assert results(voice) == [("two", "said")]
    voice.heard("alice", "1<em>000</em>000 &amp; more", 0.7)
    assert results(voice) == [("two", "said"), ("1_000_000 & more", "said")]


def test_after_three_lines_without_an_echo_none_is_waited_for(voice: Voice) -> None:
    for number in range(4):
        voice.offer(pm(f"viewer{number}", "hi"), 0.0)
        voice.next(0.0)
    for _ in range(4):
        voice.next(ECHO_SECONDS)
    for text in ("one", "two"):
        voice.offer(pm("alice", text, since=ECHO_SECONDS), ECHO_SECONDS)
    heard = [one for _ in range(6) if (one := said(voice, ECHO_SECONDS)) is not None]
    assert heard[-2:] == ["one", "two"]


# -- the robot away, the connection broken ----------------------------------------------------------------------------------------------


def test_nothing_is_said_while_the_robot_is_away_and_all_when_it_is_back(voice: Voice) -> None:
    voice.robot("away", 0.0)
    voice.offer(pm("alice", "hi"), 0.0)
    assert voice.next(0.0) is None
    voice.robot("connected", 1.0)
    assert said(voice, 1.0) == "hi"


def test_a_robot_that_is_back_says_nothing_in_the_room_until_it_hears_the_room(voice: Voice) -> None:
    voice.robot("away", 0.0)
    voice.offer(chat("hello"), 0.0)
    voice.offer(pm("alice", "hi"), 0.0)
    voice.robot("connected", 1.0)
    assert spoken(voice, 1.0) == [("alice", "hi")]
    assert voice.next(0.9 + BACK_SECONDS) is None
    assert said(voice, 1.0 + BACK_SECONDS) == "hello"


def test_what_was_on_its_way_when_the_robot_went_is_said_again(voice: Voice) -> None:
    voice.offer(pm("alice", "hi"), 0.0)
    voice.next(0.0)
    voice.robot("away", 0.5)
    voice.robot("connected", 1.0)
    assert said(voice, 1.0) == "hi"


def test_what_a_robot_in_doubt_was_given_before_it_went_is_said_again() -> None:
    voice = Voice(FREE, 0.0)
    voice.offer(pm("alice", "hi"), 0.0)
    voice.next(0.0)
    voice.next(UNPROVEN_SECONDS)
    voice.robot("away", 4.0)
    voice.robot("connected", 8.0)
    assert said(voice, 8.0) == "hi"


def test_what_was_on_its_way_when_the_connection_broke_has_all_its_chances_again(voice: Voice) -> None:
    voice.offer(pm("alice", "hi"), 0.0)
    voice.next(0.0)
    voice.next(ECHO_SECONDS)
    voice.cut_off(20.0)
    voice.robot("connected", 20.0)
    assert said(voice, 20.0) == "hi"
    assert said(voice, 20.0 + ECHO_SECONDS) == "hi"
    assert voice.next(20.0 + 2 * ECHO_SECONDS) is None
    assert results(voice) == [("hi", "unheard")]


def test_what_could_not_go_out_again_as_the_connection_broke_has_all_its_chances_too(voice: Voice) -> None:
    voice.offer(pm("alice", "hi"), 0.0)
    voice.next(0.0)
    again = voice.next(ECHO_SECONDS)
    assert again is not None
    voice.unsaid(again)
    voice.cut_off(20.0)
    voice.robot("connected", 20.0)
    assert said(voice, 20.0) == "hi"
    assert said(voice, 20.0 + ECHO_SECONDS) == "hi"
    assert results(voice) == []


def test_what_was_said_to_a_robot_that_had_gone_has_all_its_chances_when_it_is_back(voice: Voice) -> None:
    voice.offer(pm("alice", "hi"), 0.0)
    voice.next(0.0)
    voice.next(ECHO_SECONDS)
    voice.robot("away", 6.0)
    voice.robot("connected", 8.0)
    assert said(voice, 8.0) == "hi"
    assert said(voice, 8.0 + ECHO_SECONDS) == "hi"
    assert results(voice) == []


SIGNS: dict[str, Callable[[Voice, float], object]] = {
    "ingest sees it": lambda voice, now: voice.robot("connected", now),
    "an echo": lambda voice, now: voice.heard("bob", "another service's", now),
    "somebody is not there": lambda voice, now: voice.absent("bob", now),
    "a line was dropped": lambda voice, now: voice.too_fast(now),
}


@pytest.mark.parametrize("sign", SIGNS.values(), ids=SIGNS)
def test_after_a_break_of_the_connection_nothing_is_said_until_the_robot_gives_a_sign(
    voice: Voice, sign: Callable[[Voice, float], object]
) -> None:
    voice.robot("connected", 0.0)
    voice.offer(pm("alice", "hi"), 0.0)
    voice.cut_off(1.0)
    voice.robot("unknown", 1.0)
    assert voice.next(3.0) is None
    sign(voice, 3.0)
    assert said(voice, 3.0) == "hi"


def test_a_robot_that_gives_no_sign_is_spoken_to_all_the_same_after_a_while(voice: Voice) -> None:
    voice.offer(pm("alice", "hi"), 0.0)
    voice.cut_off(1.0)
    now = 1.0
    while (say := voice.next(now)) is None:
        now += voice.wake_seconds(now) or 0.0
    assert (now, say.text) == (1.0 + SIGN_SECONDS, "hi")


def test_a_robot_that_is_away_when_the_connection_breaks_stays_away_until_it_is_seen(voice: Voice) -> None:
    voice.robot("away", 0.0)
    voice.offer(pm("alice", "hi"), 0.0)
    voice.cut_off(1.0)
    assert voice.next(1.0 + 2 * SIGN_SECONDS) is None
    voice.robot("connected", 30.0)
    assert said(voice, 30.0) == "hi"


def test_what_is_held_for_an_absent_robot_goes_stale(voice: Voice) -> None:
    voice.robot("away", 0.0)
    voice.offer(pm("alice", "old", until=10.0), 0.0)
    voice.offer(pm("alice", "older", until=5.0), 0.0)
    assert voice.next(9.0) is None
    assert results(voice) == [("older", "stale")]
    assert voice.next(10.0) is None
    assert results(voice) == [("older", "stale"), ("old", "stale")]
    assert voice.depth == 0


def test_an_absent_robot_is_waited_for_no_longer_than_configured() -> None:
    voice = Voice(dataclasses.replace(FREE, hold_seconds=60), 0.0)
    voice.offer(pm("alice", "early"), 0.0)
    voice.robot("away", 100.0)
    voice.offer(pm("bob", "late", since=130.0), 130.0)
    voice.next(159.0)
    assert results(voice) == []
    voice.next(160.5)
    assert results(voice) == [("early", "robot_away")]
    voice.next(190.5)
    assert results(voice) == [("early", "robot_away"), ("late", "robot_away")]
