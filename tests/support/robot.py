"""A stand-in for kryten-robot in one room, on a real NATS connection: it says and answers what the recordings hold."""

import asyncio
import contextlib
import html
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.kv import KeyValue

from libs.sim.flood import Patience
from tests.support import script

COMMANDS = "kryten.robot.command"
BURST, PER_SECOND = 20, 10
"""CyTube's flood limit for one sender, chat and PM together."""
VERSION = "1.12.6"
QUIET: tuple[type[BaseException], ...] = (NatsError, OSError, TimeoutError)
"""What a server that is being killed raises; the robot goes on, as the real one does."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something the economy asked the robot to say."""

    to: str | None
    """None in the room."""
    text: str
    at: datetime
    clock: float
    """`time.perf_counter()` at its arrival."""
    delivered: bool = True


class Robot:
    """One robot in one room. The room is whom it was told to have; ids come from a seed."""

    def __init__(
        self,
        url: str,
        channel: str = script.CHANNEL,
        domain: str = script.DOMAIN,
        *,
        seed: int = 1,
        flood: bool = False,
        reconnect_seconds: float = 0.1,
    ) -> None:
        """With `flood`, what is said faster than CyTube allows is dropped; after a loss NATS is tried every `reconnect_seconds`."""
        self._reconnect_seconds = reconnect_seconds
        self.url = url
        self.channel = channel
        self.domain = domain
        self.people: dict[str, float] = {}
        """Who is in the room, with ranks; the robot itself left out."""
        self.said: list[Said] = []
        self.pings = 0
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        """What the robot's envelopes call now."""
        self.in_cytube = False
        self.css = ""
        """The channel's style sheet; while it is empty, nothing is told of it."""
        self.ordered_css: list[str] = []
        """The style sheets it was told to write."""
        self.holds_css = False
        """Whether style sheets it is told to write are kept back until `write_css`, although it says they went well."""
        self.keep_lists = True
        """Whether user lists are written to the key-value bucket too."""
        self._chance = random.Random(seed)
        self._flood = Patience(BURST, PER_SECOND) if flood else None
        self._client: Client | None = None
        self._bucket: KeyValue | None = None
        self._lists: asyncio.Queue[bytes] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None
        self._started = time.monotonic()
        self._news = asyncio.Event()
        self._last: tuple[str, bytes] | None = None

    # -- life -----------------------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Connect to NATS, listen for commands, and enter the room."""
        self._client = await nats.connect(
            self.url,
            max_reconnect_attempts=-1,
            reconnect_time_wait=self._reconnect_seconds,
            allow_reconnect=True,
            error_cb=_no_words,
            name="robot",
        )
        await self._client.subscribe(COMMANDS, cb=self._on_command)
        await self._client.flush()
        self._writer = asyncio.create_task(self._write_lists())
        await self.lifecycle("startup", here=False)
        await self.lifecycle("connected", here=False, target="NATS", servers=[self.url])
        await self.enter()
        await self.lifecycle("startup", commands_enabled=True, health_enabled=True)

    async def stop(self) -> None:
        """Leave in an orderly way."""
        with contextlib.suppress(*QUIET):
            if self.in_cytube:
                await self.lifecycle("disconnected", here=False, target="CyTube", reason="Graceful shutdown")
            await self.lifecycle("shutdown", here=False, reason="Normal shutdown")
            await self.client.flush(timeout=2)
        self.in_cytube = False
        await self.vanish()

    async def vanish(self) -> None:
        """End without a word, as a crash would."""
        if self._writer is not None:
            self._writer.cancel()
            await asyncio.gather(self._writer, return_exceptions=True)
            self._writer = None
        if self._client is not None:
            with contextlib.suppress(*QUIET):
                await self._client.close()
            self._client = None
        self._bucket = None

    async def enter(self, note: str | None = None) -> None:
        """Come (back) into the room: the lists are written first, then comes the burst of events of a login."""
        self.in_cytube = True
        self.write_list()
        more: dict[str, Any] = {} if note is None else {"note": note}
        await self.lifecycle("connected", here=True, target="CyTube", **more)
        plain = [script.person(name, rank, seen_by_moderator=False) for name, rank in self.people.items()]
        await self.event("rank", -1)
        await self.event("userlist", plain)
        await self.event("rank", 1)
        await self.event("login", {"success": True, "name": script.BOT})
        await self.event("addUser", script.person(script.BOT, 1, seen_by_moderator=False))
        await self.event("rank", 4)
        await self.event("userlist", self._everybody())
        await self.event("setUserRank", {"name": script.BOT, "rank": 4})
        if self.css:
            await self._tell_css()

    def lose_cytube(self) -> None:
        """CyTube is gone: no event says so, only `system.ping` does."""
        self.in_cytube = False

    @property
    def client(self) -> Client:
        """The connection; there is one between start and stop."""
        if self._client is None:
            message = "the robot is not started"
            raise RuntimeError(message)
        return self._client

    # -- what happens in the room ---------------------------------------------------------------------------------------------------

    async def join(self, name: str, rank: float = 1) -> None:
        """Somebody comes, as a moderator's connection sees it."""
        self.people[name] = rank
        self.write_list()
        await self.event("addUser", script.person(name, min(rank, 1)))
        await self.event("chatMsg", script.server_line(f"{name} joined (aliases: {name})", self.clock()))
        if rank > 0:
            await self.event("setUserRank", {"name": name, "rank": rank})

    async def leave(self, name: str) -> None:
        """Somebody goes."""
        self.people.pop(name, None)
        self.write_list()
        await self.event("userLeave", {"name": name})

    async def chat(self, name: str, text: str) -> str:
        """Somebody says something in the room; give the message's id."""
        return await self.event("chatMsg", script.line(name, html.escape(text, quote=False), self.clock()))

    async def pm(self, name: str, text: str) -> str:
        """Somebody writes to the robot; give the message's id."""
        return await self.event("pm", script.line(name, html.escape(text, quote=False), self.clock()) | {"to": script.BOT})

    async def write_css(self, css: str) -> None:
        """Somebody writes the style sheet; CyTube cuts it and tells all."""
        self.css = css[:20_000]
        await self._tell_css()

    async def _tell_css(self) -> None:
        await self.event("channelCSSJS", {"css": self.css, "cssHash": "", "js": "", "jsHash": ""})

    async def lists(self) -> None:
        """CyTube sends the user list."""
        await self.event("userlist", self._everybody())

    async def repeat(self) -> None:
        """Publish the last message once more, as it was."""
        if self._last is not None:
            await self._publish(*self._last)

    async def event(self, name: str, payload: Any) -> str:
        """Publish an event of the room; give its id."""
        correlation_id = script.random_id(self._chance)
        options = {"correlation_id": correlation_id, "channel": self.channel, "domain": self.domain}
        await self._publish(
            script.subject(name, self.channel), json.dumps(script.envelope(name, payload, self.clock(), **options)).encode()
        )
        return correlation_id

    async def lifecycle(self, what: str, *, here: bool = True, **more: Any) -> None:
        """Publish an announcement of the robot about itself."""
        body: dict[str, Any] = {"service": "robot", "version": VERSION, "hostname": "room", "timestamp": self.clock().isoformat()}
        body |= {"uptime_seconds": time.monotonic() - self._started} | more
        if here:
            body |= {"domain": self.domain, "channel": self.channel}
        await self._publish(f"kryten.lifecycle.robot.{what}", json.dumps(body).encode())

    async def _publish(self, subject: str, body: bytes) -> None:
        self._last = (subject, body)
        with contextlib.suppress(*QUIET):
            await self.client.publish(subject, body)

    def _everybody(self) -> list[dict[str, Any]]:
        return [script.person(name, rank) for name, rank in self.people.items()] + [script.person(script.BOT, 4)]

    # -- the key-value list ---------------------------------------------------------------------------------------------------------

    def write_list(self) -> None:
        """Have the user list written to the bucket, soon and on the side, as the robot does it."""
        if self.keep_lists:
            self._lists.put_nowait(json.dumps(self._everybody()).encode())

    async def _write_lists(self) -> None:
        while True:
            users = await self._lists.get()
            with contextlib.suppress(*QUIET):
                if self._bucket is None:
                    self._bucket = await self._open_bucket()
                await self._bucket.put("users", users)

    async def _open_bucket(self) -> KeyValue:
        jetstream = self.client.jetstream(timeout=2)
        name = f"kryten_{self.channel}_userlist"
        try:
            return await jetstream.create_key_value(bucket=name)
        except NatsError:
            return await jetstream.key_value(name)

    # -- commands -------------------------------------------------------------------------------------------------------------------

    async def _on_command(self, message: Msg) -> None:
        try:
            body = json.loads(message.data)
            command, args, meta = body["command"], body.get("args") or {}, body.get("meta") or {}
        except (ValueError, KeyError, TypeError) as error:
            await self._answer(message, {"service": "robot", "success": False, "error": str(error)})
            return
        if not self._is_meant(meta):
            return
        if command == "system.ping":
            await self._pong(message)
        elif command in {"say", "pm"}:
            to = args.get("to") or args.get("username") if command == "pm" else None
            text = args.get("msg") if command == "pm" else args.get("message")
            await self._say(to, text or args.get("message") or args.get("msg") or "")
            await self._answer(message, {"service": "robot", "command": command, "success": True, "data": {"success": True}})
        elif command == "setChannelCSS":
            self.ordered_css.append(args["css"])
            self._news.set()
            if self.in_cytube and not self.holds_css:
                await self.write_css(args["css"])
            await self._answer(message, {"service": "robot", "command": command, "success": True, "data": {"success": True}})
        elif command == "state.css":
            await self._answer(message, {"service": "robot", "command": command, "success": True, "data": {"css": self.css}})

    def _is_meant(self, meta: dict[str, Any]) -> bool:
        domain, channel = meta.get("domain"), meta.get("channel")
        return not (domain and channel) or (domain == self.domain and channel.lower() == self.channel.lower())

    async def _pong(self, message: Msg) -> None:
        self.pings += 1
        common = {"pong": True, "service": "robot", "version": VERSION}
        common |= {"uptime_seconds": time.monotonic() - self._started, "timestamp": datetime.now(UTC).isoformat()}
        full = common | {"metrics_endpoint": "http://127.0.0.1:18090/health", "cytube_connected": self.in_cytube}
        full |= {"channel": self.channel, "domain": self.domain}
        for data in (common, full):
            await self._answer(message, {"service": "robot", "command": "system.ping", "success": True, "data": data})

    async def _answer(self, message: Msg, body: dict[str, Any]) -> None:
        if message.reply:
            with contextlib.suppress(*QUIET):
                await self.client.publish(message.reply, json.dumps(body).encode())

    async def _say(self, to: str | None, text: str) -> None:
        flooded = self._flood is not None and not self._flood.allows(datetime.now(UTC))
        there = to is None or to.lower() in {name.lower() for name in self.people}
        delivered = self.in_cytube and not flooded and there
        self.said.append(Said(to, text, datetime.now(UTC), time.perf_counter(), delivered))
        self._news.set()
        if not self.in_cytube:
            return
        if flooded:
            await self.event("cooldown", 100)
        elif not there:
            await self.event("errorMsg", {"msg": f"PM failed: {(to or '').lower()} isn't connected to this channel."})
        else:
            line = script.line(script.BOT, html.escape(text, quote=False), self.clock())
            await self.event("chatMsg" if to is None else "pm", line if to is None else line | {"to": to})

    # -- waiting --------------------------------------------------------------------------------------------------------------------

    def pms(self, to: str) -> list[Said]:
        """Give what the economy wrote to a viewer."""
        return [said for said in self.said if said.to is not None and said.to.lower() == to.lower()]

    async def wait_for(self, condition: Callable[[], bool], what: str, within_seconds: float = 15.0) -> None:
        """Wait until something the robot was asked to say makes the condition true."""
        deadline = time.monotonic() + within_seconds
        while not condition():
            self._news.clear()
            left = deadline - time.monotonic()
            if left <= 0:
                heard = "\n".join(f"  {said.to or 'room'}: {said.text}" for said in self.said[-20:])
                message = f"{what}: not within {within_seconds} s; the last things said:\n{heard}"
                raise AssertionError(message)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), min(left, 0.5))

    async def ask(self, name: str, text: str, within_seconds: float = 15.0) -> str:
        """Have a viewer write to the robot, and give the answer."""
        before = len(self.pms(name))
        await self.pm(name, text)
        await self.wait_for(lambda: len(self.pms(name)) > before, f"an answer to {name}: {text}", within_seconds)
        return self.pms(name)[before].text


def clock_from(start: datetime, speed: float = 1.0) -> Callable[[], datetime]:
    """Give a clock that starts at `start` and runs `speed` times as fast as ours."""
    began = time.monotonic()
    return lambda: start + timedelta(seconds=(time.monotonic() - began) * speed)


async def _no_words(_error: Exception) -> None:
    """A killed server is no news here."""
