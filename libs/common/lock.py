"""One process a service: a lock in the state directory, let go by the kernel when the process ends, however it ends."""

import fcntl
import os
import time
from pathlib import Path
from typing import IO


class AlreadyRunning(Exception):
    """Another process holds the lock."""

    def __init__(self, path: Path, holder: str) -> None:
        """Keep the holder's process id; empty when it is not known."""
        super().__init__(f"{path} is held by process {holder or 'unknown'}")
        self.holder = holder


def take(path: Path, wait_seconds: float = 0.0) -> IO[str]:
    """Take the lock, or say who has it. The lock lasts until the returned file is closed.

    Args:
        path: the lock's file; it is made where it is missing.
        wait_seconds: how long to wait for it to come free.

    Raises:
        AlreadyRunning: another process holds it, to the end of that time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+")
    until = time.monotonic() + wait_seconds
    while not _try(file):
        if time.monotonic() >= until:
            file.seek(0)
            holder = file.read().strip()
            file.close()
            raise AlreadyRunning(path, holder)
        time.sleep(0.05)  # the kernel tells nobody when a lock comes free
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _try(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
