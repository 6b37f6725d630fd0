"""What a process shows over HTTP."""

import json
import socket
import urllib.error
import urllib.request
from typing import Any

import pytest
from structlog.testing import capture_logs

from libs.common import probe
from tests.support.nats import free_port


def get(port: int, path: str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        body = error.read()
        return error.code, json.loads(body) if error.headers["Content-Type"] == "application/json" else body.decode()


class Process:
    """One that can be stuck, unready and broken."""

    def __init__(self) -> None:
        self.alive = True
        self.ready = True
        self.port = free_port()
        probe.serve("127.0.0.1", self.port, lambda: self.alive, lambda: {"ready": self.ready}, {"/broken": self.broken})

    def broken(self) -> tuple[int, dict[str, Any]]:
        raise RuntimeError("no such table")


@pytest.fixture(scope="module")
def process() -> Process:
    return Process()


@pytest.mark.parametrize("good", [True, False])
def test_a_stuck_loop_and_an_unready_service_are_told_by_the_status(good: bool, process: Process) -> None:
    process.alive = process.ready = good

    assert get(process.port, "/livez") == (200 if good else 503, {"alive": good})
    assert get(process.port, "/readyz") == (200 if good else 503, {"ready": good})


def test_a_page_that_fails_is_an_error_and_says_which(process: Process) -> None:
    assert get(process.port, "/broken") == (500, {"status": "error", "error": "RuntimeError: no such table"})


def test_other_pages_are_named(process: Process) -> None:
    assert get(process.port, "/") == (404, "/livez /readyz /health /metrics\n")


def test_a_taken_port_is_logged_and_nothing_worse() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, capture_logs() as said:
        probe.serve("127.0.0.1", taken.getsockname()[1], lambda: True, dict)

    assert [line["log_level"] for line in said] == ["warning"]


def test_a_port_that_cannot_be_is_logged_and_nothing_worse() -> None:
    with capture_logs() as said:
        probe.serve("127.0.0.1", 65_536, lambda: True, dict)

    assert [line["log_level"] for line in said] == ["warning"]


def test_it_can_be_asked_over_ipv6_too() -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("there is no IPv6 here")
    port = free_port()

    probe.serve("::", port, lambda: True, lambda: {"ready": True})

    assert get(port, "/readyz") == (200, {"ready": True})
