"""What a process shows the outside over HTTP: is it alive, is it ready, its metrics. Answers from a thread, so a stuck loop shows."""

import json
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

import structlog
from prometheus_client import make_wsgi_app

log = structlog.get_logger()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Server6(_Server):
    address_family = socket.AF_INET6


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the overridden method's own name
        """Say nothing: a probe every few seconds is no news."""


Page = Callable[[], tuple[int, dict[str, Any]]]
"""Gives a status and a body; called from the server's thread."""


def serve(
    host: str, port: int, alive: Callable[[], bool], health: Callable[[], dict[str, Any]], pages: Mapping[str, Page] | None = None
) -> None:
    """Serve `/livez`, `/readyz`, `/health` and `/metrics`; a taken or impossible port is logged, never fatal.

    Args:
        host: the address to listen on.
        port: the port to listen on.
        alive: whether the event loop turns.
        health: the state, with `ready`.
        pages: what else there is, or in place of these, by path.
    """
    metrics = make_wsgi_app()

    def livez() -> tuple[int, dict[str, Any]]:
        turns = alive()
        return _status(good=turns), {"alive": turns}

    def readyz() -> tuple[int, dict[str, Any]]:
        state = health()
        return _status(good=bool(state["ready"])), state

    found_pages: dict[str, Page] = {"/livez": livez, "/readyz": readyz, "/health": readyz, **(pages or {})}

    def answer(environment: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environment.get("PATH_INFO", "")
        if path == "/metrics":
            found: Iterable[bytes] = metrics(environment, start)
            return found
        page = found_pages.get(path)
        if page is None:
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"/livez /readyz /health /metrics\n"]
        try:
            status, body = page()
        except Exception as error:
            log.exception("a probe failed", path=path)
            status, body = HTTPStatus.INTERNAL_SERVER_ERROR, {"status": "error", "error": f"{type(error).__name__}: {error}"}
        start(f"{int(status)} {HTTPStatus(status).phrase}", [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    try:
        server = make_server(host, port, answer, _Server6 if ":" in host else _Server, _Quiet)
    except (OSError, OverflowError) as error:  # the second: there is no such port
        log.warning("can't listen where health and metrics are told; goes on without", host=host, port=port, error=str(error))
        return
    threading.Thread(target=server.serve_forever, name="probe", daemon=True).start()


def _status(*, good: bool) -> HTTPStatus:
    return HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
