"""The announcer's `KrytenClient`: what it hears, and what it shows to a server that asks for certificates."""

import shutil
import subprocess
from pathlib import Path

import nats
import pytest
from nats.errors import NoRespondersError

from libs.common.config import Settings
from libs.common.credentials import tls_context
from services.announcer.robot import RobotClient
from tests.support.nats import NatsServer, Server, binary

needs_certificates = pytest.mark.skipif(
    not (shutil.which("openssl") and binary()), reason="makes certificates, and a server that wants them"
)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one certificate for both sides, signed by itself."""
    folder = tmp_path_factory.mktemp("certificates")
    words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    words += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(["openssl", *words], check=True, capture_output=True)
    return folder


@needs_certificates
async def test_it_shows_the_certificates_of_the_configuration(certificates: Path, tmp_path: Path) -> None:
    cert, key = str(certificates / "cert.pem"), str(certificates / "key.pem")
    extra = f'tls {{ cert_file: "{cert}", key_file: "{key}", ca_file: "{cert}", verify: true }}'
    server = NatsServer(tmp_path / "nats", jetstream=False, extra=extra)
    server.start()
    url = f"nats://localhost:{server.port}"
    settings = Settings.model_validate(
        {
            "nats": {"servers": [url], "tls_ca": cert, "tls_cert": cert, "tls_key": key},
            "channels": [{"domain": "cytu.be", "channel": "testroom"}],
        }
    )
    try:
        listener = await nats.connect(url, tls=tls_context(settings.nats))
        commands = await listener.subscribe("kryten.robot.command")
        await listener.flush()
        client = RobotClient(settings, tmp_path, "announcer")

        await client.connect()
        await client.send_pm("testroom", "alice", "hello", domain="cytu.be")

        assert b"hello" in (await commands.next_msg(5)).data
        await client.disconnect()
        await listener.close()
    finally:
        server.stop()


async def test_it_hears_nothing_of_the_room_and_so_finds_nothing_it_can_not_read(module_nats_server: Server, tmp_path: Path) -> None:
    url = module_nats_server.url
    channels = [{"domain": "cytu.be", "channel": "testroom"}]
    client = RobotClient(Settings.model_validate({"nats": {"servers": [url]}, "channels": channels}), tmp_path, "announcer")
    robot = await nats.connect(url)
    await client.connect()
    try:
        with pytest.raises(NoRespondersError):
            await robot.request("kryten.events.cytube.testroom.chatmsg", b"not json", timeout=5)
    finally:
        await client.disconnect()
        await robot.close()
