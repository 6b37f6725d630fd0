"""What comes off the queue: each announcement once, in words, to its channel's mouth; what nobody can say is kept for operators."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from libs.common.contracts.announcements import Announcement
from libs.common.contracts.deadletters import DeadLetter
from libs.common.unit import dead_letter
from libs.common.workqueue import Job, Ticket
from services.announcer import metrics
from services.announcer.lines import Lines, Words
from services.announcer.mouth import Mouth

REMEMBERED: Final = 50_000
"""Ids of announcements taken, so that none is said again under another sequence."""
RETRY_SECONDS: Final = 2.0
"""Between attempts to keep a dead letter."""


class Intake:
    """Takes each message of the queue once, and sees to it that it is done at some time."""

    def __init__(
        self,
        service: str,
        mouths: Mapping[str, Mouth],
        lines: Lines,
        *,
        done: Callable[[Ticket], Awaitable[None]],
        keep: Callable[[DeadLetter], Awaitable[bool]],
    ) -> None:
        """Prepare.

        Args:
            service: in whose name dead letters are written.
            mouths: who speaks in each channel.
            lines: the words of public lines; may be replaced at any time.
            done: takes a message out of the queue.
            keep: keeps a dead letter, and tells whether it is kept.
        """
        self.lines = lines
        self._service = service
        self._mouths = mouths
        self._done = done
        self._keep = keep
        self._taken: OrderedDict[str, None] = OrderedDict()
        self._errands: set[asyncio.Task[None]] = set()

    def take(self, job: Job) -> None:
        """Take one message."""
        try:
            announcement = read(job.message.body, self._mouths)
            words = worded(announcement, self.lines)
        except ValueError as error:
            self._spawn(self._bury(job, error))
            return
        if not self._is_new(announcement.id):
            self._pass_over(job, announcement, "repeated")
        elif words is None:
            self._pass_over(job, announcement, "gated")
        else:
            self._mouths[announcement.channel].offer(announcement, words, job.message.stored, partial(self._done, job.ticket))

    def _is_new(self, id_: str) -> bool:
        if id_ in self._taken:
            return False
        self._taken[id_] = None
        if len(self._taken) > REMEMBERED:
            self._taken.popitem(last=False)
        return True

    def _pass_over(self, job: Job, announcement: Announcement, reason: str) -> None:
        """Be done with a message without saying it."""
        metrics.DROPPED.labels(announcement.lane, reason).inc()
        self._spawn(self._be_done(job))

    async def _bury(self, job: Job, error: Exception) -> None:
        """Keep a message nobody can say, for operators; it stays in the queue until that is done."""
        metrics.DROPPED.labels("unknown", "unreadable").inc()
        letter = dead_letter(self._service, job.message, error, datetime.now(UTC))
        while not await self._keep(letter):  # noqa: ASYNC110 - the stream takes it or not, nothing tells when
            await asyncio.sleep(RETRY_SECONDS)
        await self._be_done(job)

    async def _be_done(self, job: Job) -> None:
        await self._done(job.ticket)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done beside the reading."""
        task = asyncio.create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)


def read(body: bytes, channels: Mapping[str, object]) -> Announcement:
    """Read an announcement that somebody can say.

    Raises:
        ValueError: it is none, or there is nobody to say it to.
    """
    announcement = Announcement.model_validate_json(body)
    if announcement.channel not in channels:
        raise ValueError(f"no channel {announcement.channel!r} is configured")
    if announcement.lane == "pm" and not announcement.to:
        raise ValueError("a PM to nobody")
    return announcement


def worded(announcement: Announcement, lines: Lines) -> Words | None:
    """Put an announcement into words; None where it is switched off.

    Raises:
        UnknownLineError: there are no words for it.
    """
    if announcement.line is None:
        return Words(announcement.text or "")
    if not lines.is_open(announcement.line, announcement.values):
        return None
    return lines.words(announcement.line, announcement.values)
