"""Wiring: the work queue and the robot's echoes to the mouths, the mouths to kryten-py's client."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from kryten import KrytenClient
from kryten.exceptions import KrytenConnectionError, PublishError
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from pydantic import ValidationError

from libs.common import config, subjects
from libs.common.config import ConfigError, Rules
from libs.common.contracts.announcements import Announcement
from libs.common.contracts.deadletters import DeadLetter
from libs.common.contracts.events import EVENT, Configuration, Tick
from libs.common.credentials import login
from libs.common.names import fold
from libs.common.service import Channel, Runtime
from libs.common.workqueue import Job, WorkQueue
from services.announcer import echoes, metrics
from services.announcer.mouth import Mouth, NotHandedOverError
from services.announcer.voice import Limits, Say

RETRY_SECONDS: Final = 2.0
"""Between attempts to keep a dead letter."""
REMEMBERED: Final = 10_000
"""Ids of announcements taken, so that none is said again under another sequence."""


def build(runtime: Runtime) -> None:
    """Register all that the announcer does."""
    app = _App(runtime)
    runtime.task("listen", app.listen)
    runtime.task("queue", app.queue.run)
    for token, mouth in app.mouths.items():
        runtime.task(f"mouth {token}", mouth.run)
    runtime.on_reconnect(app.reconnected)
    runtime.on_stop(app.client.disconnect)
    runtime.ready("queue", lambda: None if app.queue.bound else "not reading announcements")
    runtime.ready("robot client", lambda: None if app.client.is_connected else "not connected")
    runtime.details = lambda: {"waiting": app.waiting}
    metrics.WAITING.set_function(lambda: app.waiting)


class _App:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        settings = runtime.config.settings
        runtime.configuration = config.version(config.published(settings))
        self.bot = fold(settings.bot.username)
        self.queue = WorkQueue(runtime.broker, stream=subjects.ANNOUNCEMENTS, name=runtime.name, take=self.take, window=2_000)
        self.client = KrytenClient(_client_settings(runtime))
        self.mouths = {channel.token: Mouth(_limits(settings), partial(self.send, channel)) for channel in runtime.channels}
        self._taken: OrderedDict[str, None] = OrderedDict()
        self._errands: set[asyncio.Task[None]] = set()

    def reconnected(self) -> None:
        """Take that the connection broke and is back."""
        self.queue.rebind("reconnected")
        for mouth in self.mouths.values():
            mouth.cut_off()

    @property
    def waiting(self) -> int:
        """Give the number of announcements not over yet."""
        return sum(mouth.voice.depth for mouth in self.mouths.values())

    async def listen(self) -> None:
        """Hear the echoes, and what ingest says of robots and configuration; connect the robot's client."""
        for channel in self.runtime.channels:
            for name in echoes.EVENTS:
                await self.runtime.nats.subscribe(subjects.robot_event(channel.token, name), cb=self.on_robot_event(channel))
        await self.runtime.nats.subscribe(subjects.event(subjects.ALL, "tick"), cb=self.on_event)
        await self.runtime.nats.subscribe(subjects.event(subjects.ALL, "configuration"), cb=self.on_event)
        await self.client.connect()

    def on_robot_event(self, channel: Channel) -> Callable[[Msg], Awaitable[None]]:
        """Give what takes the robot's events of one channel."""

        async def take(message: Msg) -> None:
            news = echoes.read(message.data, channel.domain, self.bot)
            if news is not None:
                self.mouths[channel.token].news(news)

        return take

    async def on_event(self, message: Msg) -> None:
        try:
            event = EVENT.validate_json(message.data)
        except ValidationError as error:
            self.runtime.log.warning("event not understood", subject=message.subject, error=str(error))
            return
        if isinstance(event, Tick):
            for token, mouth in self.mouths.items():
                mouth.robot(event.robots.get(token, "unknown"))
        elif isinstance(event, Configuration):
            self.configure(event)

    def configure(self, event: Configuration) -> None:
        """Go by a new configuration."""
        try:
            rules = config.rules(event.settings)
        except ConfigError as error:
            self.runtime.log.error("configuration not understood, the old one stays", error=str(error))
            return
        self.bot = fold(rules.bot.username)
        for mouth in self.mouths.values():
            mouth.limit(_limits(rules))
        self.runtime.configuration = event.version

    def take(self, job: Job) -> None:
        """Take one message of the queue."""
        try:
            announcement = Announcement.model_validate_json(job.message.body)
            mouth = self._mouth_for(announcement)
        except ValueError as error:
            self.spawn(self.bury(job, error))
            return
        if announcement.id in self._taken:
            metrics.OVER.labels(announcement.lane, "repeated").inc()
            self.spawn(self.queue.done(job.ticket))
            return
        self._taken[announcement.id] = None
        if len(self._taken) > REMEMBERED:
            self._taken.popitem(last=False)
        mouth.offer(announcement, job.message.stored, partial(self.queue.done, job.ticket))

    def _mouth_for(self, announcement: Announcement) -> Mouth:
        if announcement.channel not in self.mouths:
            raise ValueError(f"no channel {announcement.channel!r} is configured")
        if announcement.lane == "pm" and not announcement.to:
            raise ValueError("a PM to nobody")
        return self.mouths[announcement.channel]

    async def bury(self, job: Job, error: Exception) -> None:
        """Keep a message nobody can say, for operators; it stays in the queue until that is done."""
        message = job.message
        metrics.OVER.labels("unknown", "unreadable").inc()
        letter = DeadLetter(
            id=f"{self.runtime.name}:{message.stream}:{message.sequence}",
            service=self.runtime.name,
            stream=message.stream,
            sequence=message.sequence,
            subject=message.subject,
            body=message.body.decode("utf-8", "backslashreplace"),
            error=f"{type(error).__name__}: {error}",
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


def _limits(rules: Rules) -> Limits:
    section = rules.announcer
    return Limits(section.message_limit_characters, section.burst, section.per_second, section.pacing)


def _client_settings(runtime: Runtime) -> dict[str, Any]:
    """Give kryten-py's settings: without its own pacing (the voice paces) and lifecycle (the runtime announces this service)."""
    settings = runtime.config.settings
    who = login(settings.nats, runtime.state_dir, runtime.name)
    return {
        "nats": {
            "servers": list(settings.nats.servers),
            "user": who.user,
            "password": who.password,
            "token": who.token,
            "reconnect_time_wait": 1,
            "max_reconnect_attempts": -1,
        },
        "channels": [{"domain": channel.domain, "channel": channel.name} for channel in runtime.channels],
        "chat_min_delay": 0.0,
        "chat_jitter": 0.0,
        "log_level": "WARNING",
    }
