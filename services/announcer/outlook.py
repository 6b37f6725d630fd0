"""What is in force, as ingest says: the configuration, and whether the robots are there. Asked at the start, followed from then on."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from pydantic import ValidationError

from libs.common import config
from libs.common.config import ConfigError, Rules
from libs.common.contracts.events import EVENT, Configuration, Event, Tick
from services.announcer.speech.hearing import Robot

log = structlog.get_logger()

KINDS: Final = ("configuration", "tick")
"""The events that tell it."""
FRESH: Final = timedelta(seconds=10)
"""A tick older than this no longer tells whether the robot is there."""
RETRY_SECONDS: Final = 2.0


class Unanswered(Exception):
    """The stream could not be asked; it is to be tried again."""


class Outlook:
    """Goes by the newest configuration and the newest tick."""

    def __init__(
        self,
        *,
        last: Callable[[str], Awaitable[bytes | None]],
        server: Callable[[], str | None],
        configured: Callable[[Rules, str], None],
        robots: Callable[[Mapping[str, Robot]], None],
    ) -> None:
        """Prepare.

        Args:
            last: gives the last event of a kind, None where there is none; raises Unanswered.
            server: gives the run of the server we are connected to; None where servers are clustered.
            configured: takes a configuration, and its version.
            robots: takes where each channel's robot is.
        """
        self.known = False
        """Whether the stream was asked."""
        self._last = last
        self._server = server
        self._configured = configured
        self._robots = robots
        self._heard = 0
        """Configurations that came."""
        self._doubtful = asyncio.Event()
        self._doubtful.set()

    def doubt(self) -> None:
        """Take that news may have been missed."""
        self._doubtful.set()

    async def run(self) -> None:
        """Ask what is in force, at the start and whenever that is in doubt, until cancelled."""
        while True:
            await self._doubtful.wait()
            self._doubtful.clear()
            while not await self._asked():  # noqa: ASYNC110 - the server answers or not, nothing tells when
                await asyncio.sleep(RETRY_SECONDS)
            self.known = True

    async def _asked(self) -> bool:
        heard = self._heard
        try:
            configuration, tick = [_read(await self._last(kind)) for kind in KINDS]
        except Unanswered as error:
            log.info("what is in force could not be read, tries again", error=str(error))
            return False
        if heard == self._heard:  # else a newer one came meanwhile
            self._go_by(configuration)
        if isinstance(tick, Tick) and datetime.now(UTC) - tick.at < FRESH:
            self._go_by(tick)
        return True

    def take(self, body: bytes) -> None:
        """Take one of these events as it comes."""
        self._go_by(_read(body))

    def _go_by(self, event: Event | None) -> None:
        if isinstance(event, Tick):
            self._robots(event.robots if event.server in {None, self._server()} else _before(event.robots))
        elif isinstance(event, Configuration):
            try:
                rules: Rules = config.rules(event.settings)
            except ConfigError as error:
                log.error("configuration not understood, the old one stays", error=str(error))
                return
            self._heard += 1
            self._configured(rules, event.version)


def _before(robots: Mapping[str, Robot]) -> Mapping[str, Robot]:
    """Give what still holds of what was seen before the server was started anew: a robot that was there may not be back yet."""
    return {token: "unknown" if robot == "connected" else robot for token, robot in robots.items()}


def _read(body: bytes | None) -> Event | None:
    try:
        return None if body is None else EVENT.validate_json(body)
    except ValidationError as error:
        log.warning("event not understood", error=str(error))
        return None
