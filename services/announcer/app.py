"""Wiring: the work queue, the robot's echoes and ingest's events to the mouths, the mouths to kryten-py's client."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from kryten.exceptions import KrytenConnectionError, PublishError
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError
from pydantic import ValidationError

from libs.common import config, subjects
from libs.common.config import ConfigError, Rules
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.deadletters import DeadLetter
from libs.common.contracts.events import EVENT, Configuration, Event, Tick
from libs.common.names import fold
from libs.common.service import Channel, ConnectionClosed, Runtime
from libs.common.unit import LETTER_BYTES_MAX
from libs.common.workqueue import Job, WorkQueue
from services.announcer import echoes, metrics
from services.announcer.limits import limits
from services.announcer.lines import Lines, Words
from services.announcer.mouth import Mouth, NotHandedOverError
from services.announcer.robot import RobotClient
from services.announcer.voice import WAITING_MAX, Say

RETRY_SECONDS: Final = 2.0
"""Between attempts to keep a dead letter, and to read what is in force."""
LISTEN_SECONDS: Final = 20.0
"""For all subscriptions and the robot's client; a connection that dies just then may never say so, and a new process does better."""
WATCH_SECONDS: Final = 1.0
REMEMBERED: Final = 50_000
"""Ids of announcements taken, so that none is said again under another sequence."""
FRESH: Final = timedelta(seconds=10)
"""A tick older than this no longer tells whether the robot is there."""


def build(runtime: Runtime) -> None:
    """Register all that the announcer does."""
    app = _App(runtime)
    runtime.task("listen", app.listen)
    runtime.task("queue", app.queue.run)
    runtime.task("look", app.look)
    for token, mouth in app.mouths.items():
        runtime.task(f"mouth {token}", mouth.run)
    runtime.on_reconnect(app.reconnected)
    runtime.on_stop(app.client.disconnect)
    runtime.ready("queue", lambda: None if app.queue.bound else "not reading announcements")
    runtime.ready("robot client", lambda: None if app.client.is_connected else "not connected")
    runtime.ready("configuration", lambda: None if app.looked else "not read yet")
    runtime.details = lambda: {"waiting": app.waiting, "oldest_seconds": round(app.oldest_seconds, 1)}
    metrics.WAITING.set_function(lambda: app.waiting)
    metrics.OLDEST.set_function(lambda: app.oldest_seconds)


