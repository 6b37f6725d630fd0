"""What makes a process a service: connection, doors, readers, health, logs, and a clean end."""

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version as distribution_version
from pathlib import Path
from typing import Any, Final

import structlog
from faststream.nats import NatsBroker
from kryten.lifecycle_events import LifecycleEventPublisher
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.js import JetStreamContext

from libs.common import probe, streams, subjects, systemd
from libs.common.asking import NoReplyError
from libs.common.config import Config
from libs.common.connection import make_broker
from libs.common.contracts.base import Contract
from libs.common.contracts.health import Health
from libs.common.database import Database
from libs.common.durable import Door, Durable, Feed, Request
from libs.common.inbox import Inbox
from libs.common.reception import Handler, Reception
from libs.common.tasks import end
from libs.common.unit import encoded

SERVICES: Final = ("analytics", "ingest", "ledger", "earning", "games", "shop", "commands", "announcer")
"""All services; a service's place here is its health port's distance from `metrics.port`."""

VERSION: Final = distribution_version("kryten-economy")

_CLOSE_SECONDS: Final = 0.8
_DISCONNECT_SECONDS: Final = 0.4
_ALIVE_SECONDS: Final = 5.0
_LAG_MAX: Final = 1_000
_LOOK_AGAIN_SECONDS: Final = 0.25


class NoAnswer(NoReplyError):
    """Nobody answered in time, or nobody listens. Whether the request had an effect is not known."""


class NotProvisioned(Exception):
    """A stream is missing or does not fit: run `kryten-economy provision`."""


class ConnectionClosed(Exception):
    """The connection to NATS is closed for good; the process ends and its supervisor starts it anew."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A configured room."""

    token: str
    """Its name in subjects."""
    name: str
    """Its name as configured."""
    domain: str


