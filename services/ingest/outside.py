"""The streams, the robot and its bucket, the other services: all that ingest asks, by this process's connection."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Final

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import InvalidBucketNameError, NotFoundError
from pydantic import ValidationError

from libs.common import subjects
from libs.common.contracts.events import EVENT, Event
from libs.common.contracts.health import Health
from libs.common.service import SERVICES, NoAnswer, Runtime
from services.ingest.observe import Place, Unseen, observation
from services.ingest.pump import RawMessage, RawState

NAME: Final = "ingest"
ASK_SECONDS: Final = 5.0
HEALTH_SECONDS: Final = 0.5
NOBODY: Final = "503"
"""The server's word that nobody listens on a subject."""


class Streams:
    """What the two streams hold."""

    def __init__(self, runtime: Runtime) -> None:
        """Ask by this service's connection."""
        self._runtime = runtime

    async def raw_state(self) -> RawState:
        info = await self._runtime.jetstream.stream_info(subjects.RAW)
        acknowledged = 0
        with suppress(NotFoundError):
            consumer = await self._runtime.jetstream.consumer_info(subjects.RAW, NAME)
            acknowledged = (consumer.ack_floor.stream_seq or 0) if consumer.ack_floor else 0
        if info.created is None:
            raise NatsError("the server does not tell when the raw stream was made")
        return RawState(int(info.created.timestamp() * 1000), info.state.first_seq, info.state.last_seq, acknowledged)

    async def raw_message(self, sequence: int) -> RawMessage | None:
        try:
            message = await self._runtime.jetstream.get_msg(subjects.RAW, seq=sequence)
        except NotFoundError:
            return None
        return RawMessage(message.data or b"", message.time)

    async def raw_until(self, moment: datetime) -> int:
        state = (await self._runtime.jetstream.stream_info(subjects.RAW)).state
        low, high = max(state.first_seq, 1), state.last_seq + 1
        while low < high:
            middle = (low + high) // 2
            try:
                message = await self._runtime.jetstream.get_msg(subjects.RAW, seq=middle, subject=">", next=True)
            except NotFoundError:
                high = middle
                continue
            if message.time is None or message.time > moment:
                high = middle
            else:
                low = (message.seq or middle) + 1
        return low - 1

    def server(self) -> str | None:
        return _server(self._runtime)

    async def tell_gap(self, after: int, server: str) -> int:
        ack = await self._runtime.jetstream.publish(
            *observation("gap", {"after": after, "server": server}), timeout=ASK_SECONDS, stream=subjects.RAW
        )
        return ack.seq

    async def last(self, channel: str, kind: str) -> tuple[int, Event] | None:
        """Give the last event of a kind, with its sequence, if it can be read."""
        try:
            message = await self._runtime.jetstream.get_last_msg(subjects.EVENTS, subjects.event(channel, kind))
            return message.seq or 0, EVENT.validate_json(message.data or b"")
        except (NotFoundError, ValidationError):
            return None

    async def last_checkpoint(self, channel: str) -> int:
        found = await self.last(channel, "checkpoint")
        return found[0] if found else 0

    async def start_of_last(self, channel: str, count: int) -> int:
        state = (await self._runtime.jetstream.stream_info(subjects.EVENTS)).state
        span = count
        while True:
            start = max(state.last_seq - span + 1, state.first_seq, 1)
            if start <= max(state.first_seq, 1) or await self._count(channel, start) >= count:
                return start
            span *= 2

    async def read(self, channel: str, start: int) -> list[tuple[int, bytes]]:
        # A push consumer of its own: fetching, or FastStream, would cost a start five times as much.
        nats, jetstream = self._runtime.nats, self._runtime.jetstream
        found: list[Msg] = []
        came = asyncio.Event()

        async def take(message: Msg) -> None:
            found.append(message)
            came.set()

        inbox = nats.new_inbox()
        subscription = await nats.subscribe(inbox, cb=take, pending_msgs_limit=-1, pending_bytes_limit=-1)
        try:
            info = await jetstream.add_consumer(
                subjects.EVENTS, _from(start), filter_subject=subjects.event(channel, "*"), deliver_subject=inbox
            )
            expected = info.num_pending or 0
            while len(found) < expected:
                came.clear()
                await asyncio.wait_for(came.wait(), ASK_SECONDS)
            await jetstream.delete_consumer(subjects.EVENTS, info.name)
        finally:
            await subscription.unsubscribe()
        return [(message.metadata.sequence.stream, message.data) for message in found]

    async def _count(self, channel: str, start: int) -> int:
        info = await self._runtime.jetstream.add_consumer(subjects.EVENTS, _from(start), filter_subject=subjects.event(channel, "*"))
        await self._runtime.jetstream.delete_consumer(subjects.EVENTS, info.name)
        return info.num_pending or 0


