"""What a process shows the outside over HTTP: is it alive, is it ready, its metrics. Answers from a thread, so a stuck loop shows."""

import json
import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

import structlog
from prometheus_client import make_wsgi_app

log = structlog.get_logger()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the overridden method's own name
        """Say nothing: a probe every few seconds is no news."""


def serve(host: str, port: int, alive: Callable[[], bool], health: Callable[[], dict[str, Any]]) -> None:
    """Serve `/livez`, `/readyz`, `/health` and `/metrics`; a taken port is logged, never fatal.

    Args:
        host: the address to listen on.
        port: the port to listen on.
        alive: whether the event loop turns.
        health: the state, with `ready`.
    """
    metrics = make_wsgi_app()

    def answer(environment: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environment.get("PATH_INFO", "")
        if path == "/metrics":
            found: Iterable[bytes] = metrics(environment, start)
            return found
        if path == "/livez":
            good, body = alive(), {"alive": alive()}
        elif path in {"/readyz", "/health"}:
            body = health()
            good = bool(body["ready"])
        else:
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"/livez /readyz /metrics\n"]
        start("200 OK" if good else "503 Service Unavailable", [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    try:
        server = make_server(host, port, answer, _Server, _Quiet)
    except OSError as error:
        log.warning("the port for health and metrics is taken; goes on without", host=host, port=port, error=str(error))
        return
    threading.Thread(target=server.serve_forever, name="probe", daemon=True).start()
