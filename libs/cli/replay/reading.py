"""Reading streams once from a moment on, without a trace: a consumer of nobody's, gone a while after it is no longer asked."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from pydantic import ValidationError

from libs.common import subjects
from libs.common.contracts.events import EVENT, Configuration

READ_SECONDS: Final = 10.0
_AT_ONCE: Final = 1_000
_IDLE_SECONDS: Final = 600.0
"""So long may pass between two pieces: each is handled before the next is asked for."""


class Reach(NamedTuple):
    """From when to when there are events."""

    first: datetime
    last: datetime


async def reach(client: Client) -> Reach | None:
    """Tell from when to when there are events; None where there are none.

    Raises NotFoundError where there is no such stream; NatsError, TimeoutError.
    """
    jetstream = client.jetstream(timeout=READ_SECONDS)
    state = (await jetstream.stream_info(subjects.EVENTS)).state
    if not state.messages:
        return None
    return Reach(await _happened(jetstream, state.first_seq), await _happened(jetstream, state.last_seq))


async def bodies(client: Client, stream: str, since: datetime | None = None, subject: str = ">") -> AsyncGenerator[bytes, None]:
    """Give the bodies of all messages stored from a moment on and until now, in order.

    Raises NotFoundError where there is no such stream; NatsError, TimeoutError.
    """
    jetstream = client.jetstream(timeout=READ_SECONDS)
    config = ConsumerConfig(
        deliver_policy=DeliverPolicy.ALL if since is None else DeliverPolicy.BY_START_TIME,
        opt_start_time=since,
        ack_policy=AckPolicy.NONE,
        inactive_threshold=_IDLE_SECONDS,
        mem_storage=True,
    )
    subscription = await jetstream.pull_subscribe(subject, stream=stream, config=config)
    info = await subscription.consumer_info()
    left = info.num_pending or 0
    try:
        while left > 0:
            piece: list[Msg] = await subscription.fetch(min(left, _AT_ONCE), timeout=READ_SECONDS)
            left = min(left - len(piece), piece[-1].metadata.num_pending) if piece else 0
            for message in piece:
                yield message.data
    finally:
        await subscription.unsubscribe()
        await jetstream.delete_consumer(stream, info.name)


async def configurations(client: Client) -> list[Configuration]:
    """Give all configurations the stream of events still has, in order.

    Raises as `bodies`.
    """
    found = [
        EVENT.validate_json(body) async for body in bodies(client, subjects.EVENTS, subject=subjects.event(subjects.ALL, "configuration"))
    ]
    return [event for event in found if isinstance(event, Configuration)]


async def _happened(jetstream: JetStreamContext, sequence: int) -> datetime:
    message = await jetstream.get_msg(subjects.EVENTS, seq=sequence)
    try:
        return EVENT.validate_json(message.data or b"").at
    except ValidationError:
        return message.time or datetime.now(UTC)