class World:
    """The robot, its bucket, and the raw stream to write to."""

    def __init__(self, runtime: Runtime) -> None:
        """Ask by this service's connection."""
        self._runtime = runtime

    async def ask_robot(self, place: Place, is_final: Callable[[bytes], bool], within_seconds: float) -> list[bytes]:
        meta = {"source": "economy", "domain": place.domain, "channel": place.name}
        ping = json.dumps({"service": "robot", "command": "system.ping", "meta": meta}).encode()
        nats = self._runtime.nats
        replies: list[bytes] = []
        with _seeing():
            if not nats.is_connected:
                raise Unseen("not connected")
            inbox = nats.new_inbox()
            subscription = await nats.subscribe(inbox)
            try:
                await nats.publish(subjects.ROBOT_COMMAND, ping, reply=inbox)
                # Two handlers answer: a plain request would hear the first alone.
                with suppress(TimeoutError):
                    async with asyncio.timeout(within_seconds):
                        while not (replies and is_final(replies[-1])):
                            message = await subscription.next_msg(timeout=None)
                            if message.headers and message.headers.get("Status") == NOBODY:
                                break
                            replies.append(message.data)
            finally:
                with suppress(NatsError):
                    await subscription.unsubscribe()
        return replies

    async def user_list(self, place: Place) -> bytes | None:
        # The robot spells the channel as its own configuration does, which may be in another case than ours.
        for spelling in dict.fromkeys((place.name, place.token)):
            with _seeing(), suppress(NotFoundError, InvalidBucketNameError):
                bucket = await self._runtime.jetstream.key_value(f"kryten_{spelling}_userlist")
                return (await bucket.get("users")).value
        return None

    def server(self) -> str | None:
        return _server(self._runtime)

    async def last_raw(self) -> int:
        with _seeing():
            return (await self._runtime.jetstream.stream_info(subjects.RAW)).state.last_seq

    async def publish(self, subject: str, body: bytes) -> None:
        with _seeing():
            if not self._runtime.nats.is_connected:
                raise Unseen("not connected")
            await self._runtime.jetstream.publish(subject, body, timeout=ASK_SECONDS, stream=subjects.RAW)

    async def healths(self) -> dict[str, Health | None]:
        """Ask all other services how they are; those that do not run are left out."""
        names = [name for name in SERVICES if name != NAME]
        answers = await asyncio.gather(*(self._health(name) for name in names))
        return {name: health for name, (runs, health) in zip(names, answers, strict=True) if runs}

    async def _health(self, name: str) -> tuple[bool, Health | None]:
        try:
            body = await self._runtime.request(subjects.health(name), b"{}", HEALTH_SECONDS)
            return True, Health.model_validate_json(body)
        except NoAnswer as error:
            return not isinstance(error.__cause__, NoRespondersError), None
        except ValidationError:
            return True, None


def _from(start: int) -> ConsumerConfig:
    return ConsumerConfig(
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=max(start, 1), ack_policy=AckPolicy.NONE, inactive_threshold=30.0
    )


def _server(runtime: Runtime) -> str | None:
    """Give what the server named itself at its start; servers of a cluster stand in for each other, so there it says nothing."""
    info = runtime.nats._server_info  # noqa: SLF001 - nats-py gives its name no other way
    return None if "cluster" in info else info.get("server_id")


@contextmanager
def _seeing() -> Iterator[None]:
    """Turn what the connection raises into the one thing an observer knows."""
    try:
        yield
    except (NatsError, OSError, TimeoutError) as error:
        raise Unseen(repr(error)) from error
