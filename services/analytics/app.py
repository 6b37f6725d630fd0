"""Wiring: events and transactions to the keeper, questions to the owners, what comes of it to HTTP."""

import asyncio
import time
from concurrent.futures import TimeoutError as LateError
from functools import partial
from typing import Any, Final

from nats.errors import Error as NatsError
from prometheus_client import REGISTRY
from pydantic import ValidationError

from libs.common import subjects
from libs.common.contracts.health import Health
from libs.common.contracts.ledger_requests import StatsAnswer, StatsRequest
from libs.common.database import Database
from libs.common.service import NoAnswer, Runtime
from libs.common.services import existing
from services.analytics import exposition, store
from services.analytics.keeper import Keeper
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


class _App:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.keeper = Keeper(self.configured)
        self.durable = runtime.durable(Database(runtime.state_dir / "analytics.db", store.MIGRATIONS), self.keeper.feeds())
        tokens = tuple(channel.token for channel in runtime.channels)
        robots = Robots(tokens, time.monotonic())
        owners = Owners(
            kept=lambda healths: self.durable.write(lambda unit: self.keeper.kept(unit, healths)),
            health={name: partial(self.ask_health, name) for name in existing()},
            money={token: partial(self.ask_ledger, token) for token in tokens},
            streams={stream.name: partial(self.ask_stream, stream.name) for stream in subjects.streams(())},
        )
        self.watch = Watch(lambda: owners.ask(robots))
        self._loop: asyncio.AbstractEventLoop | None = None
        runtime.task("configuration", self.restore)

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
