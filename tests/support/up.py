"""A real `kryten-economy up`, as an operator starts it: its own process group, its output read line by line."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.nats import free_port

CONFIG = """
nats:
  embedded: true
  servers: ["nats://127.0.0.1:{port}"]
channels:
  - domain: cytu.be
    channel: lounge
metrics:
  host: 127.0.0.1
  port: {metrics_port}
database:
  path: {older}
"""


class Up:
    """One run of the command; leaving the context kills whatever is left of it."""

    def __init__(self, directory: Path, *options: str, port: int | None = None) -> None:
        """Write a configuration into the directory, unless one is there."""
        self.directory = directory
        self.state_dir = directory / "data"
        self.config = directory / "config.yaml"
        if not self.config.exists():
            text = CONFIG.format(port=port or free_port(), metrics_port=free_port(), older=directory / "economy.db")
            self.config.write_text(text, encoding="utf-8")
        self._options = options
        self._lines: list[str] = []
        self._grew = threading.Condition()

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "libs.cli.main", "up", "--config", str(self.config), *self._options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join(10)
        if self.process.stdout is not None:
            self.process.stdout.close()

    @property
    def lines(self) -> list[str]:
        """What it has printed so far."""
        with self._grew:
            return list(self._lines)

    def wait_for(self, start: str, after: int = 0, within_seconds: float = 60.0) -> int:
        """Wait for a line that begins so, behind the first `after` lines; give the number of lines up to it."""
        deadline = time.monotonic() + within_seconds
        with self._grew:
            while True:
                for number, line in enumerate(self._lines[after:], after + 1):
                    if line.startswith(start):
                        return number
                left = deadline - time.monotonic()
                if left <= 0:
                    printed = "\n".join(self._lines)
                    raise AssertionError(f"no line {start!r} within {within_seconds} s of:\n{printed}")
                self._grew.wait(left)

    def pid_of(self, child: str) -> int:
        """Give the process id a child was last started with."""
        started = [line for line in self.lines if line.startswith(f"{child}: started (process ")]
        return int(started[-1].rsplit(" ", 1)[1].rstrip(")"))

    def children(self) -> list[int]:
        """Give the process ids of all children that were ever started."""
        return [int(line.rsplit(" ", 1)[1].rstrip(")")) for line in self.lines if ": started (process " in line]

    def signal_group(self, number: signal.Signals) -> None:
        """Signal everything in its process group, as a terminal does."""
        os.killpg(self.process.pid, number)

    def _read(self) -> None:
        if self.process.stdout is None:
            return
        for line in self.process.stdout:
            with self._grew:
                self._lines.append(line.rstrip("\n"))
                self._grew.notify_all()


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that has ended and waits to be noticed does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def wait_until_gone(pids: list[int], within_seconds: float = 10.0) -> None:
    """Wait until none of the processes runs."""
    deadline = time.monotonic() + within_seconds
    while left := [pid for pid in pids if alive(pid)]:
        assert time.monotonic() < deadline, f"still running: {left}"
        time.sleep(0.02)
