"""Where an event stands: its time, its id, and what came before."""

from datetime import timedelta

from libs.common.contracts.events import Chat, Event, Ignored
from services.ingest.room import IDS
from services.ingest.scribe import Scribe
from tests.support import raw


def reason(event: Event) -> str | None:
    return event.reason if isinstance(event, Ignored) else None


def test_time_is_the_robots() -> None:
    assert raw.last(raw.leave("a", 3.25)).at == raw.after(3.25)


def test_time_never_goes_back_within_a_channel() -> None:
    assert [event.at for event in raw.translate(raw.leave("a", 5), raw.leave("b", 3))] == [raw.after(5), raw.after(5)]


def test_time_is_never_after_the_stream_stored_it() -> None:
    message = raw.leave("a", 60)
    assert raw.last(raw.Raw(message.subject, message.body, raw.after(10))).at == raw.after(10)


def test_a_stream_clock_that_went_back_does_not_turn_time_back() -> None:
    late = raw.leave("b", 60)
    assert raw.last(raw.leave("a", 20), raw.Raw(late.subject, late.body, raw.after(10))).at == raw.after(20)


def test_what_concerns_all_moves_every_channels_clock() -> None:
    writer = Scribe({"one": "localhost", "two": "localhost"}, 1)
    written = raw.write(
        writer,
        raw.robot_event("userLeave", {"name": "a"}, 5, channel="one"),
        raw.observed("tick", {"robots": {}}, 9),
        raw.robot_event("userLeave", {"name": "a"}, 7, channel="two"),
    )
    assert [event.at for event in written] == [raw.after(5), raw.after(9), raw.after(9)]


def test_what_concerns_all_is_not_before_any_channels_last() -> None:
    assert [event.at for event in raw.translate(raw.leave("a", 5), raw.observed("tick", {"robots": {}}, 2))] == [raw.after(5)] * 2


def test_channels_keep_their_own_time() -> None:
    writer = Scribe({"one": "localhost", "two": "localhost"}, 1)
    written = raw.write(
        writer,
        raw.robot_event("userLeave", {"name": "a"}, 9, channel="one"),
        raw.robot_event("userLeave", {"name": "a"}, 5, channel="two"),
    )
    assert [event.at for event in written] == [raw.after(9), raw.after(5)]


def test_a_broken_message_does_not_move_time() -> None:
    broken = raw.Raw("kryten.events.cytube.testroom.chatmsg", b"?", raw.after(50))
    assert [event.at for event in raw.translate(raw.leave("a", 5), broken)] == [raw.after(5)] * 2


def test_a_foreign_robots_clock_is_not_believed() -> None:
    foreign = raw.robot_event("userLeave", {"name": "a"}, 50, domain="cytu.be")
    assert [event.at for event in raw.translate(raw.leave("a", 5), foreign)] == [raw.after(5)] * 2


def test_an_id_is_the_correlation_id() -> None:
    assert raw.last(raw.chat("a", "x", id_="abc")).id == "abc"


def test_without_a_usable_correlation_id_the_id_follows_from_the_message() -> None:
    message = raw.chat("a", "x", id_="y" * 101)
    ids = {raw.last(message).id, raw.last(message).id}
    assert len(ids) == 1
    assert ids.pop() != "y" * 101


def test_a_message_that_comes_twice_counts_once() -> None:
    message = raw.leave("a")
    first, second = raw.translate(message, message)
    assert (first.kind, reason(second), second.proof) == ("leave", "repeated", True)
    assert first.id != second.id


def test_the_same_id_in_another_channel_is_another_message() -> None:
    writer = Scribe({"one": "localhost", "two": "localhost"}, 1)
    written = raw.write(
        writer,
        raw.robot_event("userLeave", {"name": "a"}, channel="one", id_="x"),
        raw.robot_event("userLeave", {"name": "a"}, channel="two", id_="x"),
    )
    assert [event.kind for event in written] == ["leave", "leave"]


def test_an_id_is_known_for_the_last_twenty_thousand_events() -> None:
    writer = raw.scribe()
    early, late = (raw.robot_event("userLeave", {"name": name}, id_=name) for name in ("early", "late"))
    raw.write(writer, early, late)
    for _ in range(IDS - 1):
        writer.rooms["testroom"].remember_id(str(writer.position))
        writer.position += 1
    assert [reason(event) for event in raw.write(writer, late, early)] == ["repeated", None]


def test_a_line_published_again_later_is_a_repetition() -> None:
    again = raw.chat("ALICE", "hello", 100, said=0)
    assert [reason(event) for event in raw.translate(raw.chat("alice", "hello", 0), again)] == [None, "repeated"]


def test_a_repetition_just_a_second_later_is_one() -> None:
    assert reason(raw.last(raw.chat("a", "x", 0), raw.chat("a", "x", 1, said=0))) == "repeated"


def test_equal_lines_within_a_second_are_two_lines() -> None:
    assert [event.kind for event in raw.translate(raw.chat("a", "x", 0), raw.chat("a", "x", 0.999, said=0))] == ["chat", "chat"]


def test_the_first_publication_of_a_line_counts() -> None:
    messages = [raw.chat("a", "x", seconds, said=0) for seconds in (0, 0.6, 1.2)]
    assert [reason(event) for event in raw.translate(*messages)] == [None, None, "repeated"]


def test_within_that_second_the_robots_own_times_are_compared() -> None:
    """A tick between two equal lines, by a clock that is ahead, must not drive them apart."""
    tick = raw.observed("tick", {"robots": {}}, 30)
    second = raw.chat("a", "x", 0.003, said=0)
    events = raw.translate(raw.chat("a", "x", 0), tick, raw.Raw(second.subject, second.body, raw.after(31)))
    assert isinstance(events[-1], Chat)
    assert (events[-1].at, events[-1].sent) == (raw.after(30), raw.after(0.003))


def test_another_text_at_the_same_time_is_another_line() -> None:
    assert raw.last(raw.chat("a", "x", 0), raw.chat("a", "y", 100, said=0)).kind == "chat"


def test_private_messages_are_never_repetitions() -> None:
    assert raw.last(raw.pm("a", "x", 0), raw.pm("a", "x", 100, said=0)).kind == "pm"


def test_a_hole_in_the_stream_is_told_in_its_place() -> None:
    writer = raw.scribe(epoch=7)
    raw.write(writer, raw.leave("a", 5))
    gap = writer.gap(5)
    assert gap is not None
    event = gap.event
    assert (event.kind, event.epoch, event.raw, event.channel, event.at, event.proof) == ("gap", 8, 4, "@all", raw.after(5), False)
    assert [(event.epoch, event.raw) for event in raw.write(writer, raw.leave("b", 6))] == [(8, 5)]


def test_without_a_hole_nothing_is_told() -> None:
    writer = raw.scribe()
    raw.write(writer, raw.leave("a", 5))
    assert writer.gap(2) is None


def test_a_stream_made_anew_begins_with_a_gap() -> None:
    writer = Scribe({"testroom": "localhost"}, 9, -1)
    gap = writer.lost(0, None).event
    assert (gap.kind, gap.epoch, gap.raw) == ("gap", 9, 0)
    assert raw.write(writer, raw.leave("a"))[0].raw == 1


def test_a_very_late_message_is_still_in_time_order() -> None:
    events = raw.translate(raw.leave("a", 0), raw.observed("tick", {"robots": {}}, 3_600), raw.leave("b", 10))
    assert events[-1].at - events[0].at == timedelta(hours=1)
