"""Wiring: the raw stream to the pump, the robot and its bucket to the observer, the reload door to the configurator."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import InvalidBucketNameError, NotFoundError
from pydantic import ValidationError

from libs.common import subjects
from libs.common.connection import server_id
from libs.common.contracts.events import EVENT, Event
from libs.common.contracts.health import Health
from libs.common.contracts.reload import Reloaded
from libs.common.durable import Request
from libs.common.ordered import OrderedOutput
from libs.common.reader import Reader
from libs.common.service import SERVICES, NoAnswer, Runtime
from services.ingest import metrics
from services.ingest.configure import Configurator
from services.ingest.observe import Observer, Place, Unseen, observation
from services.ingest.pump import Pump, RawMessage, RawState

NAME: Final = "ingest"
ASK_SECONDS: Final = 5.0
HEALTH_SECONDS: Final = 0.5
NOBODY: Final = "503"
"""The server's word that nobody listens on a subject."""
LAG_MAX: Final = 1_000
LAG_EVERY_SECONDS: Final = 2.0

T = TypeVar("T")


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
        return server_id(self._runtime.nats)

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
        return server_id(self._runtime.nats)

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


class Ingest:
    """The service."""

    def __init__(self, runtime: Runtime) -> None:
        """Register with the runtime; nothing runs yet."""
        self._runtime = runtime
        self._streams = Streams(runtime)
        world = World(runtime)
        places = [Place(channel.token, channel.name, channel.domain) for channel in runtime.channels]
        self._observer = Observer(places, world, lambda: self._pump.scribe if self._pump else None)
        self._configurator = Configurator(runtime.config, self._observer.publish, world.healths, self._in_force)
        self._pump: Pump | None = None
        self._reader: Reader | None = None
        self._made = asyncio.Event()
        runtime.task("pump", self._run_pump)
        runtime.task("reader", self._run_reader)
        runtime.task("ticks", self._run_ticks)
        runtime.task("lists", self._observer.run_lists)
        runtime.task("configuration", self._run_configuration)
        runtime.task("lag", self._run_lag)
        runtime.on_reconnect(self._reconnected)
        runtime.door(subjects.INGEST_RELOAD, self._reload)
        runtime.ready("reader", lambda: None if self._reader and self._reader.bound else "not bound to the raw stream")
        runtime.ready("lag", lambda: f"{self._lag} messages behind" if self._lag > LAG_MAX else None)
        runtime.ready("configuration", lambda: None if self._configurator.in_force else "not published yet")
        runtime.details = lambda: {"lag": self._lag, "robots": self._observer.robots, "taken": metrics.taken()}

    @property
    def _lag(self) -> int:
        return self._reader.lag if self._reader else 0

    async def _run_pump(self) -> None:
        # Made here, as the broker starts every subscriber it knows when it connects, and a reader binds itself at its position.
        domains = {channel.token: channel.domain for channel in self._runtime.channels}
        output = OrderedOutput(self._runtime.nats, subjects.EVENTS)
        self._runtime.on_reconnect(output.interrupt)
        own_server = self._runtime.config.settings.nats.embedded
        pump = self._pump = Pump(self._streams, output, domains, self._told, own_server=own_server)
        reader = self._reader = Reader(
            self._runtime.broker, stream=subjects.RAW, name=NAME, locate=pump.locate, take=pump.take, forget=pump.forget
        )
        pump.attach(reader)
        self._made.set()
        await pump.run()

    async def _run_reader(self) -> None:
        await self._made.wait()
        if self._reader:
            await self._reader.run()

    async def _run_ticks(self) -> None:
        self._observer.want()
        await self._observer.run_ticks()

    async def _run_configuration(self) -> None:
        found = await _until_seen(partial(self._streams.last, subjects.ALL, "configuration"))
        if found and self._configurator.in_force is None:
            self._configurator.told(found[1])
        await self._configurator.run()

    async def _run_lag(self) -> None:
        while True:
            metrics.LAG.set(self._lag)
            await asyncio.sleep(LAG_EVERY_SECONDS)

    def _told(self, event: Event) -> None:
        self._observer.told(event)
        self._configurator.told(event)

    def _in_force(self, version: str) -> None:
        self._runtime.configuration = version

    def _reconnected(self) -> None:
        if self._reader:
            self._reader.rebind("reconnected")
        self._observer.want()

    async def _reload(self, _request: Request) -> Reloaded:
        return await self._configurator.reload()


def build(runtime: Runtime) -> None:
    """Make ingest of a process."""
    Ingest(runtime)


def _from(start: int) -> ConsumerConfig:
    return ConsumerConfig(
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=max(start, 1), ack_policy=AckPolicy.NONE, inactive_threshold=30.0
    )


@contextmanager
def _seeing() -> Iterator[None]:
    """Turn what the connection raises into the one thing an observer knows."""
    try:
        yield
    except (NatsError, OSError, TimeoutError) as error:
        raise Unseen(repr(error)) from error


async def _until_seen(ask: Callable[[], Awaitable[T]]) -> T:
    delay = 0.1
    while True:
        try:
            return await ask()
        except (NatsError, OSError, TimeoutError):
            await asyncio.sleep(delay)
            delay = min(delay * 2, 2.0)
