"""Processes forked in advance: what every service imports is imported once, and the memory it takes is shared.

Importing it takes a service more than a second, so eight of them kept a small machine busy for half of a start. `up` forks the spares while
it has neither an event loop nor a thread. A spare waits for the words of a command such as `python -m services.ledger --config ...`, and is
that program from then on, by the same entry point. One that dies comes back as an ordinary new program.
"""

import asyncio
import gc
import json
import os
import runpy
import socket
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pkgutil import walk_packages
from typing import Final, NoReturn

from setproctitle import setproctitle, setthreadtitle

from libs import common
from libs.cli.bond import bind

_WORDS_BYTES_MAX: Final = 64 * 1024
_PROGRAMS_OWN: Final = frozenset({"libs.common.early"})
"""What is to happen in the program and not before: it takes signals."""


class Spent(Exception):
    """The process has ended before it was needed."""


class Spare:
    """A process that waits to be told which program it is; from then on, that program."""

    def __init__(self, pid: int, door: socket.socket) -> None:
        """Take what was forked, and the way to speak to it."""
        self.pid = pid
        self.stderr: asyncio.StreamReader | None = None
        """What it says on standard error, if somebody wants to read that."""
        self._door = door

    async def become(self, argv: Sequence[str], *, listen: bool) -> None:
        """Let it be `python -m MODULE ...`; with `listen`, its standard error can be read here.

        Raises Spent.
        """
        theirs: list[int] = []
        if listen:
            self.stderr, end = await _pipe()
            theirs = [end]
        try:
            socket.send_fds(self._door, [json.dumps(argv).encode()], theirs)
        except OSError as error:
            self._reap()
            raise Spent from error
        finally:
            self._door.close()
            for end in theirs:
                os.close(end)

    def send_signal(self, number: int) -> None:
        """Signal it."""
        os.kill(self.pid, number)

    async def wait(self) -> int:
        """Wait for its end, once; give its exit status, or minus the signal that ended it."""
        ended = asyncio.Event()
        watched = os.pidfd_open(self.pid)
        asyncio.get_running_loop().add_reader(watched, ended.set)
        try:
            await ended.wait()
        finally:
            asyncio.get_running_loop().remove_reader(watched)
            os.close(watched)
        return self._reap()

    def _reap(self) -> int:
        """Give the exit status of one that has ended, and let the kernel forget it."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def load_shared() -> None:
    """Import what services share; no service's own modules: one's figures must not stand in another's metrics."""
    for module in walk_packages(common.__path__, f"{common.__name__}."):
        if module.name not in _PROGRAMS_OWN:
            import_module(module.name)


def fork(count: int) -> list[Spare]:
    """Fork so many; none where a process can't be watched as it is here, or libraries do not bear a fork (anywhere but on Linux)."""
    if sys.platform != "linux":
        return []
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return []
    load_shared()
    sys.stdout.flush()
    sys.stderr.flush()
    gc.freeze()  # so that no spare's collector writes to all these pages
    doors: list[socket.socket] = []
    spares = [_fork(doors) for _ in range(count)]
    gc.unfreeze()
    return spares


def _fork(doors: list[socket.socket]) -> Spare:
    parent = os.getpid()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid == 0:
        for door in (*doors, ours):
            door.close()
        _be_told(theirs, parent)
    theirs.close()
    doors.append(ours)
    return Spare(pid, ours)


def _be_told(door: socket.socket, parent: int) -> NoReturn:
    """Be the program one is told to be; never go back into what the parent was doing."""
    status = 1
    try:
        bind(parent, ours=True)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        words, descriptors, _flags, _address = socket.recv_fds(door, _WORDS_BYTES_MAX, 1)
        door.close()
        for descriptor in descriptors:
            os.dup2(descriptor, 2)
            os.close(descriptor)
        if words:  # else the parent has no use for us
            _be(json.loads(words))
        status = 0
    except SystemExit as end:
        status = _status(end)
    except BaseException:  # noqa: BLE001 - told and ended by, as the interpreter would
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _be(argv: Sequence[str]) -> None:
    _python, _m, module, *arguments = argv
    setproctitle(" ".join(argv))  # what `ps` shows
    setthreadtitle(module)  # what `top` shows
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _status(end: SystemExit) -> int:
    """Give what the interpreter would: a text is an error message."""
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    sys.stderr.write(f"{end.code}\n")
    return 1


async def _pipe() -> tuple[asyncio.StreamReader, int]:
    """Give a pipe: what reads it, and the end that writes into it."""
    source, end = os.pipe()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(source, "rb", 0))
    return reader, end
