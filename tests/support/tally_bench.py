"""The test service of the durable recipe as a process, with a server, a numbered stream, and what must hold afterwards."""

import asyncio
import json
import sqlite3
from contextlib import suppress
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.js import JetStreamContext

from libs.common import subjects
from libs.common.ordered import OrderedOutput, OutputInDoubt
from libs.common.streams import provision
from tests.support import tally
from tests.support.nats import NatsServer
from tests.support.programs import Program
from tests.support.proxy import Proxy
from tests.support.waiting import until


class Tally:
    """The test service as a process, and what it holds."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.config = folder / "config.yaml"
        self.config.write_text(f"nats: {{servers: ['{url}']}}\nchannels: [{{domain: cytu.be, channel: room}}]\n")
        self.process: Program | None = None

    def start(self, **environment: str) -> None:
        arguments = ["--config", str(self.config), "--state-dir", str(self.folder)]
        self.process = Program("tests.support.tally", arguments, self.folder / "tally.log", environment)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()

    async def dies(self) -> int:
        process = self.process
        assert process is not None
        await until(lambda: process.returncode is not None, what="the death of the service")
        return process.returncode or 0

    def seen(self) -> list[int]:
        try:
            return [number for (number,) in tally.read(self.folder / "tally.db", "SELECT number FROM seen ORDER BY at")]
        except sqlite3.OperationalError:
            return []

    def lines(self) -> str:
        return (self.folder / "tally.log").read_text()


class Bench:
    """A server, a stream of numbered events, and the test service."""

    def __init__(self, server: NatsServer, client: Client, service: Tally) -> None:
        self.server = server
        self.client = client
        self.service = service
        self.jetstream: JetStreamContext = client.jetstream()
        self.output = OrderedOutput(client, subjects.EVENTS)
        self.published = 0

    async def publish(self, count: int, *, poison: frozenset[int] = frozenset()) -> None:
        """Publish the next numbered events, whatever happens to the server meanwhile."""
        target = self.published + count
        while self.published < target:
            try:
                tail = await self.output.tail()
                if tail is not None:
                    self.published = json.loads(tail.body)["number"]
                numbers = range(self.published + 1, min(self.published + 100, target) + 1)
                await self.output.publish([message(number, poison=number in poison) for number in numbers])
                self.published = numbers[-1] if numbers else self.published
            except (OutputInDoubt, nats.errors.Error, OSError):
                await asyncio.sleep(0.05)

    async def posted(self) -> list[str]:
        """Give the keys of all postings that reached the stream, in order."""
        keys: list[str] = []
        info = await self.jetstream.stream_info(subjects.POSTINGS)
        for sequence in range(max(info.state.first_seq, 1), info.state.last_seq + 1):
            stored = await self.jetstream.get_msg(subjects.POSTINGS, seq=sequence)
            keys += [posting["key"] for posting in json.loads(stored.data or b"")["postings"]]
        return keys

    async def holds(self, *, without: frozenset[int] = frozenset()) -> None:
        """Assert that each event had its effect exactly once, in order, and that each effect was sent."""
        expected = [number for number in range(1, self.published + 1) if number not in without]
        await until(lambda: len(self.service.seen()) >= len(expected), what=f"{len(expected)} effects", within_seconds=60)
        assert self.service.seen() == expected
        keys = [f"tally:{number}" for number in expected]

        async def sent() -> bool:
            return len(set(await self.posted())) >= len(keys)

        await until(sent, what="all postings sent", within_seconds=60)
        assert list(dict.fromkeys(await self.posted())) == keys


def message(number: int, *, poison: bool = False) -> tuple[str, bytes]:
    return "economy.events.room.chat", json.dumps({"id": f"e{number}", "number": number, "poison": poison}).encode()


async def through_a_proxy(bench: Bench, **environment: str) -> Proxy:
    proxy = Proxy(bench.server.port)
    await proxy.start()
    bench.service = Tally(bench.service.folder, proxy.url)
    bench.service.start(**environment)
    return proxy


async def lose_in_the_socket(bench: Bench, proxy: Proxy) -> None:
    """Have the server send what never arrives, and cut the connection."""
    await bench.publish(10)
    await until(lambda: len(bench.service.seen()) == 10)
    proxy.swallow()
    await bench.publish(300)

    async def all_sent_out() -> bool:
        info = await bench.jetstream.consumer_info(subjects.EVENTS, "tally")
        return info.delivered is not None and info.delivered.stream_seq >= bench.published

    await until(all_sent_out)
    proxy.cut()
    await bench.publish(10)


async def all_sent(bench: Bench) -> bool:
    async def sent() -> bool:
        return len(set(await bench.posted())) >= bench.published - 1

    try:
        await until(sent, within_seconds=2)
    except AssertionError:
        return False
    return True


async def make_anew(bench: Bench) -> None:
    await bench.jetstream.delete_stream(subjects.EVENTS)
    await provision(bench.client, subjects.streams(["room"]))
    bench.published = 0


async def ask(bench: Bench, body: bytes) -> dict[str, object]:
    for _ in range(200):
        try:
            answer: dict[str, object] = json.loads((await bench.client.request(tally.ADD, body, timeout=2)).data)
        except nats.errors.NoRespondersError:
            await asyncio.sleep(0.05)
        else:
            return answer
    pytest.fail("nobody answers")


async def ask_until_dead(bench: Bench, body: bytes) -> None:
    process = bench.service.process
    while process is not None and process.returncode is None:
        with suppress(nats.errors.NoRespondersError, nats.errors.TimeoutError):
            await bench.client.request(tally.ADD, body, timeout=0.2)
        await asyncio.sleep(0.02)


async def dead(bench: Bench) -> list[str]:
    async def some() -> bool:
        return (await bench.jetstream.stream_info(subjects.DEADLETTERS)).state.messages > 0

    await until(some, what="dead letters")
    info = await bench.jetstream.stream_info(subjects.DEADLETTERS)
    stored = [await bench.jetstream.get_msg(subjects.DEADLETTERS, seq=n) for n in range(1, info.state.last_seq + 1)]
    return [json.loads(letter.data or b"")["error"] for letter in stored]


async def quiet(_error: Exception) -> None:
    """A refused publish is what these tests are about."""
