"""Our own programs as processes of the tests, each forked from one that has the imports behind it: they take most of a second."""

import io
import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory

from libs.cli.main import PLACES

ROOT = Path(__file__).parent.parent.parent
_PRELOADED = ["libs.common.process", "libs.cli.main", *{place.partition(":")[0] for place in PLACES.values()}]
"""No service's own modules: what only one of them counts must not stand in another's metrics."""


def _server() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


_CONTEXT = _server()


class Program:
    """`python -m MODULE ARGUMENTS` as a process that never outlives the tests; what it says goes to the end of a file."""

    def __init__(self, module: str, arguments: Sequence[str], output: Path, environment: Mapping[str, str] | None = None) -> None:
        """Start it, with further variables for its environment."""
        target = _Target(module, tuple(arguments), output, {**os.environ, **(environment or {})})
        self._process: BaseProcess = _CONTEXT.Process(target=target, daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        """The exit status, or minus the signal that ended it; None while it runs."""
        return self._process.exitcode

    def signal(self, number: signal.Signals) -> None:
        """Signal it; nothing happens if it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it without warning."""
        self.signal(signal.SIGKILL)
        self._process.join()

    def wait(self, within_seconds: float | None = None) -> bool:
        """Wait for its end; tell whether it came in time."""
        self._process.join(within_seconds)
        return self.returncode is not None


@dataclass(frozen=True, slots=True)
class Ran:
    """A program that has run to its end."""

    returncode: int | None
    stdout: str


def run(module: str, *arguments: str, environment: Mapping[str, str] | None = None, within_seconds: float = 60) -> Ran:
    """Run a program to its end; give its exit status and what it said, errors included.

    Raises TimeoutError.
    """
    with TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        program = Program(module, arguments, output, environment)
        if not program.wait(within_seconds):
            program.kill()
            raise TimeoutError(output.read_text(encoding="utf-8"))
        return Ran(program.returncode, output.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class _Target:
    """What the forked process does; it travels there pickled."""

    module: str
    arguments: tuple[str, ...]
    output: Path
    environment: Mapping[str, str]

    def __call__(self) -> None:
        os.environ.clear()
        os.environ.update(self.environment)
        os.chdir(ROOT)
        with self.output.open("ab") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), encoding="utf-8", line_buffering=True)
        sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb", closefd=False), encoding="utf-8", line_buffering=True)
        sys.argv = [self.module, *self.arguments]
        runpy.run_module(self.module, run_name="__main__", alter_sys=True)
