"""The helper all service tests stand on."""

from pathlib import Path

import nats
from nats.aio.client import Client

from tests.support.nats import NatsServer, Server


async def test_the_test_server_has_jetstream(nats_client: Client) -> None:
    account = await nats_client.jetstream().account_info()

    assert account.streams == 0


async def test_a_killed_server_comes_back_with_its_store(nats_server: Server) -> None:
    client = await nats.connect(nats_server.url)
    await client.jetstream().add_stream(name="kept", subjects=["kept"])
    await client.jetstream().publish("kept", b"1")
    await client.close()

    nats_server.kill()
    nats_server.start()

    client = await nats.connect(nats_server.url)
    info = await client.jetstream().stream_info("kept")
    await client.close()
    assert info.state.messages == 1


def test_a_server_can_be_stopped_twice(tmp_path: Path) -> None:
    server = NatsServer(tmp_path)
    server.start()

    server.stop()
    server.stop()

    assert server.pid is None
