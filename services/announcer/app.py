"""Wiring: the work queue, the robot's echoes and ingest's events to the mouths, the mouths to kryten-py's client."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final

from kryten.exceptions import KrytenConnectionError, PublishError
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError

from libs.common import config, subjects
from libs.common.config import Rules
from libs.common.connection import server_id
from libs.common.contracts.deadletters import DeadLetter
from libs.common.names import fold
from libs.common.service import Channel, ConnectionClosed, Runtime
from libs.common.workqueue import Ticket, WorkQueue
from services.announcer import echoes, metrics, outlook
from services.announcer.intake import Intake
from services.announcer.limits import limits
from services.announcer.lines import Lines
from services.announcer.mouth import Mouth, NotHandedOverError
from services.announcer.outlook import Outlook, Unanswered
from services.announcer.robot import RobotClient
from services.announcer.speech.hearing import Robot
from services.announcer.speech.voice import WAITING_MAX, Say

LISTEN_SECONDS: Final = 20.0
"""For all subscriptions and the robot's client; a connection that dies just then may never say so, and a new process does better."""
WATCH_SECONDS: Final = 1.0


def build(runtime: Runtime) -> None:
    """Register all that the announcer does."""
    app = _App(runtime)
    runtime.task("listen", app.listen)
    runtime.task("queue", app.queue.run)
    runtime.task("look", app.outlook.run)
    for token, mouth in app.mouths.items():
        runtime.task(f"mouth {token}", mouth.run)
    runtime.on_reconnect(app.reconnected)
    runtime.on_stop(app.client.disconnect)
    runtime.ready("queue", lambda: None if app.queue.bound else "not reading announcements")
    runtime.ready("robot client", lambda: None if app.client.is_connected else "not connected")
    runtime.ready("configuration", lambda: None if app.outlook.known else "not read yet")
    runtime.details = lambda: {"waiting": app.waiting, "oldest_seconds": round(app.oldest_seconds, 1)}
    metrics.WAITING.set_function(lambda: app.waiting)
    metrics.OLDEST.set_function(lambda: app.oldest_seconds)


class _App:
    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        settings = runtime.config.settings
        # Until the stream tells: a new house has no configuration event before ingest's first start.
        runtime.configuration = config.version(config.published(settings))
        self.bot = fold(settings.bot.username)
        self.client = RobotClient(settings, runtime.state_dir, runtime.name)
        self.mouths = {channel.token: Mouth(limits(settings), partial(self.send, channel), self.is_cut_off) for channel in runtime.channels}
        self.intake = Intake(runtime.name, self.mouths, Lines(settings), done=self.done, keep=self.keep)
        self.outlook = Outlook(last=self.last, server=lambda: server_id(runtime.nats), configured=self.configure, robots=self.robots)
        self.queue = WorkQueue(
            runtime.broker,
            stream=subjects.ANNOUNCEMENTS,
            name=runtime.name,
            take=self.intake.take,
            # More than the channels hold, so that one whose robot is away does not keep the others' from coming.
            window=WAITING_MAX * (len(self.mouths) + 1),
        )

    def reconnected(self) -> None:
        """Take that the connection broke and is back."""
        self.queue.rebind("reconnected")
        self.outlook.doubt()
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
        for kind in outlook.KINDS:
            await subscribe(subjects.event(subjects.ALL, kind), cb=self.on_event)

    def on_robot_event(self, channel: Channel) -> Callable[[Msg], Awaitable[None]]:
        """Give what takes the robot's events of one channel."""

        async def take(message: Msg) -> None:
            news = echoes.read(message.data, channel.domain, self.bot)
            if news is not None:
                self.mouths[channel.token].news(news)

        return take

    async def on_event(self, message: Msg) -> None:
        """Take one of ingest's events as it comes."""
        self.outlook.take(message.data)

    async def last(self, kind: str) -> bytes | None:
        """Give the last event of a kind.

        Raises:
            Unanswered: the server does not say.
        """
        try:
            found = await self.runtime.jetstream.get_last_msg(subjects.EVENTS, subjects.event(subjects.ALL, kind))
        except NotFoundError:
            return None
        except (NatsError, OSError, TimeoutError) as error:
            raise Unanswered(repr(error)) from error
        return found.data or b""

    def configure(self, rules: Rules, version: str) -> None:
        """Go by a configuration; one that is in force already changes nothing."""
        if version == self.runtime.configuration:
            return
        self.bot = fold(rules.bot.username)
        self.intake.lines = Lines(rules)
        for mouth in self.mouths.values():
            mouth.limit(limits(rules))
        self.runtime.configuration = version

    def robots(self, where: Mapping[str, Robot]) -> None:
        """Tell each mouth where its robot is."""
        for token, mouth in self.mouths.items():
            mouth.robot(where.get(token, "unknown"))

    # -- the queue ------------------------------------------------------------------------------------------------------------------

    async def done(self, ticket: Ticket) -> None:
        """Take a message out of the queue."""
        await self.queue.done(ticket)

    async def keep(self, letter: DeadLetter) -> bool:
        """Keep a dead letter; tell whether it is."""
        try:
            await self.runtime.jetstream.publish(subjects.deadletter(self.runtime.name), letter.encode(), stream=subjects.DEADLETTERS)
        except (NatsError, TimeoutError) as error:
            self.runtime.log.warning("dead letter not kept, tries again", id=letter.id, error=repr(error))
            return False
        return True

    # -- speaking -------------------------------------------------------------------------------------------------------------------

    def is_cut_off(self) -> bool:
        """Tell whether the connection is broken by which echoes and ticks come; `reconnected` is called when it is back."""
        return not self.runtime.nats.is_connected

    async def send(self, channel: Channel, say: Say) -> None:
        """Hand one line to the robot. Without a connection it would wait in the client, and could come before the robot is back."""
        if self.is_cut_off() or self.client.is_broken:
            raise NotHandedOverError("not connected to NATS")
        try:
            if say.lane == "chat":
                await self.client.send_chat(channel.name, say.text, domain=channel.domain)
            else:
                await self.client.send_pm(channel.name, say.to or "", say.text, domain=channel.domain)
        except (KrytenConnectionError, PublishError) as error:
            raise NotHandedOverError(str(error)) from error
