"""The durable recipe, before any rule stands on it: whatever dies, is cut, repeated or poisoned, each message counts once, in order."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import nats
import pytest

from libs.common import subjects
from libs.common.streams import provision
from tests.support.nats import NatsServer
from tests.support.tally_bench import (
    Bench,
    Tally,
    all_sent,
    ask,
    ask_until_dead,
    dead,
    lose_in_the_socket,
    make_anew,
    message,
    quiet,
    through_a_proxy,
)
from tests.support.waiting import until

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


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    server = NatsServer(tmp_path / "nats")
    server.start()
    client = await nats.connect(server.url, max_reconnect_attempts=-1, reconnect_time_wait=0.05, error_cb=quiet)
    await provision(client, subjects.streams(["room"]))
    bench = Bench(server, client, Tally(tmp_path, server.url))
    yield bench
    bench.service.kill()
    await client.close()
    server.stop()


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
    await ask_until_dead(bench, body)
    bench.service.start()

    assert [await ask(bench, body) for _ in range(3)] == [{"total": 5}] * 3


async def test_a_key_used_with_other_contents_has_no_effect(bench: Bench) -> None:
    bench.service.start()
    await ask(bench, json.dumps({"add": 5, "key": "k"}).encode())

    assert (await ask(bench, json.dumps({"add": 6, "key": "k"}).encode()))["code"] == "KeyConflict"
    assert await ask(bench, json.dumps({"add": 1}).encode()) == {"total": 6}


async def test_an_unreadable_request_is_answered(bench: Bench) -> None:
    bench.service.start()

    assert (await ask(bench, b"\xff not json"))["success"] is False


async def test_the_connection_cut_under_load_loses_and_doubles_nothing(bench: Bench) -> None:
    proxy = await through_a_proxy(bench)
    for _ in range(8):
        await bench.publish(300)
        proxy.cut()
    await bench.holds()
    bench.service.kill()
    await proxy.stop()


async def test_what_died_in_the_socket_comes_again(bench: Bench) -> None:
    proxy = await through_a_proxy(bench)
    await lose_in_the_socket(bench, proxy)
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
    await make_anew(bench)
    await bench.publish(10)  # numbers 1 to 10 again, then on
    await bench.publish(70)
    bench.service.start()

    await bench.holds()


async def test_a_stream_made_anew_while_the_service_runs_is_found_too(bench: Bench) -> None:
    bench.service.start()
    await bench.publish(50)
    await bench.holds()
    await make_anew(bench)
    await bench.publish(80)

    await bench.holds()


async def test_a_stream_truncated_and_written_on_gives_each_event_its_effect_once(bench: Bench) -> None:
    bench.service.start()
    await bench.publish(50)
    await bench.holds()
    bench.service.kill()
    await make_anew(bench)
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

    await until(lambda: len(bench.service.seen()) >= 15_000, "15,000 effects", 40)
    assert bench.service.seen() == list(range(1, 15_001))


async def test_a_poisoned_message_in_a_group_is_set_aside_and_harms_no_other(bench: Bench) -> None:
    await bench.publish(40, poison=frozenset({7, 8, 23}))
    bench.service.start()

    await bench.holds(without=frozenset({7, 8, 23}))
    assert await dead(bench) == ["ValueError: poison"] * 3


async def test_an_unreadable_message_is_set_aside_and_harms_no_other(bench: Bench) -> None:
    await bench.publish(5)
    await bench.jetstream.publish("economy.events.room.chat", b"{ not json")
    tail = await bench.output.tail()
    assert tail is not None
    await bench.output.publish([message(number) for number in range(6, 11)])
    bench.published = 10
    bench.service.start()

    await bench.holds()
    assert len(await dead(bench)) == 1


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
        assert [await ask(bench, body) for _ in range(2)] != [{"total": 5}] * 2
        return
    await until(lambda: len(bench.service.seen()) >= 59)

    in_order = bench.service.seen() == [number for number in range(1, 61) if number != 7]
    assert not (in_order and await all_sent(bench))


async def test_without_the_number_inside_a_message_delivered_twice_counts_twice(bench: Bench) -> None:
    await bench.publish(10)
    await bench.output.publish([message(number) for number in (9, 10, 11)])
    bench.service.start(TALLY_UNGUARDED="number")
    await until(lambda: 11 in bench.service.seen())

    assert bench.service.seen() == [*range(1, 11), 9, 10, 11]


async def test_without_making_the_consumer_anew_what_died_in_the_socket_is_lost(bench: Bench) -> None:
    proxy = await through_a_proxy(bench, TALLY_UNGUARDED="rebind")
    await lose_in_the_socket(bench, proxy)

    with pytest.raises(AssertionError):
        await until(lambda: bench.service.seen() == list(range(1, bench.published + 1)), within_seconds=4)
    bench.service.kill()
    await proxy.stop()
