"""Wiring: events to the keeper, transactions to the loader, questions to the owners and to the history, what comes of it to HTTP."""

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import TimeoutError as LateError
from functools import partial
from typing import Any, Final

from nats.errors import Error as NatsError
from prometheus_client import REGISTRY
from pydantic import ValidationError

from libs.analysis.archive import FOLDER
from libs.common import subjects
from libs.common.contracts.health import Health
from libs.common.contracts.ledger_requests import StatsAnswer, StatsRequest
from libs.common.database import Database
from libs.common.position import Position, find
from libs.common.reader import Message, Reader
from libs.common.service import NoAnswer, Runtime
from libs.common.services import existing
from libs.common.unit import Unit
from services.analytics import exposition, store
from services.analytics.inquiry import Inquiry
from services.analytics.keeper import Keeper
from services.analytics.loader import ACK_WAIT_SECONDS, BEHIND_MAX, WINDOW, Loader, mark
from services.analytics.tally import Tally
from services.analytics.watch import ANSWER_SECONDS, Owners, Picture, Robots, StreamState, Watch

LOOK_SECONDS: Final = 1.5
"""How long a scrape waits for the event loop: it gives back a picture after less than that, unless the loop is stuck."""


def build(runtime: Runtime) -> None:
    """Register all that analytics does."""
    app = _App(runtime)
    runtime.prepare(app.begin)
    runtime.ready("configuration", lambda: None if runtime.configuration else "none has been published")
    runtime.pages["/health"] = app.health
    REGISTRY.register(exposition.Figures(app.look, runtime.state_dir))
    app.load()


class _App:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.keeper = Keeper(self.configured)
        self.durable = runtime.durable(Database(runtime.state_dir / "analytics.db", store.MIGRATIONS), [self.keeper.feed()])
        tokens = tuple(channel.token for channel in runtime.channels)
        robots = Robots(tokens, time.monotonic())
        owners = Owners(
            kept=lambda healths: self.durable.write(lambda unit: self.keeper.kept(unit, healths)),
            health={name: partial(self.ask_health, name) for name in existing()},
            money={token: partial(self.ask_ledger, token) for token in tokens},
            streams={stream.name: partial(self.ask_stream, stream.name) for stream in subjects.streams(())},
        )
        self.watch = Watch(lambda: owners.ask(robots))
        root = runtime.state_dir / FOLDER
        self.loader = Loader(root, _Books(self))
        self.reader = Reader(
            runtime.broker,
            stream=subjects.TRANSACTIONS,
            name=runtime.name,
            locate=lambda: self.loader.locate(self.find),
            take=self.loader.take,
            forget=self.loader.forget,
            ack_wait_seconds=ACK_WAIT_SECONDS,
            window=WINDOW,
            direct=True,
        )
        self.inquiry = Inquiry(root, lambda: self.durable.write(self.keeper.zone))
        self._loop: asyncio.AbstractEventLoop | None = None
        runtime.task("configuration", self.restore)

    def load(self) -> None:
        """Register the way of the transactions into the history, and who is asked about it."""
        self.runtime.task("history", lambda: self.loader.run(self.reader.acknowledge))
        self.runtime.task("transactions", self.reader.run)
        self.runtime.on_reconnect(lambda: self.reader.rebind("reconnected"))
        self.runtime.ready("history", self.behind)
        self.runtime.details = lambda: {"history": self.loader.last}
        self.runtime.door(subjects.owner(self.runtime.name, "*", "*"), self.inquiry.answer)
        self.runtime.on_stop(self.inquiry.close)

    async def find(self, position: Position | None) -> int:
        """Find a place in the stream again."""
        jetstream = self.runtime.jetstream
        state = (await jetstream.stream_info(subjects.TRANSACTIONS)).state
        # An empty one is being filled anew, from whatever number on: the messages will say.
        return await find(jetstream, subjects.TRANSACTIONS, position, mark) if state.messages else state.last_seq

    def behind(self) -> str | None:
        """Say what keeps the history from being up to date, if anything does."""
        if problem := self.loader.problem():
            return problem
        if not self.reader.bound:
            return f"not reading {subjects.TRANSACTIONS}"
        return f"{self.reader.lag} transactions behind" if self.reader.lag > BEHIND_MAX else None

    async def begin(self) -> None:
        """Let scrapes look from now on."""
        self._loop = asyncio.get_running_loop()

    async def restore(self) -> None:
        """Go by the configuration that was kept."""
        self.runtime.configuration = self.runtime.configuration or await self.durable.write(self.keeper.version)

    def configured(self, version: str) -> None:
        """Tell in the health by which configuration we go."""
        self.runtime.configuration = version

    def look(self) -> exposition.Now:
        """Give the picture of now; called from the thread of a scrape."""
        connected = self.runtime.connected
        picture = Picture()
        if self._loop is not None:
            looking = asyncio.run_coroutine_threadsafe(self.watch.look(), self._loop)
            try:
                picture = looking.result(LOOK_SECONDS)
            except LateError:
                looking.cancel()
                picture = Picture(channels=self.watch.last.channels, kept=self.watch.last.kept)  # what was counted stays counted
        return picture, connected, self.runtime.uptime_seconds

    def health(self) -> tuple[int, dict[str, Any]]:
        """Give `/health`."""
        return exposition.health(*self.look(), channels=len(self.runtime.channels))

    async def ask_health(self, service: str) -> Health | None:
        """Ask a service how it is."""
        if service == self.runtime.name:
            return self.runtime.health()
        try:
            return Health.model_validate_json(await self.runtime.request(subjects.health(service), b"{}", ANSWER_SECONDS))
        except (NoAnswer, ValidationError):
            return None

    async def ask_ledger(self, channel: str) -> StatsAnswer | None:
        """Ask for the money of a channel."""
        subject = subjects.ledger(channel, self.runtime.name, "stats")
        try:
            return StatsAnswer.model_validate_json(await self.runtime.request(subject, StatsRequest(), ANSWER_SECONDS))
        except (NoAnswer, ValidationError):
            return None

    async def ask_stream(self, stream: str) -> StreamState | None:
        """Ask the server for a stream and its consumers."""
        jetstream = self.runtime.jetstream
        letters = subjects.deadletter("*") if stream == subjects.DEADLETTERS else None
        try:
            info = await jetstream.stream_info(stream, subjects_filter=letters)
            consumers = await jetstream.consumers_info(stream)
        except (NatsError, OSError):
            return None
        return StreamState(
            info.state.messages,
            info.state.bytes,
            info.config.max_bytes or 0,
            dict(info.state.subjects or {}),
            {each.name: ((each.num_pending or 0) + (each.num_ack_pending or 0), each.num_redelivered or 0) for each in consumers},
        )


class _Books:
    """The figures, as the loader sees them."""

    def __init__(self, app: _App) -> None:
        self._durable, self._keeper = app.durable, app.keeper

    async def counted(self) -> tuple[int, str]:
        return await self._durable.write(self._keeper.counted)

    async def count(self, tally: Tally, up_to: int) -> None:
        await self._durable.write(lambda unit: self._keeper.count(unit, tally, up_to))

    async def dead_letters(self, messages: Sequence[Message], error: Exception) -> None:
        def write(unit: Unit) -> None:
            for message in messages:
                unit.dead_letter(message, error)

        await self._durable.write(write)
