"""What a message says of its place is read as the client reads it, and sooner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import NotJSMessageError

from libs.common.consumer import sequences, stored_at

FORMS = (
    "$JS.ACK.ECONOMY_TRANSACTIONS.analytics.1.{stream}.{consumer}.{stored}.7",
    "$JS.ACK.hub.AbCd1234.ECONOMY_TRANSACTIONS.analytics.1.{stream}.{consumer}.{stored}.7",
    "$JS.ACK._.AbCd1234.ECONOMY_TRANSACTIONS.analytics.1.{stream}.{consumer}.{stored}.7.xyz",
)


@given(st.sampled_from(FORMS), st.integers(1, 2**62), st.integers(1, 2**62), st.integers(1_600_000_000 * 10**9, 4_000_000_000 * 10**9))
def test_sequences_and_time_are_those_the_client_gives(form: str, stream: int, consumer: int, stored: int) -> None:
    raw = Msg(Client(), reply=form.format(stream=stream, consumer=consumer, stored=stored))
    assert sequences(raw) == (raw.metadata.sequence.stream, raw.metadata.sequence.consumer) == (stream, consumer)
    assert stored_at(raw) == raw.metadata.timestamp


@pytest.mark.parametrize("reply", ["", "_INBOX.abc.1", "$JS.FC.x.y"])
def test_what_came_from_no_stream_has_none(reply: str) -> None:
    raw = Msg(Client(), reply=reply)
    for ask in (sequences, stored_at):
        with pytest.raises(NotJSMessageError):
            ask(raw)
