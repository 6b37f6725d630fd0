"""The first minute of a newcomer: an economy at work on the screen, and a word with it."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.nats import NatsServer, binary, free_port
from tests.support.up import CONFIG, Up, wait_until_gone

pytestmark = pytest.mark.skipif(binary() is None, reason="there is no nats-server to bring along")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One whose room is open. It has to end as cleanly as it began, whatever the tests did to it: one start serves them all."""
    with Up(tmp_path_factory.mktemp("simulated"), "--simulate") as up:
        up.wait_for("* in lounge: ")
        yield up
        began = time.monotonic()
        up.signal_group(signal.SIGINT)
        assert up.process.wait(10) == 0
        assert time.monotonic() - began < 5
        wait_until_gone(up.children(), 0.1)


def chat(config: Path, name: str, *lines: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "libs.cli.main", "chat", "--as", name, "--config", str(config)]
    return subprocess.run(words, input="\n".join(lines), capture_output=True, text=True, timeout=60, check=False)


def test_a_question_of_a_simulated_viewer_is_answered_on_the_screen(running: Up) -> None:
    asked = running.wait_for("alice → ZCoinBot: balance")

    running.wait_for("ZCoinBot → alice: You have", after=asked, within_seconds=60)


def test_who_joins_talks_in_the_room_and_is_answered(running: Up) -> None:
    seen = len(running.lines)

    talk = chat(running.config, "dana", "good evening", "/pm balance")

    assert talk.returncode == 0, talk.stderr
    assert "you: good evening" in talk.stdout
    assert "ZCoinBot → you: You have" in talk.stdout
    for line in ("* dana joins", "dana: good evening", "dana → ZCoinBot: balance", "* dana leaves"):
        running.wait_for(line, after=seen)


def test_a_name_that_is_taken_is_told(running: Up) -> None:
    talk = chat(running.config, "alice", "hello")

    assert talk.returncode == 1
    assert "alice is somebody else here already" in talk.stderr


def test_no_server_at_all_is_told(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(port=free_port(), metrics_port=free_port(), older="none.db"), encoding="utf-8")

    talk = chat(config, "dana")

    assert talk.returncode == 1
    assert "No NATS server answers" in talk.stderr


def test_the_services_speak_into_files(running: Up) -> None:
    assert [line for line in running.lines if line.startswith("{")] == []
    assert (running.directory / "demo" / "logs" / "ledger.log").stat().st_size


def test_a_server_without_a_simulation_is_told(tmp_path: Path) -> None:
    server = NatsServer(tmp_path / "nats", free_port())
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(port=server.port, metrics_port=free_port(), older="none.db"), encoding="utf-8")
    server.start()
    try:
        talk = chat(config, "dana")
    finally:
        server.stop()

    assert talk.returncode == 1
    assert "no simulated channel 'lounge'" in talk.stderr
