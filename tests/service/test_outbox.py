"""What waits to be sent, and a server that takes less than others."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import nats
import pytest

from libs.common import subjects
from libs.common.outbox import Outbox, Row
from tests.support.nats import NatsServer
from tests.support.proxy import Proxy
from tests.support.tally_bench import quiet
from tests.support.waiting import until

PAYLOAD_MAX = 16 * 1024


@pytest.fixture
def narrow_server(tmp_path: Path) -> Iterator[NatsServer]:
    server = NatsServer(tmp_path, extra=f"max_payload: {PAYLOAD_MAX}")
    server.start()
    yield server
    server.stop()


def posting(number: int, characters: int) -> Row:
    body = json.dumps({"key": str(number), "reason": "x" * characters}).encode()
    return Row(number, subjects.POSTINGS, subjects.postings("testroom", "earning"), str(number), body)


async def test_postings_are_merged_into_no_more_than_the_server_takes(narrow_server: NatsServer) -> None:
    client = await nats.connect(narrow_server.url)
    jetstream = client.jetstream()
    await jetstream.add_stream(name=subjects.POSTINGS, subjects=[subjects.postings("testroom", "earning")])
    outbox = Outbox(jetstream, "store")
    sending = asyncio.create_task(outbox.run())
    # With many short ones, the commas between them are what is too much.
    outbox.add([*(posting(n, 3_000) for n in range(20)), *(posting(n, 1) for n in range(20, 1_000))])

    async def sent() -> bool:
        return outbox.depth == 0

    try:
        await until(sent, "all is sent", 10, 0.02)
        state = (await jetstream.stream_info(subjects.POSTINGS)).state
        bodies = [(await jetstream.get_msg(subjects.POSTINGS, seq=n)).data or b"" for n in range(1, state.messages + 1)]
        assert [int(each["key"]) for body in bodies for each in json.loads(body)["postings"]] == list(range(1_000))
    finally:
        sending.cancel()
        await client.close()


async def test_what_was_in_flight_at_a_cut_is_sent_again_at_once_and_is_there_once(narrow_server: NatsServer) -> None:
    proxy = Proxy(narrow_server.port)
    await proxy.start()
    back = asyncio.Event()

    async def reconnected() -> None:
        back.set()

    client = await nats.connect(proxy.url, max_reconnect_attempts=-1, reconnect_time_wait=0.05, reconnected_cb=reconnected, error_cb=quiet)
    jetstream = client.jetstream()
    await jetstream.add_stream(name=subjects.POSTINGS, subjects=[subjects.postings("testroom", "earning")])
    outbox = Outbox(jetstream, "store")
    sending = asyncio.create_task(outbox.run())
    direct = await nats.connect(narrow_server.url)

    async def stored() -> bool:
        return (await direct.jetstream().stream_info(subjects.POSTINGS)).state.messages == 1

    async def sent() -> bool:
        return outbox.depth == 0

    try:
        proxy.swallow()
        outbox.add([posting(1, 1)])
        await until(stored, "it is stored", 10, 0.02)
        proxy.cut()
        await asyncio.wait_for(back.wait(), 10)
        outbox.interrupt()
        await until(sent, "it is sent", 3, 0.02)  # an acknowledgement is waited for longer
        assert await stored()
    finally:
        sending.cancel()
        await client.close()
        await direct.close()
        await proxy.stop()


def fact(number: int) -> Row:
    return Row(number, subjects.FACTS, subjects.fact("testroom", "purchase"), str(number), str(number).encode())


@pytest.mark.parametrize("atomic", [True, False])
@pytest.mark.parametrize("arrived", [0, 7])
async def test_facts_that_come_in_number_are_there_once_and_in_order(narrow_server: NatsServer, atomic: bool, arrived: int) -> None:
    client = await nats.connect(narrow_server.url)
    jetstream = client.jetstream()
    await jetstream.add_stream(name=subjects.FACTS, subjects=[subjects.fact("testroom", "*")], allow_atomic=atomic)
    facts = [fact(number) for number in range(1, 61)]
    for row in facts[:arrived]:  # of an earlier start, whose acknowledgement did not come
        await jetstream.publish(row.subject, row.body, headers={"Nats-Msg-Id": f"store:{row.id}"})
    outbox = Outbox(jetstream, "store")
    sending = asyncio.create_task(outbox.run())
    outbox.add(facts)

    async def sent() -> bool:
        return outbox.depth == 0

    try:
        await until(sent, "all is sent", 10, 0.02)
        state = (await jetstream.stream_info(subjects.FACTS)).state
        bodies = [(await jetstream.get_msg(subjects.FACTS, seq=n)).data for n in range(1, state.messages + 1)]
        assert bodies == [row.body for row in facts]
        assert outbox.take_sent() == [row.id for row in facts]
    finally:
        sending.cancel()
        await client.close()
