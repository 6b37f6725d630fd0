"""What a real room and a real robot published, and what becomes of it."""

from collections import Counter
from pathlib import Path

import pytest

from libs.common.contracts.events import EVENT, Chat, Event, Ignored, PrivateMessage, Rank, Robot, UserList
from tests.support import raw


def events_of(number: int) -> list[Event]:
    return raw.translate(*raw.recorded(raw.RECORDINGS[number - 1]))


def kinds(events: list[Event]) -> Counter[str]:
    return Counter(event.reason if isinstance(event, Ignored) else event.kind for event in events)


@pytest.mark.parametrize("path", raw.RECORDINGS, ids=lambda path: path.stem)
def test_each_message_gives_one_event_that_can_be_read_back(path: Path) -> None:
    messages = list(raw.recorded(path))
    writer = raw.scribe()
    for number, message in enumerate(messages, start=1):
        written = writer.write(number, message.subject, message.body, message.stored)
        assert (written.event.raw, written.event.epoch) == (number, 1)
        assert EVENT.validate_json(written.body) == written.event


@pytest.mark.parametrize("number", range(1, 6))
def test_time_does_not_go_back_and_ids_are_unique(number: int) -> None:
    events = events_of(number)
    assert [event.at for event in events] == sorted(event.at for event in events)
    assert len({event.id for event in events}) == len(events)


@pytest.mark.parametrize("number", range(1, 6))
def test_nothing_is_unreadable_foreign_or_unused(number: int) -> None:
    assert not kinds(events_of(number)).keys() & {"unreadable", "foreign", "unused"}


def test_the_life_of_a_channel() -> None:
    assert kinds(events_of(1)) == {
        "robot": 5,
        "emotes": 6,
        "chat": 52,
        "css": 3,
        "userlist": 2,
        "join": 16,
        "rank": 20,
        "leave": 18,
        "server": 25,
        "pm": 28,
        "mute": 7,
        "afk": 4,
        "queue": 6,
        "media": 6,
        "delete": 5,
    }


def test_what_cytube_says_again_after_reconnects_is_said_once() -> None:
    lines = Counter((event.user, event.time, event.html) for event in events_of(3) if isinstance(event, Chat))
    assert kinds(events_of(3))["repeated"] == 34
    assert set(lines.values()) == {1}


def test_what_the_bridge_dropped_is_found_in_the_repetitions() -> None:
    """Lines said while the robot was away come first by the replay: seen once, long after they were said."""
    late = [event for event in events_of(3) if isinstance(event, Chat) and (event.at - event.time).total_seconds() > 10]
    assert late


def test_senders_have_their_true_ranks() -> None:
    ranks = {
        event.user: event.rank for event in events_of(1) if isinstance(event, Chat | PrivateMessage) and event.at > events_of(1)[40].at
    }
    assert ranks == {"alice": 1, "bob": 1, "carol": 2, "dave": 1, "Wanderer": 0, "ZCoinBot": 4}


def test_the_robots_own_rank_comes_with_the_second_list() -> None:
    lists = [event for event in events_of(1) if isinstance(event, UserList)]
    assert [{viewer.user: viewer.rank for viewer in event.users}.get("ZCoinBot") for event in lists] == [None, 4.0]


def test_texts_are_plain() -> None:
    texts = {event.text for event in events_of(1) if isinstance(event, Chat | PrivateMessage)}
    assert {
        "some_user_name++ and _this_ is emphasised, *bold*, `code`, ~~gone~~, hidden",
        "5 < 6 & \"quotes\" 'single' (parens) <b>tag</b> <script>alert(1)</script>",
        "see https://example.org/a_b_c?x=1&y=2 ok",
        ">green text",
        "name_with_under_scores 1_000_000",
        "   padded   ",
    } <= texts


def test_the_pm_of_somebody_shadow_muted_is_marked() -> None:
    assert [event.text for event in events_of(1) if isinstance(event, PrivateMessage) and event.shadow] == ["shadow pm"]


def test_a_leader_for_a_while() -> None:
    assert 1.5 in [event.rank for event in events_of(1) if isinstance(event, Rank) and event.user == "bob"]


def test_each_robot_session_begins_with_marks() -> None:
    marks = [event for event in events_of(3) if isinstance(event, Robot)]
    assert Counter(mark.what for mark in marks) == {"connected": 9, "login": 7, "startup": 4, "disconnected": 3, "shutdown": 3, "kicked": 3}
    assert all(mark.proof == (mark.what == "kicked") for mark in marks)
    assert {mark.note for mark in marks if mark.note and "kicked" in mark.note} == {"Reconnected after: kicked (attempt 1)"}
