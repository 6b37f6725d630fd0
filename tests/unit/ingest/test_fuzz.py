"""Whatever comes, exactly one event comes of it, which fits into a message and can be read back."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from libs.common import subjects
from libs.common.contracts.events import EVENT
from services.ingest.scribe import EVENT_BYTES_MAX
from tests.support import raw

REAL = [message for path in raw.RECORDINGS for message in raw.recorded(path)]

subject = st.one_of(
    st.sampled_from([subjects.robot_event("testroom", name) for name in subjects.ROBOT_EVENTS]),
    st.sampled_from([f"kryten.lifecycle.robot.{what}" for what in ("startup", "connected", "disconnected", "shutdown", "odd")]),
    st.sampled_from(
        [
            subjects.observed(channel, kind)
            for channel in ("@all", "testroom", "else")
            for kind in ("tick", "roster", "gap", "checkpoint", "configuration", "odd")
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)
scalar = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from([10**400, 1e308, -0.0, 1.5, "2026-11-22T12:00:00Z", "9999-12-31T23:59:59-23:59"]),
)
anything = st.recursive(
    scalar, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4), max_leaves=12
)


def holds(message: raw.Raw) -> None:
    writer = raw.scribe()
    written = writer.write(1, message.subject, message.body, message.stored)
    assert written.event.raw == writer.position == 1
    assert len(written.body) <= EVENT_BYTES_MAX
    assert EVENT.validate_json(written.body).kind == written.event.kind
    assert written.event.at <= message.stored


@given(subject, st.binary(max_size=200))
def test_any_bytes(subject: str, body: bytes) -> None:
    holds(raw.Raw(subject, body, raw.START))


@given(subject, anything)
def test_any_json(subject: str, body: Any) -> None:
    holds(raw.Raw(subject, json.dumps(body).encode(), raw.START))


@settings(max_examples=300)
@given(subject, anything)
def test_any_payload_in_a_real_envelope(subject: str, payload: Any) -> None:
    body = json.loads(raw.robot_event("x", None).body) | {"payload": payload}
    holds(raw.Raw(subject, json.dumps(body).encode(), raw.after(1)))


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    return [here, *(path for key, part in inner for path in paths(part, (*here, key)))]


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], by)
    return copy


@settings(max_examples=500)
@given(st.sampled_from(REAL), st.data())
def test_real_messages_with_a_part_replaced(message: raw.Raw, data: st.DataObject) -> None:
    body = json.loads(message.body)
    mutated = replaced(body, data.draw(st.sampled_from(paths(body))), data.draw(anything))
    holds(raw.Raw(message.subject, json.dumps(mutated).encode(), message.stored))


@given(st.sampled_from(REAL), st.data())
def test_real_messages_with_bytes_changed(message: raw.Raw, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(message.body)))
    end = data.draw(st.integers(start, min(len(message.body), start + 20)))
    holds(raw.Raw(message.subject, message.body[:start] + data.draw(st.binary(max_size=10)) + message.body[end:], message.stored))
