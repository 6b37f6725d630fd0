"""One channel's voice at work: what is due goes to the robot, what is over is told to the queue."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

import structlog

from libs.common.contracts.announcements import Announcement
from services.announcer import metrics
from services.announcer.echoes import News
from services.announcer.voice import Limits, Robot, Say, Utterance, Voice

log = structlog.get_logger()

_RETRY_SECONDS: Final = 0.5


class NotHandedOverError(Exception):
    """The line could not be given to the robot's client; it is to be tried again."""


Send = Callable[[Say], Awaitable[None]]
"""Hands one line to the robot, without waiting for what comes of it. Raises NotHandedOverError."""


class Mouth:
    """Speaks in one channel. All times are those of the monotonic clock, but `until`, which is the world's."""

    def __init__(self, limits: Limits, send: Send) -> None:
        """Take the limits, and how a line reaches the robot."""
        self.voice = Voice(limits, time.monotonic())
        self._send = send
        self._wake = asyncio.Event()
        self._ends: dict[str, tuple[Callable[[], Awaitable[None]], datetime]] = {}

    def offer(self, announcement: Announcement, stored: datetime, end: Callable[[], Awaitable[None]]) -> None:
        """Take an announcement, stored at that time; `end` is called once it is over. Its id is not offered again before."""
        now = time.monotonic()
        left = (announcement.until - datetime.now(UTC)).total_seconds()
        self._ends[announcement.id] = (end, stored)
        self.voice.offer(Utterance(announcement, now + left), now)
        self._wake.set()

    def news(self, news: News) -> None:
        """Take what the robot's events tell."""
        match news.what:
            case "heard":
                self.voice.heard(news.who)
            case "absent":
                self.voice.absent(news.who)
            case "too_fast":
                self.voice.too_fast(time.monotonic())
        self._wake.set()

    def robot(self, robot: Robot) -> None:
        """Take whether the robot is there."""
        self.voice.robot(robot)
        self._wake.set()

    def cut_off(self) -> None:
        """Take that the connection broke and is back."""
        self.voice.cut_off()
        self._wake.set()

    def limit(self, limits: Limits) -> None:
        """Take new limits."""
        self.voice.limit(limits, time.monotonic())
        self._wake.set()

    async def run(self) -> None:
        """Speak until cancelled."""
        while True:
            self._wake.clear()
            say = self.voice.next(time.monotonic())
            await self._tell_over()
            if say is not None:
                await self._hand_over(say)
            else:
                await self._rest()

    async def _rest(self) -> None:
        wait_seconds = self.voice.wake_seconds(time.monotonic())
        try:
            await asyncio.wait_for(self._wake.wait(), wait_seconds)
        except TimeoutError:
            return

    async def _hand_over(self, say: Say) -> None:
        try:
            await self._send(say)
        except NotHandedOverError as error:
            log.warning("a line could not be handed to the robot, tries again", error=str(error))
            self.voice.unsaid(say)
            await asyncio.sleep(_RETRY_SECONDS)
        else:
            metrics.LINES.labels(say.lane).inc()

    async def _tell_over(self) -> None:
        over, self.voice.over = self.voice.over, []
        for utterance in over:
            announcement = utterance.announcement
            end, stored = self._ends.pop(announcement.id)
            metrics.OVER.labels(announcement.lane, utterance.result).inc()
            metrics.SECONDS.labels(announcement.lane).observe(max(0.0, (datetime.now(UTC) - stored).total_seconds()))
            if utterance.result != "said":
                log.info("announcement not said", id=announcement.id, lane=announcement.lane, result=utterance.result)
            await end()