class _App:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.looked = False
        """Whether the stream was asked what is in force."""
        settings = runtime.config.settings
        # Until the stream tells: a new house has no configuration event before ingest's first start.
        runtime.configuration = config.version(config.published(settings))
        self.bot = fold(settings.bot.username)
        self.lines = Lines(settings)
        self.client = RobotClient(settings, runtime.state_dir, runtime.name)
        self.mouths = {channel.token: Mouth(limits(settings), partial(self.send, channel)) for channel in runtime.channels}
        self.queue = WorkQueue(
            runtime.broker,
            stream=subjects.ANNOUNCEMENTS,
            name=runtime.name,
            take=self.take,
            # More than the channels hold, so that one whose robot is away does not keep the others' from coming.
            window=WAITING_MAX * (len(self.mouths) + 1),
        )
        self._look = asyncio.Event()
        self._look.set()
        self._configured = 0
        self._taken: OrderedDict[str, None] = OrderedDict()
        self._errands: set[asyncio.Task[None]] = set()

    def reconnected(self) -> None:
        """Take that the connection broke and is back."""
        self.queue.rebind("reconnected")
        self._look.set()
        for mouth in self.mouths.values():
            mouth.cut_off()

    @property
    def waiting(self) -> int:
        """Give the number of announcements not over yet."""
        return sum(mouth.voice.depth for mouth in self.mouths.values())

    @property
    def oldest_seconds(self) -> float:
        """Give how long the one that waits longest has waited."""
        return max((mouth.oldest_seconds for mouth in self.mouths.values()), default=0.0)

    # -- listening ------------------------------------------------------------------------------------------------------------------

    async def listen(self) -> None:
        """Hear the echoes, and what ingest says of robots and configuration; connect the robot's client, and see that it stays so.

        Raises:
            ConnectionClosed: it does not get there in time, or the client's connection is closed for good.
        """
        try:
            async with asyncio.timeout(LISTEN_SECONDS):
                await self._subscribe()
                await self.client.connect()
        except TimeoutError as error:
            raise ConnectionClosed(f"not listening after {LISTEN_SECONDS:.0f} s") from error
        while self.client.is_connected:  # noqa: ASYNC110 - the client tells nobody
            await asyncio.sleep(WATCH_SECONDS)
        raise ConnectionClosed("the robot client's connection is closed for good")

    async def _subscribe(self) -> None:
        subscribe = self.runtime.nats.subscribe
        for channel in self.runtime.channels:
            for name in echoes.EVENTS:
                await subscribe(subjects.robot_event(channel.token, name), cb=self.on_robot_event(channel))
        for kind in ("tick", "configuration"):
            await subscribe(subjects.event(subjects.ALL, kind), cb=self.on_event)

    def on_robot_event(self, channel: Channel) -> Callable[[Msg], Awaitable[None]]:
        """Give what takes the robot's events of one channel."""

        async def take(message: Msg) -> None:
            news = echoes.read(message.data, channel.domain, self.bot)
            if news is not None:
                self.mouths[channel.token].news(news)

        return take

    async def look(self) -> None:
        """Read what is in force, at the start and whenever news of it may have been missed."""
        while True:
            await self._look.wait()
            self._look.clear()
            while not await self._looked_up():  # noqa: ASYNC110 - the server answers or not, nothing tells when
                await asyncio.sleep(RETRY_SECONDS)
            self.looked = True

    async def _looked_up(self) -> bool:
        heard = self._configured
        try:
            configuration, tick = await self._last("configuration"), await self._last("tick")
        except (NatsError, OSError, TimeoutError) as error:
            self.runtime.log.info("what is in force could not be read, tries again", error=repr(error))
            return False
        if heard == self._configured:  # else a newer one came meanwhile
            self.take_event(configuration)
        if isinstance(tick, Tick) and datetime.now(UTC) - tick.at < FRESH:
            self.take_event(tick)
        return True

    async def _last(self, kind: str) -> Event | None:
        try:
            found = await self.runtime.jetstream.get_last_msg(subjects.EVENTS, subjects.event(subjects.ALL, kind))
        except NotFoundError:
            return None
        return self._event(found.data or b"")

    async def on_event(self, message: Msg) -> None:
        """Take one of ingest's events as it comes."""
        self.take_event(self._event(message.data))

    def _event(self, body: bytes) -> Event | None:
        try:
            return EVENT.validate_json(body)
        except ValidationError as error:
            self.runtime.log.warning("event not understood", error=str(error))
            return None

    def take_event(self, event: Event | None) -> None:
        """Go by one of ingest's events."""
        if isinstance(event, Tick):
            for token, mouth in self.mouths.items():
                mouth.robot(event.robots.get(token, "unknown"))
        elif isinstance(event, Configuration):
            self.configure(event)

    def configure(self, event: Configuration) -> None:
        """Go by a new configuration."""
        try:
            rules: Rules = config.rules(event.settings)
        except ConfigError as error:
            self.runtime.log.error("configuration not understood, the old one stays", error=str(error))
            return
        self._configured += 1
        if event.version == self.runtime.configuration:
            return
        self.bot = fold(rules.bot.username)
        self.lines = Lines(rules)
        for mouth in self.mouths.values():
            mouth.limit(limits(rules))
        self.runtime.configuration = event.version

    # -- the queue ------------------------------------------------------------------------------------------------------------------

    def take(self, job: Job) -> None:
        """Take one message of the queue."""
        try:
            announcement = Announcement.model_validate_json(job.message.body)
            mouth = self._mouth_for(announcement)
            words = self._words(announcement)
        except ValueError as error:
            self.spawn(self.bury(job, error))
            return
        if announcement.id in self._taken:
            self.pass_over(job, announcement, "repeated")
            return
        self._taken[announcement.id] = None
        if len(self._taken) > REMEMBERED:
            self._taken.popitem(last=False)
        if words is None:
            self.pass_over(job, announcement, "gated")
        else:
            mouth.offer(announcement, words, job.message.stored, partial(self.queue.done, job.ticket))

    def _mouth_for(self, announcement: Announcement) -> Mouth:
        if announcement.channel not in self.mouths:
            raise ValueError(f"no channel {announcement.channel!r} is configured")
        if announcement.lane == "pm" and not announcement.to:
            raise ValueError("a PM to nobody")
        return self.mouths[announcement.channel]

    def _words(self, announcement: Announcement) -> Words | None:
        """Give what to say; None where it is switched off."""
        if announcement.line is None:
            return Words(announcement.text or "")
        if not self.lines.is_open(announcement.line, announcement.values):
            return None
        return self.lines.words(announcement.line, announcement.values)

    def pass_over(self, job: Job, announcement: Announcement, reason: str) -> None:
        """Be done with a message without saying it."""
        metrics.DROPPED.labels(announcement.lane, reason).inc()
        self.spawn(self.queue.done(job.ticket))

    async def bury(self, job: Job, error: Exception) -> None:
        """Keep a message nobody can say, for operators; it stays in the queue until that is done."""
        message = job.message
        metrics.DROPPED.labels("unknown", "unreadable").inc()
        letter = DeadLetter(
            id=f"{self.runtime.name}:{message.stream}:{message.sequence}",
            service=self.runtime.name,
            stream=message.stream,
            sequence=message.sequence,
            subject=message.subject,
            body=message.body[:LETTER_BYTES_MAX].decode("utf-8", "backslashreplace"),
            error=f"{type(error).__name__}: {error}"[:2_000],
            at=datetime.now(UTC),
        )
        while not await self._kept(letter):  # noqa: ASYNC110 - the stream takes it or not, nothing tells when
            await asyncio.sleep(RETRY_SECONDS)
        await self.queue.done(job.ticket)

    async def _kept(self, letter: DeadLetter) -> bool:
        try:
            await self.runtime.jetstream.publish(subjects.deadletter(self.runtime.name), letter.encode(), stream=subjects.DEADLETTERS)
        except (NatsError, TimeoutError) as error:
            self.runtime.log.warning("dead letter not kept, tries again", id=letter.id, error=repr(error))
            return False
        return True

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done beside the reading."""
        task = asyncio.create_task(work)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    # -- speaking -------------------------------------------------------------------------------------------------------------------

    async def send(self, channel: Channel, say: Say) -> None:
        """Hand one line to the robot. Without a connection it would wait in the client, and could come before the robot is back."""
        if not self.runtime.nats.is_connected:
            raise NotHandedOverError("not connected to NATS")
        try:
            if say.lane == "chat":
                await self.client.send_chat(channel.name, say.text, domain=channel.domain)
            else:
                await self.client.send_pm(channel.name, say.to or "", say.text, domain=channel.domain)
        except (KrytenConnectionError, PublishError) as error:
            raise NotHandedOverError(str(error)) from error
