import dataclasses

import pytest

from services.announcer.limits import Limits
from services.announcer.lines import Words
from services.announcer.speech.doubts import DROPPED_SECONDS
from services.announcer.speech.hearing import ECHO_SECONDS
from services.announcer.speech.queues import ROOM
from services.announcer.speech.voice import (
    BACK_SECONDS,
    DROPS_MAX,
    MERGE_AFTER_SECONDS,
    MISSED_SECONDS,
    Voice,
)
from tests.support.speaking import FREE, chat, line, pm, proven, results, spoken

NARROW = dataclasses.replace(FREE, message_units=8)


@pytest.fixture
def voice() -> Voice:
    return proven(Voice(FREE, 0.0))


def said(voice: Voice, now: float) -> str | None:
    say = voice.next(now)
    return say.text if say else None


# -- one line at a time, seen by its echo -----------------------------------------------------------------------------------------------


def test_a_line_goes_out_at_once_and_is_over_with_its_echo(voice: Voice) -> None:
    voice.offer(pm("Alice", "hi"), 0.0)
    say = voice.next(0.0)
    assert say is not None
    assert (say.lane, say.to, say.text, say.again) == ("pm", "Alice", "hi", False)
    assert results(voice) == []
    assert voice.heard("alice", "hi", 0.2) == pytest.approx(0.2)
    assert results(voice) == [("hi", "said")]


def test_the_next_line_for_a_person_waits_for_the_echo_of_the_last(voice: Voice) -> None:
    voice.offer(pm("alice", "one"), 0.0)
    voice.offer(pm("alice", "two"), 0.0)
    assert said(voice, 0.0) == "one"
    assert said(voice, 0.0) is None
    voice.heard("alice", "one", 0.0)
    assert said(voice, 0.0) == "two"


def test_a_long_text_is_over_with_the_echo_of_its_last_piece() -> None:
    voice = proven(Voice(NARROW, 0.0))
    voice.offer(pm("alice", "alpha beta"), 0.0)
    assert said(voice, 0.0) == "alpha"
    voice.heard("alice", "alpha", 0.0)
    assert voice.over == []
    assert said(voice, 0.0) == "beta"
    voice.heard("alice", "beta", 0.0)
    assert results(voice) == [("alpha beta", "said")]


def test_a_line_without_an_echo_is_said_once_more_and_then_given_up(voice: Voice) -> None:
    voice.offer(pm("alice", "hi"), 0.0)
    voice.next(0.0)
    assert voice.next(ECHO_SECONDS - 0.1) is None
    say = voice.next(ECHO_SECONDS)
    assert say is not None
    assert (say.text, say.again) == ("hi", True)
    assert voice.next(2 * ECHO_SECONDS - 0.1) is None
    assert voice.next(2 * ECHO_SECONDS) is None
    assert results(voice) == [("hi", "unheard")]


def test_lines_that_were_on_their_way_together_are_all_said_once_more(voice: Voice) -> None:
    people = {f"viewer{number}" for number in range(10)}
    for name in people:
        voice.offer(pm(name, "hello"), 0.0)
    while voice.next(0.1):
        pass

    again = set()
    while say := voice.next(0.2 + ECHO_SECONDS):
        again.add(say.to)

    assert again == people


def test_who_was_not_there_is_told_once_more_a_little_later(voice: Voice) -> None:
    for text in ("one", "two"):
        voice.offer(pm("alice", text), 0.0)
    voice.next(0.0)
    voice.absent("alice", 0.1)
    assert voice.next(MISSED_SECONDS) is None
    say = voice.next(0.1 + MISSED_SECONDS)
    assert say is not None
    assert (say.text, say.again) == ("one\ntwo", False)
    voice.heard("alice", say.text, 5.2)
    assert results(voice) == [("one", "said"), ("two", "said")]


def test_who_is_still_not_there_is_not_told_the_rest() -> None:
    voice = proven(Voice(NARROW, 0.0))
    voice.offer(pm("ghost", "alpha beta"), 0.0)
    voice.next(0.0)
    voice.absent("ghost", 0.0)
    assert said(voice, MISSED_SECONDS) == "alpha"
    voice.absent("ghost", MISSED_SECONDS)
    assert results(voice) == [("alpha beta", "absent")]
    assert voice.next(100.0) is None


def test_who_is_not_there_holds_nobody_up(voice: Voice) -> None:
    voice.offer(pm("ghost", "hi"), 0.0)
    voice.next(0.0)
    voice.absent("ghost", 0.0)
    voice.offer(pm("ghost", "ho"), 0.0)
    voice.offer(pm("alice", "hello"), 0.0)
    assert spoken(voice, 0.0) == [("alice", "hello")]


def test_a_line_that_could_not_be_handed_over_is_said_again_first(voice: Voice) -> None:
    voice.offer(pm("alice", "hi"), 0.0)
    voice.offer(pm("bob", "ho"), 0.0)
    say = voice.next(0.0)
    assert say is not None
    voice.unsaid(say)
    assert voice.next(0.0) == say


