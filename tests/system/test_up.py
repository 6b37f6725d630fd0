"""The whole economy by one command: how it starts, what it survives, how it ends."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from libs.common.services import existing
from tests.support.nats import binary, free_port
from tests.support.up import Up, wait_until_gone

pytestmark = pytest.mark.skipif(binary() is None, reason="there is no nats-server to bring along")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One that is ready; its tests leave it ready."""
    with Up(tmp_path_factory.mktemp("up")) as up:
        up.wait_for("ready (")
        yield up


def killed_and_back(up: Up, child: str) -> int:
    seen, before = len(up.lines), up.pid_of(child)
    os.kill(before, signal.SIGKILL)
    up.wait_for(f"{child}: died (signal SIGKILL)", after=seen)
    up.wait_for(f"{child}: started", after=seen)
    assert up.pid_of(child) != before
    return seen


def test_every_service_tells_that_it_is_ready(running: Up) -> None:
    lines = running.lines

    assert [name for name in existing() if f"{name}: ready" not in lines] == [], "\n".join(lines)


def test_a_killed_service_comes_back(running: Up) -> None:
    seen = killed_and_back(running, "ledger")

    running.wait_for("ledger: ready", after=seen)


def test_a_killed_server_comes_back_with_its_streams(running: Up) -> None:
    killed_and_back(running, "nats-server")
    seen = killed_and_back(running, "ingest")  # which refuses to start where a stream is missing

    running.wait_for("ingest: ready", after=seen)


def test_a_hangup_reloads_the_configuration(running: Up) -> None:
    seen = len(running.lines)

    running.process.send_signal(signal.SIGHUP)

    running.wait_for("reload: nothing has changed: version ", after=seen)


def test_a_kill_leaves_no_child(tmp_path: Path) -> None:
    with Up(tmp_path) as up:
        for name in ("nats-server", *existing()):
            up.wait_for(f"{name}: started")

        up.process.kill()

        wait_until_gone(up.children())


def test_a_signal_to_the_whole_group_ends_it_cleanly_and_soon(tmp_path: Path) -> None:
    with Up(tmp_path) as up:
        up.wait_for("ready (")

        up.signal_group(signal.SIGTERM)

        assert up.process.wait(10) == 0
        wait_until_gone(up.children(), 0.1)
        assert up.lines[-1] == "nats-server: stopped"


def test_an_interrupt_while_it_starts_ends_it_cleanly(tmp_path: Path) -> None:
    with Up(tmp_path) as up:
        up.wait_for("nats-server: started")

        up.process.send_signal(signal.SIGINT)

        assert up.process.wait(10) == 0
        wait_until_gone(up.children(), 0.1)


def test_a_service_that_hangs_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with Up(tmp_path) as up:
        up.wait_for("ready (")
        os.kill(up.pid_of("ledger"), signal.SIGSTOP)

        up.process.send_signal(signal.SIGTERM)

        assert up.process.wait(10) == 1
        assert "ledger: does not stop, is killed" in up.lines


def test_asked_a_second_time_it_ends_at_once(tmp_path: Path) -> None:
    with Up(tmp_path) as up:
        up.wait_for("ready (")
        os.kill(up.pid_of("ledger"), signal.SIGSTOP)
        up.process.send_signal(signal.SIGTERM)
        up.wait_for("commands: stopped")
        time.sleep(0.6)  # a second signal within half a second counts as the same

        up.process.send_signal(signal.SIGTERM)

        assert up.process.wait(10) == 1
        assert "ledger: does not stop, is killed" not in up.lines


def test_a_second_one_waits_for_the_first_to_end(tmp_path: Path) -> None:
    with Up(tmp_path) as first:
        first.wait_for("nats-server: ready")
        with Up(tmp_path) as second:
            second.wait_for("waiting for the other one to end")
            first.process.kill()

            second.wait_for("nats-server: ready")

            wait_until_gone(first.children(), 1.0)


def test_the_older_programs_accounts_are_not_forgotten(tmp_path: Path) -> None:
    (tmp_path / "economy.db").touch()
    with Up(tmp_path) as up:
        assert up.process.wait(30) == 1
        up.wait_for(f"{tmp_path}/economy.db holds the accounts of the older program")


def test_a_fresh_start_is_remembered(tmp_path: Path) -> None:
    (tmp_path / "economy.db").touch()
    with Up(tmp_path, "--fresh") as up:
        up.wait_for("nats-server: started")
    with Up(tmp_path) as again:
        again.wait_for("nats-server: started")


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)), Up(tmp_path, port=port) as up:
        assert up.process.wait(30) == 1
        up.wait_for(f"the embedded NATS server can't listen on 127.0.0.1:{port}")


def test_a_configuration_that_can_not_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("nats: {embedded: true}\nchannels: []\n")
    with Up(tmp_path) as up:
        assert up.process.wait(30) == 1
        up.wait_for("channels")
