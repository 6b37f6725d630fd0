"""The configuration's way into the one order: at a start when it differs, once a day, and when somebody asks for it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog

from libs.common.config import Config, ConfigError, load, published, version
from libs.common.contracts.events import Configuration, Event
from libs.common.contracts.health import Health
from libs.common.contracts.reload import Reloaded
from services.ingest.changes import changes, needing_restart
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
        self._published: str | None = None
        """The version last published by this process."""
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
        """Read the file anew, publish it where it differs, and wait for the services; a file with problems changes nothing."""
        async with self._reloading:
            try:
                config = await asyncio.to_thread(load, self._config.path)
            except ConfigError as error:
                problems = [str(problem) for problem in error.problems]
                words = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
                return Reloaded(success=False, error=f"{words}; nothing changed", code="invalid_configuration", problems=problems)
            before, self._settings = self._last, published(config.settings)
            wanted = version(self._settings)
            # What was published last may not be in force yet: then the file is published behind it.
            if not self.in_force == wanted == (self._published or wanted):
                try:
                    await self._send()
                except Unseen as error:
                    return Reloaded(success=False, error=f"not published yet, ask again: {error}", code="unavailable")
        behind = await self._behind()
        changed = before is None or before.version != wanted
        log.info("configuration reloaded", version=wanted, changed=changed, behind=behind)
        return Reloaded(
            success=True,
            version=wanted,
            changed=changed,
            changed_keys=changes(before.settings, self._settings) if before and changed else [],
            restart=needing_restart(self._config, config),
            behind=behind,
            warnings=config.warnings,
        )

    async def _send(self) -> None:
        settings = self._settings
        await self._publish("configuration", {"version": version(settings), "settings": settings})
        self._published, self._published_at = version(settings), time.monotonic()

    async def _behind(self) -> list[str]:
        """Wait until all running services go by what was published last; name those that do not in time."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            healths = await self._ask()
            wanted = self._published or self.in_force  # another reload may have published another one meanwhile
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
