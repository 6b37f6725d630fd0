"""Child processes: they never outlive us, and come back when they die.

Each child asks the kernel for SIGKILL at our death before its program starts, so that even our own SIGKILL leaves nothing behind
(on Linux; elsewhere a killed parent leaves its children to be stopped by hand). Services and server are made to be killed.
"""

import asyncio
import fcntl
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from libs.cli import logfile
from libs.cli.bond import bind
from libs.cli.spares import Spare, Spent

FIRST_DELAY_SECONDS: Final = 0.2
LONGEST_DELAY_SECONDS: Final = 15.0
SETTLED_SECONDS: Final = 60.0
SAME_MOMENT_SECONDS: Final = 0.05
LOCK_SECONDS: Final = 10.0


class StillHeld(Exception):
    """An older process of the same kind does not end."""


@dataclass(frozen=True, slots=True)
class Command:
    """What to run, and under which name to speak of it."""

    name: str
    argv: tuple[str, ...]
    held: Path | None = None
    """A lock file that the process holds for as long as it lives, so that a second one never starts beside it."""
    own_group: bool = False
    """Whether a signal to our whole process group shall pass it by."""
    log: Path | None = None
    """The file for what it says on standard error, if it shall not disturb; its orderly starts and stops go untold then too."""


class Process(Protocol):
    """A process of ours that runs."""

    @property
    def pid(self) -> int:
        """Its id."""

    @property
    def stderr(self) -> asyncio.StreamReader | None:
        """What it says on standard error, where that is kept."""

    def send_signal(self, number: int, /) -> None:
        """Signal it; ProcessLookupError if it has ended."""

    async def wait(self) -> int:
        """Wait for its end; give its exit status, or minus the signal that ended it."""


@dataclass(slots=True)
class Backoff:
    """How long to wait before a start: the delay doubles with every early death, and is forgotten after a minute of life."""

    _next_seconds: float = FIRST_DELAY_SECONDS

    def after(self, alive_seconds: float) -> float:
        """Give the delay in seconds after a process that lived so long."""
        if alive_seconds >= SETTLED_SECONDS:
            self._next_seconds = FIRST_DELAY_SECONDS
        delay = self._next_seconds
        self._next_seconds = min(delay * 2, LONGEST_DELAY_SECONDS)
        return delay


class Child:
    """One command, kept running until it is ended."""

    def __init__(self, command: Command, report: Callable[[str], None], spares: list[Spare]) -> None:
        """Prepare; `keep` runs it."""
        self.command = command
        self.name = command.name
        self.starts: asyncio.Queue[int] = asyncio.Queue()
        """The process id of each start."""
        self._report = report
        self._spares = spares
        self._process: Process | None = None
        self._ending = asyncio.Event()
        self._signal = signal.SIGTERM

    async def keep(self) -> None:
        """Start it, and start it again whenever it dies, until `end`."""
        backoff = Backoff()
        clock = asyncio.get_running_loop().time
        while not self._ending.is_set():
            began = clock()
            how = await self._run_once()
            if self._ending.is_set():
                break
            delay = backoff.after(clock() - began)
            await _unless(self._ending, SAME_MOMENT_SECONDS)  # what ended it may be a signal to us all, and ours be on its way
            if self._ending.is_set():
                break
            self._report(f"{self.name}: died ({how}), starting again in {delay:g} s")
            await _unless(self._ending, delay)
        if self.command.log is None:
            self._report(f"{self.name}: stopped")

    def end(self, by: signal.Signals = signal.SIGTERM) -> None:
        """Let it end, and not start again."""
        self._signal = by
        self._ending.set()
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.send_signal(by)

    def expect_end(self) -> None:
        """Take it as it should be when it ends."""
        self._ending.set()

    async def _run_once(self) -> str:
        try:
            self._process = await spawn(self.command, self._ending, self._spares)
        except (OSError, StillHeld) as error:
            return f"could not start: {error}"
        if self._ending.is_set():
            self._process.send_signal(self._signal)
        if self.command.log is None:
            self._report(f"{self.name}: started (process {self._process.pid})")
        self.starts.put_nowait(self._process.pid)
        async with self._listening(self._process):
            status = await self._process.wait()
        self._process = None
        return f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"

    @asynccontextmanager
    async def _listening(self, process: Process) -> AsyncIterator[None]:
        """Keep what it says in its log; the last of it may come after its end."""
        if self.command.log is None or process.stderr is None:
            yield
            return
        listener = asyncio.create_task(logfile.keep(process.stderr, self.command.log, self._pass_on))
        try:
            yield
        finally:
            await asyncio.wait([listener], timeout=1.0)
            listener.cancel()

    def _pass_on(self, words: str) -> None:
        if not self._ending.is_set():
            self._report(f"{self.name}: {words}")


class Supervisor:
    """A server, if there is one, and the services on it."""

    def __init__(self, report: Callable[[str], None], spares: Iterable[Spare] = ()) -> None:
        """Start with nothing but processes that may be used; `report` gets a line for whatever happens to a child."""
        self._report = report
        self._spares = list(spares)
        self._keeping: dict[Child, asyncio.Task[None]] = {}

    def start(self, command: Command) -> Child:
        """Keep a command running."""
        child = Child(command, self._report, self._spares)
        self._keeping[child] = asyncio.create_task(child.keep(), name=command.name)
        return child

    async def end(self, children: Iterable[Child], within_seconds: float) -> bool:
        """End some children; tell whether they did it by themselves. After `within_seconds` they are killed."""
        tasks = {self._keeping[child]: child for child in children}
        for child in tasks.values():
            child.end()
        if not tasks:
            return True
        _done, late = await asyncio.wait(tasks, timeout=within_seconds)
        for task in late:
            self._report(f"{tasks[task].name}: does not stop, is killed")
            tasks[task].end(signal.SIGKILL)
        if late:
            await asyncio.wait(late)
        return not late

    def expect_ends(self) -> None:
        """Start none anew from now on: the signal that ends us may have reached them too."""
        for child in self._keeping:
            child.expect_end()

    def kill(self) -> None:
        """End all children at once, by SIGKILL."""
        for child in self._keeping:
            child.end(signal.SIGKILL)


async def spawn(command: Command, ending: asyncio.Event, spares: list[Spare]) -> Process:
    """Start a process that ends with us, from one of the spares if it can be; `ending` cuts the wait for its lock short.

    Raises OSError if it can't be started, StillHeld if another one holds its lock.
    """
    while spares and command.argv[:2] == (sys.executable, "-m"):
        with suppress(Spent):
            spare = spares.pop(0)
            await spare.become(command.argv, listen=command.log is not None)
            return spare
    lock = None if command.held is None else await _lock(command.held, ending)
    try:
        return await asyncio.create_subprocess_exec(
            *command.argv,
            stdin=DEVNULL,
            stderr=None if command.log is None else PIPE,
            pass_fds=() if lock is None else (lock,),
            process_group=0 if command.own_group else None,
            preexec_fn=partial(bind, os.getpid(), ours=not command.own_group),  # a few system calls, and nothing else
        )
    finally:
        if lock is not None:
            os.close(lock)  # the child's copy holds the lock on


async def _lock(path: Path, ending: asyncio.Event) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    clock = asyncio.get_running_loop().time
    deadline = clock() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if clock() > deadline or ending.is_set():
                os.close(descriptor)
                raise StillHeld(f"an older one still runs and holds {path}") from error
            await _unless(ending, 0.05)  # the kernel tells nobody when a lock comes free
        else:
            return descriptor


async def _unless(event: asyncio.Event, seconds: float) -> None:
    """Wait so long, or until the event."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
