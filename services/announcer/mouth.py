"""One channel's voice at work: what is due goes to the robot, what is over is told to the queue."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import structlog

from libs.common.contracts.announcements import Announcement
from services.announcer import metrics
from services.announcer.echoes import News
from services.announcer.limits import Limits
from services.announcer.lines import Words
from services.announcer.markup import is_filtered, unpaired
from services.announcer.speech.hearing import Robot
from services.announcer.speech.queues import Item, Result
from services.announcer.speech.voice import Say, Voice

log = structlog.get_logger()

_RETRY_SECONDS: Final = 0.5


class NotHandedOverError(Exception):
    """The line could not be given to the robot's client; it is to be tried again."""


Send = Callable[[Say], Awaitable[None]]
"""Hands one line to the robot, without waiting for what comes of it. Raises NotHandedOverError."""


class Mouth:
    """Speaks in one channel. All times are those of the monotonic clock, but those of announcements, which are the world's."""

    def __init__(self, limits: Limits, send: Send, is_cut_off: Callable[[], bool]) -> None:
        """Take the limits, how a line reaches the robot, and whether the connection is broken."""
        self.voice = Voice(limits, time.monotonic())
        self._send = send
        self._is_cut_off = is_cut_off
        self._wake = asyncio.Event()
        self._filtered = False
        """Whether the room's filters make markup of what is said."""
        self._ends: dict[str, tuple[Callable[[], Awaitable[None]], datetime]] = {}

    def offer(self, announcement: Announcement, words: Words, stored: datetime, end: Callable[[], Awaitable[None]]) -> None:
        """Take an announcement, stored at that time; `end` is called once it is over. Its id is not offered again before."""
        now, world = time.monotonic(), datetime.now(UTC)
        self._ends[announcement.id] = (end, stored)
        until = now + (announcement.until - world).total_seconds()
        since = now - max(0.0, (world - stored).total_seconds())
        self.voice.offer(Item(announcement, words, until, since), now)
        self._wake.set()

    def news(self, news: News) -> None:
        """Take what the robot's events tell."""
        match news.what:
            case "heard":
                self._filtered = self._filtered or is_filtered(news.text)
                seconds = self.voice.heard(news.who, news.text, time.monotonic())
                if seconds is not None:
                    metrics.ECHO.observe(seconds)
            case "absent":
                self.voice.absent(news.who, time.monotonic())
            case "too_fast":
                self.voice.too_fast(time.monotonic())
        self._wake.set()

    def robot(self, robot: Robot) -> None:
        """Take whether the robot is there."""
        self.voice.robot(robot, time.monotonic())
        self._wake.set()

    def cut_off(self) -> None:
        """Take that the connection is broken, or just back."""
        self.voice.cut_off(time.monotonic())

    def limit(self, limits: Limits) -> None:
        """Take new limits."""
        self.voice.limit(limits)
        self._wake.set()

    @property
    def oldest_seconds(self) -> float:
        """Give how long the one that waits longest has waited."""
        return self.voice.oldest_seconds(time.monotonic())

    async def run(self) -> None:
        """Speak until cancelled."""
        while True:
            self._wake.clear()
            if self._is_cut_off():
                self.cut_off()
            say = self.voice.next(time.monotonic())
            await self._tell_over()
            if say is not None:
                await self._hand_over(say)
            else:
                await self._rest()

    async def _rest(self) -> None:
        wait_seconds = self.voice.wake_seconds(time.monotonic())
        if wait_seconds is None:
            await self._wake.wait()
            return
        # Cheaper than `wait_for`, which makes a task for each rest.
        alarm = asyncio.get_running_loop().call_later(wait_seconds, self._wake.set)
        try:
            await self._wake.wait()
        finally:
            alarm.cancel()

    async def _hand_over(self, say: Say) -> None:
        try:
            await self._send(replace(say, text=unpaired(say.text)) if self._filtered else say)
        except NotHandedOverError as error:
            log.warning("a line could not be handed to the robot, tries again", error=str(error))
            self.voice.unsaid(say)
            await asyncio.sleep(_RETRY_SECONDS)
        else:
            metrics.LINES.labels(say.lane).inc()
            if say.again:
                metrics.RESENT.labels(say.lane).inc()

    async def _tell_over(self) -> None:
        over, self.voice.over = self.voice.over, []
        for announcement, result in over:
            end, stored = self._ends.pop(announcement.id)
            _count(announcement, result, stored)
            await end()


def _count(announcement: Announcement, result: Result, stored: datetime) -> None:
    lane = announcement.lane
    metrics.SECONDS.labels(lane).observe(max(0.0, (datetime.now(UTC) - stored).total_seconds()))
    if result == "said":
        metrics.SAID.labels(lane).inc()
    else:
        metrics.DROPPED.labels(lane, result).inc()
        log.info("announcement not said", id=announcement.id, lane=lane, reason=result)
