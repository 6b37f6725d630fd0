"""A house to measure: real services and a real server as processes, on an empty folder."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support import books
from tests.support.house import API, SERVICES, House
from tests.support.nats import NatsServer
from tests.support.programs import ROOT, Program
from tests.support.waiting import until

CHANNEL = "testroom"
SLOW_FLUSH_MS = 5
_FILLED_AT_ONCE = 200
_SHIM = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
static void slowly(void) { struct timespec t = {0, %d}; nanosleep(&t, 0); }
int fsync(int fd) { static int (*real)(int); if (!real) real = dlsym(RTLD_NEXT, "fsync"); slowly(); return real(fd); }
int fdatasync(int fd) { static int (*real)(int); if (!real) real = dlsym(RTLD_NEXT, "fdatasync"); slowly(); return real(fd); }
"""


def slow_flushes(folder: Path) -> dict[str, str]:
    """Give the environment under which each flush of a process takes 5 ms longer, as on an ordinary disk; needs gcc."""
    source, library = folder / "slow.c", folder / "slow.so"
    source.write_text(_SHIM % (SLOW_FLUSH_MS * 1_000_000), encoding="utf-8")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl"], check=True)
    return {"LD_PRELOAD": str(library)}


@contextlib.asynccontextmanager
async def house(
    *services: str, sync_always: bool = True, slow: bool = False, settings: dict[str, Any] | None = None
) -> AsyncIterator[House]:
    """Give a house with these services ready (all, where none is named); it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        server = NatsServer(folder / "nats", sync_always=sync_always)
        await asyncio.to_thread(server.start)
        built = _FreshHouse(folder, server, slow_flushes(folder) if slow else None)
        try:
            built.configure(**{"announcer": {"pacing": False}, "commands": {"rate_limit_per_minute": 100_000}} | (settings or {}))
            await built.provision()
            built.start(*services)
            await built.wait_ready(*services)
            yield built
        finally:
            await built.close()
            await asyncio.to_thread(server.stop)


class _Fresh(Program):
    """A service with an interpreter of its own, as in earnest: one forked from the tests' shares its pages and preloads no library."""

    def __init__(self, module: str, arguments: Sequence[str], output: Path, environment: Mapping[str, str] | None = None) -> None:
        with output.open("ab") as log:
            words = [sys.executable, "-m", module, *arguments]
            variables = {**os.environ, **(environment or {})}
            self._started = subprocess.Popen(words, cwd=ROOT, env=variables, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    @property
    def pid(self) -> int:
        return self._started.pid

    @property
    def returncode(self) -> int | None:
        return self._started.poll()

    def kill(self) -> None:
        self._started.kill()
        self._started.wait()

    def wait(self, within_seconds: float | None = None) -> bool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._started.wait(within_seconds)
        return self.returncode is not None


class _FreshHouse(House):
    program = _Fresh


async def drive(built: House, door: str, concurrency: int, seconds: float, pause_ms: float = 0, users: int = 2_000) -> dict[str, Any]:
    """Have a process of its own ask a door; give how many were `answered`, in how many `seconds`, and the `latencies` in milliseconds."""
    options = {"url": built.server.url, "door": door, "concurrency": concurrency, "seconds": seconds, "pause-ms": pause_ms, "users": users}
    words = [str(word) for name, value in options.items() for word in (f"--{name}", value)]
    driver = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.driver", *words, stdout=asyncio.subprocess.PIPE, limit=2**27
    )
    out, _ = await driver.communicate()
    if driver.returncode != 0:
        tails = "\n".join(f"--- {name}\n{built.tail(name)}" for name in SERVICES if built.alive(name))
        message = f"the driver failed; the services said:\n{tails}"
        raise RuntimeError(message)
    found: dict[str, Any] = json.loads(out)
    return found


async def opened(built: House) -> None:
    """Wait until there is a configuration to answer by."""

    async def is_open() -> bool:
        return bool((await built.api("stats.summary"))["success"])

    await until(is_open, "there is a configuration to answer by")


async def fill(built: House, viewers: int, coins: int) -> None:
    """Give `viewer0` and so on an account each, with so many coins."""
    client = await built.client()
    for start in range(0, viewers, _FILLED_AT_ONCE):
        numbers = range(start, min(start + _FILLED_AT_ONCE, viewers))
        asked = [{"command": "balance.set", "channel": CHANNEL, "username": f"viewer{number}", "amount": coins} for number in numbers]
        await asyncio.gather(*(client.request(API, json.dumps(each).encode(), timeout=10) for each in asked))


async def reach(condition: Callable[[], bool], within_seconds: float = 300.0) -> float:
    """Wait until the condition holds; give when that was (`time.perf_counter()`), within 5 ms."""
    deadline = time.monotonic() + within_seconds
    while not condition():
        if time.monotonic() > deadline:
            message = f"the end was not reached within {within_seconds} s"
            raise TimeoutError(message)
        await asyncio.sleep(0.005)
    return time.perf_counter()


def cpu_seconds(house: House, service: str) -> float:
    """Give the processor time a service has used: what it costs, however busy the machine is with other things."""
    fields = Path(f"/proc/{house.pid(service)}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def position(house: House, service: str, stream: str) -> int:
    """Give how far a service has committed a stream."""
    found = dict(books.rows(house.state_dir / f"{service}.db", "SELECT stream, sequence FROM positions"))
    return int(found.get(stream, 0))