def test_an_empty_text_is_over_at_once(voice: Voice) -> None:
    voice.offer(pm("alice", "\n"), 0.0)
    assert [result for _, result in voice.over] == ["said"]


def test_with_nothing_to_say_it_sleeps_until_something_comes(voice: Voice) -> None:
    assert voice.wake_seconds(0.0) is None


# -- too fast for CyTube ----------------------------------------------------------------------------------------------------------------


def test_a_dropped_line_is_said_again_at_once(voice: Voice) -> None:
    voice.offer(pm("alice", "hi"), 0.0)
    voice.next(0.0)
    voice.too_fast(0.1)
    assert voice.wake_seconds(0.1) == pytest.approx(DROPPED_SECONDS)
    say = voice.next(0.1 + DROPPED_SECONDS)
    assert say is not None
    assert (say.text, say.again) == ("hi", True)


def test_of_several_lines_the_one_dropped_is_the_oldest_not_heard(voice: Voice) -> None:
    for name in ("alice", "bob", "carol"):
        voice.offer(pm(name, f"hi {name}"), 0.0)
        voice.next(0.0)
    voice.heard("alice", "hi alice", 0.1)
    voice.too_fast(0.1)
    voice.heard("carol", "hi carol", 0.1)
    assert said(voice, 1.0) == "hi bob"


def test_a_line_thought_dropped_whose_echo_comes_is_not_said_again(voice: Voice) -> None:
    voice.offer(pm("alice", "hi"), 0.0)
    voice.next(0.0)
    voice.too_fast(0.1)
    voice.heard("alice", "hi", 0.2)
    assert voice.next(20.0) is None
    assert results(voice) == [("hi", "said")]


def test_a_line_that_is_dropped_over_and_over_is_given_up(voice: Voice) -> None:
    voice.offer(pm("alice", "hi"), 0.0)
    heard = []
    for second in range(20):
        if (text := said(voice, float(second))) is not None:
            heard.append(text)
            voice.too_fast(float(second))
    assert heard == ["hi"] * (1 + DROPS_MAX)
    assert results(voice) == [("hi", "unheard")]


def test_what_others_say_by_the_same_robot_counts_towards_the_pace() -> None:
    voice = Voice(Limits(300, 3, 2), 0.0)
    for _ in range(2):
        voice.heard("bob", "another service's", 0.0)
    voice.offer(pm("alice", "hi"), 0.0)
    assert voice.next(0.4) is None
    assert said(voice, 0.5) == "hi"


# -- turns, pace, bounds ----------------------------------------------------------------------------------------------------------------


def test_persons_and_the_room_take_turns(voice: Voice) -> None:
    for text in ("1", "2"):
        voice.offer(pm("alice", text), 0.0)
        voice.offer(pm("bob", text), 0.0)
    voice.offer(chat("room"), 0.0)
    assert spoken(voice) == [("alice", "1"), ("bob", "1"), (None, "room"), ("alice", "2"), ("bob", "2")]


def test_the_most_urgent_go_first(voice: Voice) -> None:
    voice.offer(pm("a", "digest", kind="digest"), 0.0)
    voice.offer(pm("b", "notice", kind="notice"), 0.0)
    voice.offer(chat("result", kind="result"), 0.0)
    voice.offer(pm("c", "answer", kind="answer"), 0.0)
    assert [text for _, text in spoken(voice)] == ["answer", "result", "notice", "digest"]


def test_who_is_owed_an_answer_gets_what_stands_before_it_with_it(voice: Voice) -> None:
    voice.offer(pm("alice", "digest", kind="digest"), 0.0)
    voice.offer(pm("bob", "notice", kind="notice"), 0.0)
    voice.offer(pm("alice", "answer", kind="answer"), 0.0)
    assert spoken(voice) == [("alice", "digest"), ("alice", "answer"), ("bob", "notice")]


def test_the_pace_is_kept() -> None:
    voice = Voice(Limits(300, 3, 2), 0.0)
    for number in range(3):
        voice.offer(pm(f"viewer{number}", "hi"), 0.0)
    assert voice.next(0.0) is not None
    assert voice.next(0.0) is None
    assert voice.wake_seconds(0.0) == pytest.approx(0.5)
    assert voice.next(0.5) is not None


def test_twenty_who_ask_at_once_all_have_their_answer_within_three_seconds() -> None:
    voice, now = proven(Voice(Limits(300, 15, 8), 0.0)), 0.0
    for number in range(20):
        voice.offer(pm(f"viewer{number}", "answer"), now)
    answered = 0
    while answered < 20:
        now += voice.wake_seconds(now) or 0.0
        answered += len(spoken(voice, now))
    assert now < 3


def test_of_too_much_the_least_urgent_and_oldest_is_dropped() -> None:
    voice = Voice(FREE, 0.0, waiting_max=3)
    voice.robot("away", 0.0)
    for name, kind in (("a", "notice"), ("b", "digest"), ("c", "digest"), ("d", "answer"), ("e", "notice"), ("f", "answer")):
        voice.offer(pm(name, name, kind=kind), 0.0)  # type: ignore[arg-type]
    assert results(voice) == [("b", "overflow"), ("c", "overflow"), ("a", "overflow")]
    assert voice.depth == 3


