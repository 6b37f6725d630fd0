"""What `check` sees of a real server."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from libs.cli import lookout
from libs.common.config import Settings
from tests.support.configuration import settings
from tests.support.nats import NatsServer, free_port

USERS = {
    "users": [
        {"user": "economy", "password": "right"},
        {"user": "guest", "password": "none", "permissions": {"publish": ["kryten.>"]}},
    ]
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[NatsServer, str]]:
    """Give a server that asks for a login and takes short messages only, and where it can be watched."""
    monitoring = f"127.0.0.1:{free_port()}"
    extra = f"http: {json.dumps(monitoring)}\nmax_payload: 65536\nauthorization: {json.dumps(USERS)}\n"
    server = NatsServer(tmp_path_factory.mktemp("nats"), sync_always=True, extra=extra)
    server.start()
    yield server, f"http://{monitoring}"
    server.stop()


def with_login(server: NatsServer, login: str, monitoring_url: str | None = None) -> Settings:
    user, _, password = login.partition(":")
    return settings(nats={"servers": [server.url], "user": user, "password": password, "monitoring_url": monitoring_url})


async def test_a_server_tells_its_streams_its_guests_and_how_it_stores(server: tuple[NatsServer, str], tmp_path: Path) -> None:
    there, narrow, guests, storage = await lookout.look(with_login(server[0], "economy:right", server[1]), tmp_path)
    assert "run kryten-economy provision" in there
    assert "messages of 65,536 bytes only" in narrow
    assert "may not do everything" in guests
    assert "is on disk" in storage


async def test_a_login_that_is_refused_is_told(server: tuple[NatsServer, str], tmp_path: Path) -> None:
    assert "does not let us in" in (await lookout.look(with_login(server[0], "economy:wrong"), tmp_path))[0]


async def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    nowhere = settings(nats={"servers": [f"nats://127.0.0.1:{free_port()}"]})
    assert "nothing answers" in (await lookout.look(nowhere, tmp_path))[0]
