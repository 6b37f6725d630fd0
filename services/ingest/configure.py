"""The configuration's way into the one order: at a start when it differs, once a day, and when somebody asks for it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog

from libs.common.config import Config, ConfigError, load, published, version
from libs.common.config.publishing import PUBLISHED
from libs.common.contracts.events import Configuration, Event
from libs.common.contracts.health import Health
from libs.common.contracts.reload import Reloaded
from services.ingest.observe import Unseen

log = structlog.get_logger()

EVERY: Final = timedelta(days=1)
AGAIN_SECONDS: Final = 15.0
"""A configuration that was published and has not come back as an event within this time is published again."""
ANSWER_SECONDS: Final = 4.0
POLL_SECONDS: Final = 0.05

Publish = Callable[[str, dict[str, Any]], Awaitable[None]]
"""Publishes an observation of a kind; raises `Unseen`."""
Ask = Callable[[], Awaitable[dict[str, Health | None]]]
"""Gives the health of each service that runs; None of one that did not answer in time."""


class Configurator:
    """Publishes the configuration, and knows which one is in force."""

    def __init__(self, config: Config, publish: Publish, ask: Ask, tell: Callable[[str], None]) -> None:
        """Begin with the configuration this process was started with; `tell` is given the version in force whenever it changes."""
        self._config = config
        self._settings = published(config.settings)
        self._publish = publish
        self._ask = ask
        self._tell = tell
        self._last: Configuration | None = None
        self._published_at = -AGAIN_SECONDS
        self._reloading = asyncio.Lock()

    @property
    def in_force(self) -> str | None:
        """Give the version of the last configuration event; None before the first."""
        return self._last.version if self._last else None

    def told(self, event: Event) -> None:
        """Take an event that was written."""
        if isinstance(event, Configuration):
            self._last = event
            self._tell(event.version)

    async def run(self) -> None:
        """Publish whenever it is due, until cancelled."""
        while True:
            last = self._last
            due = last is None or last.version != version(self._settings) or datetime.now(UTC) - last.at >= EVERY
            if due and time.monotonic() - self._published_at >= AGAIN_SECONDS:
                try:
                    await self._send()
                except Unseen as error:
                    log.debug("configuration not published yet", error=str(error))
            await asyncio.sleep(1)

    async def reload(self) -> Reloaded:
        """Read the file anew and publish it whole; a file with problems changes nothing."""
        async with self._reloading:
            before = self.in_force
            try:
                config = await asyncio.to_thread(load, self._config.path)
            except ConfigError as error:
                problems = [str(problem) for problem in error.problems]
                return Reloaded(
                    success=False, error=f"{len(problems)} problems; nothing changed", code="invalid_configuration", problems=problems
                )
            self._settings = published(config.settings)
            try:
                await self._send()
            except Unseen as error:
                return Reloaded(success=False, error=f"not published: {error}", code="unavailable")
            wanted = version(self._settings)
            behind = await self._behind(wanted)
            log.info("configuration published", version=wanted, changed=wanted != before, behind=behind)
            return Reloaded(
                success=True, version=wanted, changed=wanted != before, behind=behind, warnings=[*self._restart(config), *config.warnings]
            )

    async def _send(self) -> None:
        await self._publish("configuration", {"version": version(self._settings), "settings": self._settings})
        self._published_at = time.monotonic()

    async def _behind(self, wanted: str) -> list[str]:
        """Wait until all running services go by this version; name those that do not in time."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            healths = await self._ask()
            late = [
                name
                for name, health in healths.items()
                # A service that goes by no configuration at all is not behind.
                if health is None or health.configuration not in (None, wanted)
            ]
            if self.in_force != wanted:
                late.insert(0, "ingest")
            if not late or time.monotonic() >= deadline:
                return late
            await asyncio.sleep(POLL_SECONDS)

    def _restart(self, config: Config) -> list[str]:
        """Name the sections that differ from those this process was started with, and are read at a start only."""
        mine, new = (each.settings.model_dump(exclude=set(PUBLISHED)) for each in (self._config, config))
        return [f"{section}: changed, but takes effect at a restart only" for section in new if new[section] != mine.get(section)]
