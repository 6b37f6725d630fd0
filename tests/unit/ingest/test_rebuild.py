"""A scribe rebuilt from the last checkpoint and what follows it writes what the one before it would have written."""

from hypothesis import given, settings
from hypothesis import strategies as st

from libs.common.contracts.events import EVENT, Checkpoint, Event
from services.ingest.scribe import Scribe, Written
from tests.support import raw

CHANNELS = {"testroom": "localhost", "other": "cytu.be"}
name = st.sampled_from(["alice", "Alice", "bob", "carol", "ghost", "[server]"])
seconds = st.sampled_from([0.0, 0.01, 0.5, 0.999, 1.0, 4.0, 5.0, 6.0])
rank = st.sampled_from([-1, 0, 1, 1.5, 2, 5])
flag = st.booleans()
viewer = st.builds(raw.viewer, name, rank, afk=flag) | st.builds(raw.viewer, name, rank, smuted=flag)


def _roster(as_of: int, users: list[tuple[str, float]], when: float) -> raw.Raw:
    return raw.observed(
        "roster", {"as_of": as_of, "users": [{"user": user, "rank": value} for user, value in users]}, when, channel="testroom"
    )


message = st.one_of(
    st.builds(raw.chat, name, st.sampled_from(["x", "y"]), seconds, said=st.sampled_from([0.0, 1.0])),
    st.builds(raw.chat, name, st.just("z"), seconds, id_=st.sampled_from(["1", "2", "3"])),
    st.builds(raw.pm, name, st.just("x"), seconds),
    st.builds(raw.join, name, seconds, rank, smuted=flag),
    st.builds(raw.leave, name, seconds),
    st.builds(raw.rank, name, rank, seconds),
    st.builds(lambda users, when: raw.userlist(*users, seconds=when), st.lists(viewer, max_size=3), seconds),
    st.builds(
        lambda user, smuted, when: raw.robot_event("setUserMeta", {"name": user, "meta": {"muted": smuted, "smuted": smuted}}, when),
        name,
        flag,
        seconds,
    ),
    st.builds(lambda user, afk, when: raw.robot_event("setAFK", {"name": user, "afk": afk}, when), name, flag, seconds),
    st.builds(_roster, st.integers(0, 30), st.lists(st.tuples(name, rank), max_size=3), seconds),
    st.builds(lambda when: raw.observed("tick", {"robots": {}}, when), seconds),
    st.builds(lambda when: raw.observed("gap", {}, when), seconds),
    st.builds(lambda when: raw.observed("checkpoint", {}, when, channel="testroom"), seconds),
    st.builds(lambda when: raw.lifecycle("connected", when), seconds),
    st.just(raw.Raw("kryten.events.cytube.testroom.pm", b"?", raw.START)),
)


def spread(messages: list[raw.Raw]) -> list[raw.Raw]:
    """Store one message a second later than the one before, so that event time moves."""
    return [raw.Raw(each.subject, each.body, raw.after(number / 2)) for number, each in enumerate(messages)]


def written(writer: Scribe, messages: list[raw.Raw]) -> list[Written]:
    return [writer.write(writer.position + 1, each.subject, each.body, each.stored) for each in messages]


def rebuilt(events: list[Event]) -> Scribe:
    """Rebuild as ingest does: ids from all that is read back, the rest from the channel's last checkpoint on."""
    writer = Scribe(CHANNELS, 1, len(events))
    last = max((number for number, event in enumerate(events) if isinstance(event, Checkpoint)), default=0)
    for event in events[:last]:
        if event.channel == "testroom":
            writer.rooms["testroom"].remember_id(event.id)
        else:
            writer.remember(event)
    for event in events[last:]:
        writer.remember(event)
    return writer


@settings(max_examples=400)
@given(st.lists(message, min_size=2, max_size=40), st.data())
def test_a_rebuilt_scribe_goes_on_as_if_nothing_had_happened(messages: list[raw.Raw], data: st.DataObject) -> None:
    messages = spread(messages)
    cut = data.draw(st.integers(1, len(messages) - 1))
    continuous = written(raw_scribe := Scribe(CHANNELS, 1), messages)
    again = rebuilt([EVENT.validate_json(each.body) for each in continuous[:cut]])
    assert written(again, messages[cut:]) == continuous[cut:]
    assert again.rooms == raw_scribe.rooms


@given(st.lists(message, max_size=40))
def test_the_same_messages_always_give_the_same_events(messages: list[raw.Raw]) -> None:
    messages = spread(messages)
    assert written(Scribe(CHANNELS, 1), messages) == written(Scribe(CHANNELS, 1), messages)
