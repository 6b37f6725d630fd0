"""Wiring: the simulation to NATS, as whoever connects without a password; what is heard in the room to whoever prints it."""

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.errors import APIError

from libs.common import subjects
from libs.common.config.settings import Settings
from libs.common.tasks import end
from libs.sim import queries, userstats
from libs.sim.heard import show
from libs.sim.mirror import BUCKETS, Put
from libs.sim.robot import Out
from libs.sim.simulation import Simulation, Step

LONGEST_SLEEP_SECONDS: Final = 0.25
"""A visitor may bring forward what is due."""
SHORTEST_SLEEP_SECONDS: Final = 0.01
ASK_AGAIN_SECONDS: Final = 3.0
RESTART_SECONDS: Final = 1.0
RESTART_DELAY_SECONDS_MAX: Final = 30.0

_Message = tuple[str, bytes]


class App:
    """The simulated channel on a connection."""

    def __init__(self, settings: Settings, seed: int, tell: Callable[[str], None]) -> None:
        """Prepare; `tell` gets each line that is heard in the room."""
        self._settings = settings
        self._seed = seed
        self._tell = tell
        self._place = settings.channels[0]
        self._servers = list(settings.nats.servers)
        self._out: asyncio.Queue[_Message] = asyncio.Queue()
        self._client = Client()
        self._sim: Simulation | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop`."""
        work = [asyncio.create_task(self._play()), asyncio.create_task(self._write())]
        asked = asyncio.create_task(_until(stop))
        try:
            await asyncio.wait([*work, asked], return_when=asyncio.FIRST_COMPLETED)
            for task in work:
                if task.done():
                    task.result()  # it only ends by what went wrong
        finally:
            await end([*work, asked])
            await self._stop()

    async def _play(self) -> None:
        await self._client.connect(self._servers, name="kryten-sim", max_reconnect_attempts=-1, reconnect_time_wait=1, error_cb=_no_words)
        await self._alone()
        await self._make_buckets()
        self._sim = sim = Simulation(
            channel=self._place.channel,
            domain=self._place.domain,
            bot=self._settings.bot.username,
            seed=self._seed,
            now=datetime.now(UTC),
            new_session=lambda: secrets.token_hex(8),
        )
        await self._listen(sim)
        self._perform(sim.start(datetime.now(UTC), self._servers))
        while True:
            self._perform(sim.advance(datetime.now(UTC)))
            wait = (sim.due() - datetime.now(UTC)).total_seconds()
            await asyncio.sleep(min(max(wait, SHORTEST_SLEEP_SECONDS), LONGEST_SLEEP_SECONDS))

    async def _alone(self) -> None:
        """Wait until no other robot answers for this channel: two in one room would tell two stories."""
        question = {"service": "robot", "command": "system.ping", "meta": {"domain": self._place.domain, "channel": self._place.channel}}
        told = False
        while True:
            try:
                await self._client.request(subjects.ROBOT_COMMAND, json.dumps(question).encode(), timeout=1)
            except NatsError:
                return
            if not told:
                self._tell(f"* a kryten-robot is in {self._place.channel} already: the simulation waits until it has gone")
                told = True
            await asyncio.sleep(ASK_AGAIN_SECONDS)

    async def _make_buckets(self) -> None:
        jetstream = self._client.jetstream(timeout=5)
        for name in BUCKETS:
            bucket = f"kryten_{self._place.channel}_{name}"
            with suppress(APIError):  # it is there
                await jetstream.create_key_value(bucket=bucket)

    async def _listen(self, sim: Simulation) -> None:
        token = subjects.token(self._place.channel)

        async def on_command(message: Msg) -> None:
            self._perform(sim.order(message.data, datetime.now(UTC)), message.reply)

        async def on_old_command(message: Msg) -> None:
            self._perform(sim.old_order(message.data, datetime.now(UTC)))

        async def on_level(message: Msg) -> None:
            self._reply(message.reply, queries.level(sim.robot))

        async def on_visit(message: Msg) -> None:
            step, answer = sim.visit(message.data, datetime.now(UTC))
            self._reply(message.reply, answer)
            self._perform(step)

        async def on_restart(message: Msg) -> None:
            asyncio.get_running_loop().call_later(_delay(message.data), self._restart, sim)

        async def on_userstats(message: Msg) -> None:
            answer = userstats.answer(message.data)
            if answer is not None:
                self._reply(message.reply, answer)

        level = subjects.robot_level(self._place.domain, self._place.channel)
        await self._client.subscribe(subjects.ROBOT_COMMAND, cb=on_command)
        await self._client.subscribe(subjects.robot_old_command(token), cb=on_old_command)
        await self._client.subscribe(level, cb=on_level)
        await self._client.subscribe(subjects.GROUP_RESTART, cb=on_restart)
        await self._client.subscribe(subjects.USERSTATS_COMMAND, cb=on_userstats)
        await self._client.subscribe(subjects.simulation(token), cb=on_visit)
        await self._client.flush()

    def _restart(self, sim: Simulation) -> None:
        """End the robot and start it anew, as its supervisor would."""
        self._send(sim.robot.stop())
        loop = asyncio.get_running_loop()
        loop.call_later(RESTART_SECONDS, lambda: self._send(sim.robot.start(self._servers)))

    def _perform(self, step: Step, reply_to: str = "") -> None:
        for reply in step.replies:
            if reply.after_seconds:
                asyncio.get_running_loop().call_later(reply.after_seconds, self._reply, reply_to, reply.body)
            else:
                self._reply(reply_to, reply.body)
        self._send(step.outs)
        for heard in step.heard:
            self._tell(show(heard))

    def _reply(self, to: str, body: dict[str, Any]) -> None:
        if to:
            self._out.put_nowait((to, json.dumps(body).encode()))

    def _send(self, outs: list[Out]) -> None:
        for out in outs:
            if isinstance(out, Put):  # without waiting for the server's word: the robot's own order is what counts
                self._out.put_nowait((f"$KV.kryten_{self._place.channel}_{out.bucket}.{out.key}", out.value))
            else:
                self._out.put_nowait((out.subject, out.body))

    async def _write(self) -> None:
        """Publish one after the other, in the order things happened."""
        while True:
            subject, body = await self._out.get()
            with suppress(NatsError):  # away for long: the robot loses it too
                await self._client.publish(subject, body)

    async def _stop(self) -> None:
        """Say the last words, as far as there is somebody to say them to."""
        if self._sim is not None:
            self._send(self._sim.robot.stop())
        with suppress(NatsError, OSError, TimeoutError):
            while not self._out.empty():
                await self._client.publish(*self._out.get_nowait())
            if self._client.is_connected:
                await self._client.flush(timeout=1)
        with suppress(NatsError, OSError):
            await self._client.close()


async def _until(event: asyncio.Event) -> None:
    await event.wait()


def _delay(body: bytes) -> float:
    try:
        return min(max(float(json.loads(body)["delay_seconds"]), 0.0), RESTART_DELAY_SECONDS_MAX)
    except (ValueError, KeyError, TypeError):
        return 5.0


async def _no_words(_error: Exception) -> None:
    """A server that goes is told by who supervises it."""
