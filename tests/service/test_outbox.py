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