def test_it_knows_how_long_the_oldest_has_waited(voice: Voice) -> None:
    voice.offer(pm("alice", "late", since=8.0), 8.0)
    voice.offer(chat("early", since=2.0, kind="digest"), 8.0)
    assert voice.oldest_seconds(10.0) == 8.0


# -- said together ----------------------------------------------------------------------------------------------------------------------


def test_what_waited_for_one_viewer_while_the_robot_was_away_is_said_in_as_few_messages_as_fit(voice: Voice) -> None:
    voice.robot("away", 1.0)
    for number in range(40):
        voice.offer(pm("alice", f"this is line {number:02}", since=1.5), 1.5)
    voice.robot("connected", 2.0)
    messages = [text for _, text in spoken(voice, 2.0)]
    assert [row for message in messages for row in message.splitlines()] == [f"this is line {number:02}" for number in range(40)]
    assert len(messages) == 3
    assert results(voice) == [(f"this is line {number:02}", "said") for number in range(40)]


def test_what_waited_long_for_its_turn_is_said_together(voice: Voice) -> None:
    voice.offer(pm("alice", "one"), 0.0)
    voice.offer(pm("alice", "two"), 0.0)
    assert [text for _, text in spoken(voice, MERGE_AFTER_SECONDS + 0.1)] == ["one\ntwo"]


def test_a_message_of_several_that_is_not_heard_is_said_again_as_it_was(voice: Voice) -> None:
    for text in ("one", "two"):
        voice.offer(pm("alice", text), 0.0)
    assert said(voice, 10.0) == "one\ntwo"
    voice.offer(pm("alice", "three"), 10.0)
    assert said(voice, 10.0 + ECHO_SECONDS) == "one\ntwo"
    assert said(voice, 10.0 + 2 * ECHO_SECONDS) == "three"
    assert results(voice) == [("one", "unheard"), ("two", "unheard")]


def test_lines_of_one_kind_that_come_together_are_said_as_one(voice: Voice) -> None:
    for name in ("alice", "bob", "carol"):
        shown = {"user": name, "rank": "Extra"}
        voice.offer(line(Words(f"{name} is Extra", "rank_up:Extra", "{user} reached {rank}", shown)), 0.0)
    assert voice.next(1.9) is None
    assert said(voice, 2.0) == "alice, bob and carol reached Extra"
    voice.heard(ROOM, "", 2.0)
    assert [result for _, result in results(voice)] == ["said"] * 3


def test_greetings_stand_behind_one_another(voice: Voice) -> None:
    for text in ("hail alice", "hail bob"):
        voice.offer(line(Words(text, "greeting")), 0.0)
    assert said(voice, 2.0) == "hail alice | hail bob"


def test_lines_keep_gathering_while_the_robot_is_away(voice: Voice) -> None:
    voice.robot("away", 0.0)
    voice.offer(line(Words("hail alice", "greeting")), 0.0)
    voice.next(50.0)
    voice.offer(line(Words("hail bob", "greeting")), 50.0)
    voice.robot("connected", 60.0)
    assert said(voice, 60.0 + BACK_SECONDS) == "hail alice | hail bob"


def test_a_line_that_goes_stale_while_others_gather_is_left_out(voice: Voice) -> None:
    voice.robot("away", 0.0)
    voice.offer(line(Words("hail alice", "greeting"), until=20.0), 0.0)
    voice.offer(line(Words("hail bob", "greeting")), 0.0)
    voice.next(30.0)
    voice.robot("connected", 40.0)
    assert said(voice, 40.0 + BACK_SECONDS) == "hail bob"
    assert results(voice) == [("hail alice", "stale")]


def test_the_room_does_not_hear_the_same_line_twice_within_the_window(voice: Voice) -> None:
    for key in ("1", "2"):
        voice.offer(line(Words("rain!"), key=key), 0.0)
    assert len(spoken(voice, 0.0)) == 1
    assert results(voice) == [("1", "said"), ("2", "repeated")]
    voice.offer(line(Words("rain!"), key="3"), 31.0)
    assert len(spoken(voice, 31.0)) == 1


def test_the_room_hears_a_finished_text_as_often_as_it_comes(voice: Voice) -> None:
    for key in ("1", "2"):
        voice.offer(chat("stand up!", key=key), 0.0)
    assert len(spoken(voice, 0.0)) == 2


def test_the_room_hears_of_every_jackpot(voice: Voice) -> None:
    for key in ("1", "2"):
        voice.offer(line(Words("alice won 500"), key=key, name="jackpot"), 0.0)
    assert len(spoken(voice, 0.0)) == 2


def test_one_viewer_may_hear_the_same_twice(voice: Voice) -> None:
    for _ in range(2):
        voice.offer(pm("alice", "balance: 5"), 0.0)
    assert len(spoken(voice)) == 2


def test_what_comes_stale_is_not_said(voice: Voice) -> None:
    voice.offer(pm("alice", "old", until=1.0), 2.0)
    assert voice.next(2.0) is None
    assert results(voice) == [("old", "stale")]
