"""A mouth whose connection breaks, on a clock that is turned by hand."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from libs.common.contracts.announcements import Announcement
from services.announcer import mouth
from services.announcer.echoes import News
from services.announcer.lines import Words
from services.announcer.mouth import Mouth
from services.announcer.speech.hearing import ECHO_SECONDS
from services.announcer.speech.queues import ROOM
from services.announcer.speech.voice import Say
from tests.support.speaking import FREE
from tests.support.waiting import until


class Clock:
    """Stands for the module `time`."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


class Stage:
    """A mouth at work, and what it said."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.cut_off = False
        self.said: list[str] = []
        self.over = False
        self.mouth = Mouth(FREE, self._send, lambda: self.cut_off)
        self.mouth.news(News("heard", ROOM, "a robot that echoes"))

    async def _send(self, say: Say) -> None:
        self.said.append(say.text)

    async def _end(self) -> None:
        self.over = True

    def announce(self, text: str) -> None:
        now = datetime.now(UTC)
        told = Announcement(id=text, channel="room", lane="pm", to="alice", text=text, at=now, until=now + timedelta(minutes=5))
        self.mouth.offer(told, Words(text), now, self._end)

    async def pass_by(self, seconds: float) -> None:
        """Let time pass, and the mouth do what is due."""
        self.clock.now += seconds
        self.mouth.robot("unknown")
        for _ in range(5):
            await asyncio.sleep(0)

    async def has_said(self, *lines: str) -> None:
        await until(lambda: self.said == list(lines), f"{lines} are said", within_seconds=5, every_seconds=0)


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    clock = Clock()
    monkeypatch.setattr(mouth, "time", clock)
    found = Stage(clock)
    speaking = asyncio.create_task(found.mouth.run())
    yield found
    speaking.cancel()


async def test_while_the_connection_is_broken_no_line_loses_a_chance(stage: Stage) -> None:
    stage.announce("hi")
    await stage.has_said("hi")
    await stage.pass_by(ECHO_SECONDS)
    await stage.has_said("hi", "hi")
    stage.cut_off = True
    await stage.pass_by(ECHO_SECONDS)
    stage.cut_off = False
    stage.mouth.cut_off()
    stage.mouth.robot("connected")
    await stage.has_said("hi", "hi", "hi")
    assert not stage.over
