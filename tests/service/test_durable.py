"""The durable recipe, before any rule stands on it: whatever dies, is cut, repeated or poisoned, each message counts once, in order."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
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
from tests.support.proxy import Proxy
from tests.support.wait import until, until_async

STEPS = (
    "handle:7",
    "before_commit:2",
    "after_commit:2",
    "before_finish:3",
    "after_finish:3",
    "before_acknowledge:2",
    "after_acknowledge:2",
    "before_send:2",
    "after_send:2",
)


class Tally:
    """The test service as a process, and what it holds."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.config = folder / "config.yaml"
        self.config.write_text(f"nats: {{servers: ['{url}']}}\nchannels: [{{domain: cytu.be, channel: room}}]\n")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **environment: str) -> None:
        command = [sys.executable, "-m", "tests.support.tally", "--config", str(self.config), "--state-dir", str(self.folder)]
        with (self.folder / "tally.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=os.environ | environment, stderr=log)

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    async def dies(self) -> int:
        process = self.process
        assert process is not None
        await until(lambda: process.poll() is not None, what="the death of the service")
        return process.returncode

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
        for sequence in range(info.state.first_seq, info.state.last_seq + 1):
            stored = await self.jetstream.get_msg(subjects.POSTINGS, seq=sequence)
            keys += [posting["key"] for posting in json.loads(stored.data or b"")["postings"]]
        return keys

    async def holds(self, *, without: frozenset[int] = frozenset()) -> None:
        """Assert that each event had its effect exactly once, in order, and that each effect was sent."""
        expected = [number for number in range(1, self.published + 1) if number not in without]
        await until(lambda: len(self.service.seen()) >= len(expected), what=f"{len(expected)} effects")
        assert self.service.seen() == expected
        keys = [f"tally:{number}" for number in expected]

        async def sent() -> bool:
            return len(set(await self.posted())) >= len(keys)

        await until_async(sent, what="all postings sent")
        assert list(dict.fromkeys(await self.posted())) == keys


def message(number: int, *, poison: bool = False) -> tuple[str, bytes]:
    return "economy.events.room.chat", json.dumps({"id": f"e{number}", "number": number, "poison": poison}).encode()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    server = NatsServer(tmp_path / "nats")
    server.start()
    client = await nats.connect(server.url, max_reconnect_attempts=-1, reconnect_time_wait=0.05, error_cb=_quiet)
    await provision(client, subjects.streams(["room"]))
    service = Tally(tmp_path, server.url)
    yield Bench(server, client, service)
    service.kill()
    await client.close()
    server.stop()


async def _quiet(_error: Exception) -> None:
    """A refused publish is what these tests are about."""


@pytest.mark.parametrize("step", STEPS)
async def test_killed_at_any_step_of_its_cycle_each_event_counts_once(bench: Bench, step: str) -> None:
    await bench.publish(100)
    bench.service.start(TALLY_DIES=step)
    assert await bench.service.dies() == -signal.SIGKILL
    bench.service.start()
    await bench.publish(20)

    await bench.holds()


async def test_a_request_killed_before_its_commit_and_asked_again_adds_once(bench: Bench) -> None:
    bench.service.start(TALLY_DIES="request:1")
    body = json.dumps({"add": 5, "key": "k"}).encode()
    await _ask_until_dead(bench, body)
    bench.service.start()

    assert [await _ask(bench, body) for _ in range(3)] == [{"total": 5}] * 3


async def test_a_key_used_with_other_contents_has_no_effect(bench: Bench) -> None:
    bench.service.start()
    await _ask(bench, json.dumps({"add": 5, "key": "k"}).encode())

    assert (await _ask(bench, json.dumps({"add": 6, "key": "k"}).encode()))["code"] == "KeyConflict"
    assert await _ask(bench, json.dumps({"add": 1}).encode()) == {"total": 6}


async def test_an_unreadable_request_is_answered(bench: Bench) -> None:
    bench.service.start()

    assert (await _ask(bench, b"\xff not json"))["success"] is False


async def test_the_connection_cut_under_load_loses_and_doubles_nothing(bench: Bench) -> None:
    proxy = await _through_a_proxy(bench)
    for _ in range(8):
        await bench.publish(300)
        proxy.cut()
    await bench.holds()
    bench.service.kill()
    await proxy.stop()


async def test_what_died_in_the_socket_comes_again(bench: Bench) -> None:
    proxy = await _through_a_proxy(bench)
    await _lose_in_the_socket(bench, proxy)
    await bench.holds()
    bench.service.kill()
    await proxy.stop()


async def test_the_server_killed_under_load_loses_and_doubles_nothing(bench: Bench) -> None:
    bench.service.start()
    for _ in range(3):
        publishing = asyncio.create_task(bench.publish(1_000))
        await until(lambda: len(bench.service.seen()) > bench.published * 0.5)
        bench.server.kill()
        bench.server.start()
        await publishing

    await bench.holds()


async def test_a_stream_purged_behind_the_position_is_read_on(bench: Bench) -> None:
    bench.service.start()
    await bench.publish(50)
    await bench.holds()
    bench.service.kill()
    await bench.jetstream.purge_stream(subjects.EVENTS)
    bench.service.start()
    await bench.output.publish([message(number) for number in range(51, 61)])
    bench.published = 60

    await bench.holds()


async def test_a_stream_purged_before_it_was_read_stops_the_service_with_a_clear_line(bench: Bench) -> None:
    bench.service.start()
    await bench.publish(50)
    await bench.holds()
    bench.service.kill()
    await bench.publish(50)
    await bench.jetstream.purge_stream(subjects.EVENTS, keep=10)
    bench.service.start()

    assert await bench.service.dies() == 1
    assert "Restore the stream" in bench.service.lines()
    assert bench.service.seen() == list(range(1, 51))


async def test_a_stream_made_anew_and_filled_again_is_found_by_the_place_inside(bench: Bench) -> None:
    bench.service.start()
    await bench.publish(50)
    await bench.holds()
    bench.service.kill()
    await _make_anew(bench)
    await bench.publish(10)  # numbers 1 to 10 again, then on
    await bench.publish(70)
    bench.service.start()

    await bench.holds()


async def test_a_stream_made_anew_while_the_service_runs_is_found_too(bench: Bench) -> None:
    bench.service.start()
    await bench.publish(50)
    await bench.holds()
    await _make_anew(bench)
    await bench.publish(80)

    await bench.holds()


async def test_a_stream_truncated_and_written_on_gives_each_event_its_effect_once(bench: Bench) -> None:
    bench.service.start()
    await bench.publish(50)
    await bench.holds()
    bench.service.kill()
    await _make_anew(bench)
    await bench.publish(30)
    bench.service.start()
    await bench.publish(50)

    await bench.holds()


async def test_a_writer_stalled_longer_than_the_ack_wait_counts_once(bench: Bench) -> None:
    await bench.publish(300)
    bench.service.start(TALLY_STALLS="3", TALLY_ACK_WAIT="1")

    await bench.holds()


async def test_a_slow_consumer_gets_every_message(bench: Bench) -> None:
    bench.service.start(TALLY_STALLS="2", TALLY_GROUP="500")
    await bench.publish(15_000)

    await until(lambda: len(bench.service.seen()) >= 15_000, 40, "15,000 effects")
    assert bench.service.seen() == list(range(1, 15_001))


async def test_a_poisoned_message_in_a_group_is_set_aside_and_harms_no_other(bench: Bench) -> None:
    await bench.publish(40, poison=frozenset({7, 8, 23}))
    bench.service.start()

    await bench.holds(without=frozenset({7, 8, 23}))
    assert await _dead(bench) == ["ValueError: poison"] * 3


async def test_an_unreadable_message_is_set_aside_and_harms_no_other(bench: Bench) -> None:
    await bench.publish(5)
    await bench.jetstream.publish("economy.events.room.chat", b"{ not json")
    tail = await bench.output.tail()
    assert tail is not None
    await bench.output.publish([message(number) for number in range(6, 11)])
    bench.published = 10
    bench.service.start()

    await bench.holds()
    assert len(await _dead(bench)) == 1


async def test_one_message_delivered_twice_counts_once(bench: Bench) -> None:
    await bench.publish(10)
    await bench.output.publish([message(number) for number in (9, 10, 11)])
    bench.published = 11
    bench.service.start()

    await bench.holds()


async def test_a_consumer_deleted_by_somebody_is_made_anew(bench: Bench) -> None:
    bench.service.start()
    await bench.publish(10)
    await bench.holds()
    await bench.jetstream.delete_consumer(subjects.EVENTS, "tally")
    await bench.publish(10)

    await bench.holds()


async def test_a_second_process_of_a_service_refuses_to_start(bench: Bench) -> None:
    bench.service.start()
    await bench.publish(1)
    await bench.holds()
    second = Tally(bench.service.folder, bench.server.url)
    second.start()

    assert await second.dies() == 1
    assert "runs already" in second.lines()


async def test_without_its_streams_a_service_refuses_to_start(bench: Bench) -> None:
    await bench.jetstream.delete_stream(subjects.POSTINGS)
    bench.service.start()

    assert await bench.service.dies() == 1
    assert "provision" in bench.service.lines()


@pytest.mark.parametrize(
    ("guard", "step"),
    [("position", "after_commit:2"), ("outbox", "before_send:1"), ("savepoint", ""), ("answers", "")],
)
async def test_without_its_guard_the_recipe_breaks(bench: Bench, guard: str, step: str) -> None:
    """The tests above can fail: with one guard taken out, what they hold does not hold."""
    bench.service.start(TALLY_UNGUARDED=guard, TALLY_DIES=step)
    await bench.publish(60, poison=frozenset({7}))
    if step:
        await bench.service.dies()
        bench.service.start(TALLY_UNGUARDED=guard)
    elif guard == "savepoint":
        assert await bench.service.dies() != 0
        return
    elif guard == "answers":
        body = json.dumps({"add": 5, "key": "k"}).encode()
        assert [await _ask(bench, body) for _ in range(2)] != [{"total": 5}] * 2
        return
    await until(lambda: len(bench.service.seen()) >= 59)

    in_order = bench.service.seen() == [number for number in range(1, 61) if number != 7]
    assert not (in_order and await _all_sent(bench))


async def test_without_making_the_consumer_anew_what_died_in_the_socket_is_lost(bench: Bench) -> None:
    proxy = await _through_a_proxy(bench, TALLY_UNGUARDED="rebind")
    await _lose_in_the_socket(bench, proxy)

    with pytest.raises(AssertionError):
        await until(lambda: bench.service.seen() == list(range(1, bench.published + 1)), 4)
    bench.service.kill()
    await proxy.stop()


async def _through_a_proxy(bench: Bench, **environment: str) -> Proxy:
    proxy = Proxy(bench.server.port)
    await proxy.start()
    bench.service = Tally(bench.service.folder, proxy.url)
    bench.service.start(**environment)
    return proxy


async def _lose_in_the_socket(bench: Bench, proxy: Proxy) -> None:
    """Have the server send what never arrives, and cut the connection."""
    await bench.publish(10)
    await until(lambda: len(bench.service.seen()) == 10)
    proxy.swallow()
    await bench.publish(300)

    async def all_sent_out() -> bool:
        info = await bench.jetstream.consumer_info(subjects.EVENTS, "tally")
        return info.delivered is not None and info.delivered.stream_seq >= bench.published

    await until_async(all_sent_out)
    proxy.cut()
    await bench.publish(10)


async def _all_sent(bench: Bench) -> bool:
    async def sent() -> bool:
        return len(set(await bench.posted())) >= bench.published - 1

    try:
        await until_async(sent, 2)
    except AssertionError:
        return False
    return True


async def _make_anew(bench: Bench) -> None:
    await bench.jetstream.delete_stream(subjects.EVENTS)
    await provision(bench.client, subjects.streams(["room"]))
    bench.published = 0


async def _ask(bench: Bench, body: bytes) -> dict[str, object]:
    for _ in range(200):
        try:
            answer: dict[str, object] = json.loads((await bench.client.request(tally.ADD, body, timeout=2)).data)
        except nats.errors.NoRespondersError:
            await asyncio.sleep(0.05)
        else:
            return answer
    pytest.fail("nobody answers")


async def _ask_until_dead(bench: Bench, body: bytes) -> None:
    process = bench.service.process
    while process is not None and process.poll() is None:
        with suppress(nats.errors.NoRespondersError, nats.errors.TimeoutError):
            await bench.client.request(tally.ADD, body, timeout=0.2)
        await asyncio.sleep(0.02)


async def _dead(bench: Bench) -> list[str]:
    async def some() -> bool:
        return (await bench.jetstream.stream_info(subjects.DEADLETTERS)).state.messages > 0

    await until_async(some, what="dead letters")
    info = await bench.jetstream.stream_info(subjects.DEADLETTERS)
    stored = [await bench.jetstream.get_msg(subjects.DEADLETTERS, seq=n) for n in range(1, info.state.last_seq + 1)]
    return [json.loads(letter.data or b"")["error"] for letter in stored]
