"""`honcho start` with the Procfile as it is shipped, but for the port of the NATS server."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml

from libs.common import service
from libs.common.services import existing
from tests.support.nats import binary, free_port

pytestmark = [pytest.mark.skipif(binary() is None, reason="needs a nats-server of its own"), pytest.mark.slow]

ROOT = Path(__file__).parents[2]
READY_SECONDS = 60
STOP_SECONDS = 8


def folder_for_honcho(folder: Path, nats_port: int, metrics_port: int) -> None:
    """Lay out what the operator's guide says."""
    (folder / "deploy").mkdir()
    shutil.copy(ROOT / "deploy" / "nats.conf", folder / "deploy")
    procfile = (ROOT / "Procfile").read_text(encoding="utf-8")
    (folder / "Procfile").write_text(procfile.replace("deploy/nats.conf", f"deploy/nats.conf -p {nats_port}"), encoding="utf-8")
    made = subprocess.run([ROOT / "deploy" / "make-env"], capture_output=True, text=True, check=True)
    (folder / ".env").write_text(made.stdout, encoding="utf-8")
    settings = {
        "nats": {"servers": [f"nats://127.0.0.1:{nats_port}"]},
        "channels": [{"domain": "cytu.be", "channel": "lounge"}],
        "metrics": {"host": "127.0.0.1", "port": metrics_port},
    }
    (folder / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")


def status(port: int, path: str) -> int | None:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def test_everything_starts_by_one_word_and_ends_by_one_signal(tmp_path: Path) -> None:
    metrics_port = free_port()
    folder_for_honcho(tmp_path, free_port(), metrics_port)
    ports = [metrics_port + service.SERVICES.index(name) for name in existing()]
    output = tmp_path / "output"
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    with output.open("wb") as said:
        honcho = subprocess.Popen(["honcho", "start"], cwd=tmp_path, env=environment, stdout=said, stderr=said, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not all(status(port, "/readyz") == 200 for port in ports):
            assert honcho.poll() is None, output.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, output.read_text(encoding="utf-8")
            time.sleep(0.1)  # they tell nobody, they only answer
        assert status(metrics_port, "/health") == 200

        honcho.send_signal(signal.SIGTERM)
        honcho.wait(STOP_SECONDS)
        text = output.read_text(encoding="utf-8")
        assert [line for line in text.splitlines() if "SIGKILL" in line] == []
        assert text.count("stopped (rc=") == len(existing()) + 2
        assert [port for port in ports if status(port, "/livez") is not None] == []
    finally:
        honcho.terminate()
        honcho.wait(STOP_SECONDS)
