"""Wiring: the raw stream to the pump, the robot and its bucket to the observer, the reload door to the configurator."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeVar

from nats.errors import Error as NatsError

from libs.common import subjects
from libs.common.contracts.events import Event
from libs.common.contracts.reload import Reloaded
from libs.common.durable import Request
from libs.common.ordered import OrderedOutput
from libs.common.reader import Reader
from libs.common.service import Runtime
from services.ingest import metrics
from services.ingest.configure import Configurator
from services.ingest.observe import Observer, Place
from services.ingest.outside import NAME, Streams, World
from services.ingest.pump import Pump

LAG_MAX: Final = 1_000
LAG_EVERY_SECONDS: Final = 2.0

T = TypeVar("T")


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
        pump = self._pump = Pump(self._streams, output, domains, self._told)
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


async def _until_seen(ask: Callable[[], Awaitable[T]]) -> T:
    delay = 0.1
    while True:
        try:
            return await ask()
        except (NatsError, OSError, TimeoutError):
            await asyncio.sleep(delay)
            delay = min(delay * 2, 2.0)
