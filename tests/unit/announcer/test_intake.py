"""What becomes of a message of the queue, with mouths that say nothing and a queue that is a list."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from libs.common.config import Rules
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.deadletters import DeadLetter
from libs.common.reader import Message
from libs.common.workqueue import Job, Ticket
from services.announcer import intake
from services.announcer.intake import Intake
from services.announcer.lines import Lines
from services.announcer.mouth import Mouth
from services.announcer.speech.voice import Say
from tests.support.speaking import FREE
from tests.support.waiting import until


class Stage:
    """An intake for one channel, and what comes of it."""

    def __init__(self, refusals: int = 0, **announcements: Any) -> None:
        """Let the dead letters be refused so often."""
        self.done: list[int] = []
        self.letters: list[DeadLetter] = []
        self.mouth = Mouth(FREE, self._send, lambda: False)
        self._refusals = refusals
        lines = Lines(Rules.model_validate({"announcements": announcements}))
        self.intake = Intake("announcer", {"room": self.mouth}, lines, done=self._done, keep=self._keep)
        self._sequence = 0

    async def _send(self, say: Say) -> None:
        raise AssertionError(say)

    async def _done(self, ticket: Ticket) -> None:
        self.done.append(ticket[0])

    async def _keep(self, letter: DeadLetter) -> bool:
        if self._refusals:
            self._refusals -= 1
            return False
        self.letters.append(letter)
        return True

    def offer(self, body: bytes) -> None:
        now = datetime.now(UTC)
        self._sequence += 1
        self.intake.take(Job((self._sequence, now), Message("QUEUE", self._sequence, "a.subject", body, now)))

    def announce(self, key: str = "1", **more: Any) -> None:
        now = datetime.now(UTC)
        given = {"id": key, "channel": "room", "lane": "chat", "at": now, "until": now + timedelta(minutes=1)}
        self.offer(Announcement.model_validate(given | more).encode())

    async def is_done(self, *sequences: int) -> None:
        await until(lambda: self.done == list(sequences), f"{sequences} are done", within_seconds=5, every_seconds=0)


async def test_a_text_is_handed_to_the_mouth_and_stays_in_the_queue_until_it_was_said() -> None:
    stage = Stage()
    stage.announce(text="hello")
    assert (stage.mouth.voice.depth, stage.done) == (1, [])


async def test_an_announcement_is_taken_once_whatever_its_place_in_the_queue() -> None:
    stage = Stage()
    stage.announce(text="hello")
    stage.announce(text="hello")
    await stage.is_done(2)
    assert stage.mouth.voice.depth == 1


async def test_of_the_oldest_announcements_nothing_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "REMEMBERED", 1)
    stage = Stage()
    for key in ("1", "2", "2"):
        stage.announce(key, text=key)
    await stage.is_done(3)
    assert list(stage.intake._taken) == ["2"]


async def test_a_line_that_is_switched_off_is_passed_over() -> None:
    stage = Stage(rank_promotion=False)
    stage.announce(line="rank_up", values={"user": "alice", "rank": "Extra"})
    await stage.is_done(1)
    assert stage.mouth.voice.depth == 0


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"channel": "nowhere", "text": "hi"}, "ValueError: no channel 'nowhere' is configured"),
        ({"lane": "pm", "to": "", "text": "hi"}, "ValueError: a PM to nobody"),
        ({"line": "nosuch", "values": {}}, "UnknownLineError: no words for a public line called 'nosuch'"),
    ],
)
async def test_what_nobody_can_say_is_kept_for_operators(more: dict[str, Any], error: str) -> None:
    stage = Stage()
    stage.announce(**more)
    await stage.is_done(1)
    assert [letter.error for letter in stage.letters] == [error]


async def test_what_can_not_be_read_stays_in_the_queue_until_it_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "RETRY_SECONDS", 0)
    stage = Stage(refusals=3)
    stage.offer(b"\xff")
    await stage.is_done(1)
    assert [(letter.id, letter.body) for letter in stage.letters] == [("announcer:QUEUE:1", "\\xff")]