class Runtime:
    """A service's surroundings. `build` functions register what they do; the runtime starts, watches and stops it."""

    def __init__(self, name: str, config: Config, state_dir: Path, *, patience_seconds: float = 0.0) -> None:
        """Prepare; nothing is connected yet. Streams that are missing are waited for as long as `patience_seconds`."""
        self.name = name
        self.config = config
        self.state_dir = state_dir
        self.channels = tuple(Channel(subjects.token(c.channel), c.channel, c.domain) for c in config.settings.channels)
        self.log = structlog.get_logger(service=name)
        self._patience_seconds = patience_seconds
        self.configuration: str | None = None
        """The version of the configuration this service goes by; set by the service."""
        self.details: Callable[[], dict[str, Any]] = dict
        """What else the service tells in its health; set by the service."""
        self.pages: dict[str, probe.Page] = {}
        """What else the service shows over HTTP, by path; set by the service."""
        self.broker: NatsBroker = make_broker(config, state_dir, name, reconnected=self._reconnected, closed=self._closed)
        self._durables: list[Durable] = []
        self._reception = Reception(name)
        self._inbox: Inbox | None = None
        self._tasks: list[tuple[str, Callable[[], Awaitable[None]]]] = []
        self._preparations: list[Callable[[], Awaitable[None]]] = []
        self._closers: list[Callable[[], Awaitable[None]]] = []
        self._reconnects: list[Callable[[], None]] = []
        self._checks: list[tuple[str, Callable[[], str | None]]] = []
        self._ended: asyncio.Future[None] | None = None
        self._started = time.monotonic()
        self._turned = time.monotonic()
        self._was_ready = False
        self._connected = False
        self.door(subjects.health(name), self._tell_health)

    @property
    def nats(self) -> Client:
        """Give the connection; there once tasks run."""
        connection: Client = self.broker.config.connection_state.connection
        return connection

    @property
    def jetstream(self) -> JetStreamContext:
        """Give the JetStream context; there once tasks run."""
        stream: JetStreamContext = self.broker.config.connection_state.stream
        return stream

    @property
    def connected(self) -> bool:
        """Whether the connection to NATS stands."""
        return self._connected and self.nats.is_connected

    @property
    def uptime_seconds(self) -> float:
        """Give the time since the process was set up."""
        return time.monotonic() - self._started

    def durable(self, database: Database, feeds: Sequence[Feed[Any]], doors: Sequence[Door] = ()) -> Durable:
        """Register the service's state: what it reads and which requests it answers from there."""
        durable = Durable(self.name, database, feeds)
        self._durables.append(durable)
        for door in doors:
            self._reception.durable_door(durable, door)
        self._reconnects.append(lambda: durable.rebind("reconnected"))
        self.ready("database", durable.problem)
        self.ready("lag", lambda: f"{durable.lag} messages behind" if durable.lag > _LAG_MAX else None)
        return durable

    def door(self, subject: str, handle: Handler) -> None:
        """Answer a request subject without a database; each request is a task of its own. Silence is never an answer."""
        self._reception.door(subject, handle)

    def task(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run in the background once connected. If it raises, the process ends with status 1; at the end it is cancelled."""
        self._tasks.append((name, run))

    def prepare(self, run: Callable[[], Awaitable[None]]) -> None:
        """Do once connected and before anything is read or answered. If it raises, the service does not start."""
        self._preparations.append(run)

    def on_stop(self, close: Callable[[], Awaitable[None]]) -> None:
        """Call `close` at a clean end, before the connection goes."""
        self._closers.append(close)

    def on_reconnect(self, call: Callable[[], None]) -> None:
        """Call after each reconnect: what was in flight is in doubt."""
        self._reconnects.append(call)

    def ready(self, name: str, check: Callable[[], str | None]) -> None:
        """Register a readiness check: None, or what is missing."""
        self._checks.append((name, check))

    async def request(self, subject: str, message: Contract | bytes, timeout_seconds: float) -> bytes:
        """Ask another service.

        Raises:
            NoAnswer: no answer came in time; whether the request had an effect is not known.
        """
        if self._inbox is None:
            raise RuntimeError("not connected yet")
        try:
            return await self._inbox.ask(subject, encoded(message), timeout_seconds)
        except NoRespondersError as error:
            raise NoAnswer(f"nobody answers {subject}") from error
        except (NatsError, TimeoutError) as error:
            raise NoAnswer(f"no answer on {subject} within {timeout_seconds} s") from error

    def health(self) -> Health:
        """Give the state as it is now."""
        problems = [] if self.connected else ["NATS not connected"]
        for name, check in self._checks:
            problem = check()
            if problem is not None:
                problems.append(f"{name}: {problem}")
        self._was_ready = self._was_ready or not problems
        return Health(
            service=self.name,
            ready=not problems,
            was_ready=self._was_ready,
            problems=problems,
            configuration=self.configuration,
            version=VERSION,
            uptime_seconds=self.uptime_seconds,
            details=self.details(),
        )

    async def run(self) -> None:
        """Connect, start everything, and go on until told to stop.

        Raises:
            Exception: whatever ended one of the tasks.
        """
        self._ended = asyncio.get_running_loop().create_future()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stop)
        metrics = self.config.settings.metrics
        port = metrics.port + SERVICES.index(self.name) if self.name in SERVICES else 0
        if port:
            probe.serve(metrics.host, port, self._alive, lambda: self.health().model_dump(), self.pages)
        for durable in self._durables:
            await durable.open()
        await self._until_stopped(self.broker.start())
        if self._ended.done():
            return
        await self._until_stopped(self._check_streams())
        if self._ended.done():
            return
        self._inbox = Inbox(self.nats)
        await self._inbox.open()
        for prepare in self._preparations:
            await prepare()
        self._connected = True
        for durable in self._durables:
            durable.bind(self.broker)
        runs = [self._reception.send(self.nats), self._turn(), *(durable.run() for durable in self._durables)]
        runs += [_for_good(run) for _, run in self._tasks]
        tasks: list[asyncio.Future[None]] = [asyncio.ensure_future(run) for run in runs]
        await self._reception.open(self.nats)
        lifecycle = await self._announce(port)
        try:
            # Twice: nats-py sends the first ping ahead of what is buffered, so only the second answer proves the subscriptions.
            await self.nats.flush()
            await self.nats.flush()
        except NatsError as error:
            raise ConnectionClosed("the NATS server went away while this was starting") from error
        self.log.info("started", version=VERSION, seconds=round(self.uptime_seconds, 3))
        systemd.tell("READY=1")
        try:
            await self._until_first_failure(tasks)
        finally:
            await self._stop_all(tasks, lifecycle)

    def stop(self) -> None:
        """End cleanly: called by SIGTERM and SIGINT."""
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)

    def fail(self, error: Exception) -> None:
        """End the process with status 1, for this reason."""
        if self._ended is not None and not self._ended.done():
            self._ended.set_exception(error)

    async def _until_stopped(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        waiting = [task, self._ended] if self._ended is not None else [task]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        else:
            task.cancel()

    async def _until_first_failure(self, tasks: Sequence[asyncio.Future[None]]) -> None:
        if self._ended is None:
            raise RuntimeError("not running")
        await asyncio.wait([*tasks, self._ended], return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
        if self._ended.done():
            self._ended.result()

    async def _stop_all(self, tasks: Sequence[asyncio.Future[None]], lifecycle: LifecycleEventPublisher) -> None:
        """End everything, within 3 seconds: `up` and the service manager kill who takes longer."""
        systemd.tell("STOPPING=1")

        async def close() -> None:
            for closer in self._closers:
                await closer()
            if lifecycle.is_running:
                await lifecycle.publish_shutdown()
                await lifecycle.stop()

        if self.connected and not any(task.done() for task in tasks):
            with suppress(TimeoutError, NatsError):
                await self._reception.close(self.nats)
        await _within(_CLOSE_SECONDS, close())
        await end(tasks)
        for durable in self._durables:
            await durable.close()
        self._connected = False
        await _within(_DISCONNECT_SECONDS, self.broker.stop())
        self.log.info("stopped")

    async def _check_streams(self) -> None:
        deadline = time.monotonic() + self._patience_seconds
        while problems := await streams.problems(self.jetstream, [channel.token for channel in self.channels]):
            if time.monotonic() >= deadline:
                raise NotProvisioned("; ".join(problems))
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    async def _announce(self, port: int) -> LifecycleEventPublisher:
        service = self.config.settings.service
        lifecycle = LifecycleEventPublisher(
            subjects.announced(self.name),
            self.nats,
            logging.getLogger("kryten.lifecycle"),
            version=VERSION,
            heartbeat_interval=service.heartbeat_interval,
            enable_heartbeat=service.enable_heartbeat,
            enable_discovery=service.enable_discovery,
            health_port=port or None,
        )
        if service.enable_lifecycle:
            await lifecycle.start()
            await lifecycle.publish_startup()
        return lifecycle

    async def _turn(self) -> None:
        while True:
            self._turned = time.monotonic()
            systemd.tell("WATCHDOG=1")
            await asyncio.sleep(1)

    def _alive(self) -> bool:
        return time.monotonic() - self._turned < _ALIVE_SECONDS

    async def _tell_health(self, _request: Request) -> Health:
        return self.health()

    async def _reconnected(self) -> None:
        self.log.info("connection to NATS is back")
        for call in self._reconnects:
            call()

    async def _closed(self) -> None:
        self.fail(ConnectionClosed("the connection to NATS is closed for good"))


async def _for_good(run: Callable[[], Awaitable[None]]) -> None:
    """Run it; a task that comes to its end has not failed."""
    await run()
    await asyncio.Event().wait()


async def _within(seconds: float, work: Coroutine[Any, Any, Any]) -> None:
    """Do it, or as much of it as the time allows: at the end nothing may hold up what comes after."""
    with suppress(TimeoutError, NatsError, OSError):
        await asyncio.wait_for(work, seconds)
